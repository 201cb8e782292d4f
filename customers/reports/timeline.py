"""The history of one customer, its merged duplicates included, in words for people to read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext

from core.models import Programme, User
from core.quarters import FiscalCalendar
from customers.choices import ChangeKind, OwnerRole
from customers.models import Customer, CustomerChange
from customers.reports.wording import label_of, leaving_on, shown

DEPARTURE: Final = ("churned_on", "churn_reason")


@dataclass(frozen=True)
class Line:
    """One value that changed; `before` or `after` is empty where there was or is none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One deed in a customer's life. `title` says what, `lines` say how; `origin` names a merged duplicate.

    `status_before` and `status_after` are for the upper app, whose entries stand in the same timeline.
    """

    at: datetime
    by: User | None
    title: str
    lines: Sequence[Line] = field(default_factory=list)
    reason: str = ""
    effective_on: date | None = None
    origin: str = ""
    status_before: str | None = None
    status_after: str | None = None


def family(customer: Customer) -> dict[int, str]:
    """The customer and, in turn, all that was merged into it: {id: name}, the name of the survivor left empty."""
    found = {customer.pk: ""}
    newest = [customer.pk]
    while newest:
        rows = Customer.objects.filter(merged_into__in=newest).exclude(pk__in=found).values_list("pk", "name")
        newest = [pk for pk, _name in rows]
        found.update(rows)
    return found


def timeline(
    customer: Customer, *, calendar: FiscalCalendar | None = None, before: datetime | None = None, limit: int = 30
) -> list[Entry]:
    """The latest deeds first; `before` goes on from the last one shown, `calendar` is the programme's."""
    names, calendar = family(customer), calendar or Programme.current().calendar
    rows = CustomerChange.objects.filter(customer__in=names).select_related("by").order_by("-recorded_at", "-pk")
    if before is not None:
        rows = rows.filter(recorded_at__lt=before)
    return [_entry(row, origin=names[row.customer_id], calendar=calendar) for row in rows[:limit]]


def _entry(change: CustomerChange, *, origin: str, calendar: FiscalCalendar) -> Entry:
    told = Entry(
        at=change.recorded_at,
        by=change.by,
        title=change.get_kind_display(),
        lines=list(_lines(change.fields)),
        reason=change.reason,
        effective_on=change.effective_on,
        origin=origin,
    )
    return _of_departure(told, change, calendar) if change.kind == ChangeKind.LIFECYCLE else told


def _of_departure(told: Entry, change: CustomerChange, calendar: FiscalCalendar) -> Entry:
    """The entry in words of its own where somebody gave notice, or stays after all, or a day or a reason was put
    right."""
    fields = change.fields
    if "lifecycle" not in fields:
        corrected = [_line(name, fields[name]) for name in DEPARTURE if name in fields]
        reason = "" if "churn_reason" in fields else told.reason
        return replace(told, title=gettext("Departure corrected"), lines=corrected, reason=reason, effective_on=None)
    if change.churned_on is not None and change.churned_on > calendar.day_of(change.recorded_at):
        leaves = Line(label_of("lifecycle"), shown("lifecycle", fields["lifecycle"][0]), leaving_on(change.churned_on))
        return replace(told, lines=[leaves], effective_on=None)
    notice = change.notice_taken_back
    if notice is None:
        return told
    stays = Line(label_of("lifecycle"), leaving_on(notice), shown("lifecycle", change.lifecycle))
    return replace(told, title=gettext("Stays after all"), lines=[stays])


def _lines(fields: Mapping[str, Any]) -> Iterable[Line]:
    # The day and the reason of a churn stand beside the entry already.
    return (_line(name, pair) for name, pair in fields.items() if name not in DEPARTURE)


def _line(name: str, pair: Any) -> Line:
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    return Line(label_of(name), shown(name, before), shown(name, after))


@dataclass(frozen=True)
class OwnerChange:
    """A side of the relationship changed hands."""

    on: date
    before: str
    after: str
    reason: str


@dataclass
class Ownership:
    """One side of the relationship: who owns it, since when, and who owned it before."""

    role: str
    label: str
    person: User | None
    since: date | None = None
    changes: list[OwnerChange] = field(default_factory=list)


def ownerships(customer: Customer) -> list[Ownership]:
    """The five sides with their changes, latest first, read from the snapshots that every change keeps."""
    sides = [Ownership(role, str(OwnerRole(role).label), getattr(customer, role)) for role in OwnerRole.values]
    columns = [f"{role}_id" for role in OwnerRole.values]
    rows = list(
        CustomerChange.objects.filter(customer=customer)
        .order_by("recorded_at", "pk")
        .values_list("recorded_at", "effective_on", "reason", "kind", *columns)
    )
    names = dict(User.objects.filter(pk__in={pk for row in rows for pk in row[4:] if pk}).values_list("pk", "name"))
    held: list[int | None] = [None] * len(sides)
    for recorded_at, effective_on, reason, kind, *people in rows:
        for index, person in enumerate(people):
            if person != held[index]:
                day = effective_on if effective_on and kind == ChangeKind.OWNER else timezone.localdate(recorded_at)
                change = OwnerChange(day, names.get(held[index], ""), names.get(person, ""), reason)
                sides[index].changes.insert(0, change)
                sides[index].since = day
        held = people
    return sides
