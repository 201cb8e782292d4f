"""Customers: taken in, edited, churned and won back. Every change keeps the customer as it was."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from core import audit
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import Programme, User
from core.prepared import Question
from customers.actions import attribute_values, standings
from customers.actions.early_days import refuse_slip
from customers.actions.spellings import spelled
from customers.choices import ChangeKind, Lifecycle, OwnerRole
from customers.models import FACTS, KEPT, Customer, CustomerChange
from customers.reports.customers import look_alikes
from customers.rules.names import domain_of

# No join to the survivor: PostgreSQL reads a row it waited for anew, but not the rows joined to it.
LOCKED = Question(lambda pk: Customer.objects.select_for_update().filter(pk=pk))


@transaction.atomic
def enter(
    *,
    name: str,
    values: Mapping[str, Any],
    attributes: Mapping[str, str] | None = None,
    accept_duplicate: bool = False,
    by: User | None,
    at: datetime,
) -> Customer:
    """A new customer that a person or a program enters by itself.

    Raises Duplicate if one has the same name, legal form aside, or the same web domain, unless that is accepted.
    """
    Programme.locked()
    alike = look_alikes(name, values.get("domain", ""))
    if alike and not accept_duplicate:
        named = ", ".join(f"{row} ({row.pk})" for row in alike)
        words = _("There is a customer of this name or web domain already: %(named)s.")
        raise Duplicate(words % {"named": named}, existing=alike)
    return create(name=name, values=values, attributes=attributes, by=by, at=at)


@transaction.atomic
def create(
    *,
    name: str,
    values: Mapping[str, Any] | None = None,
    attributes: Mapping[str, str] | None = None,
    kind: ChangeKind = ChangeKind.CREATED,
    by: User | None,
    at: datetime,
) -> Customer:
    """A new customer. `values` maps columns of FACTS, `lifecycle` and owner roles to their first values, `attributes`
    keys of attributes to theirs."""
    known = {*FACTS, "lifecycle", *OwnerRole.values}
    unknown = (values or {}).keys() - known
    if unknown:
        raise TypeError(f"not fields of a customer: {', '.join(sorted(unknown))}")
    refuse_slip((values or {}).get("in_production_since"), at=at)
    customer = Customer.objects.create(name=name, created_at=at, **spelled(values or {}))
    said = attribute_values.differing(customer, attributes or {})
    attribute_values.write(customer, said)
    append_change(customer, kind=kind, fields=attribute_values.history(said), by=by, at=at)
    audit.record("customer.created", customer, by=by, at=at)
    return customer


@transaction.atomic
def edit(
    customer: Customer,
    *,
    seen_version: int,
    changes: Mapping[str, Any],
    attributes: Mapping[str, str] | None = None,
    kind: ChangeKind = ChangeKind.EDITED,
    reason: str = "",
    effective_on: date | None = None,
    by: User | None,
    at: datetime,
) -> Customer:
    """Write what differs, one history row and one audit event; nothing if nothing differs.

    `attributes` are values by the keys of their attributes; an empty one takes the value away.
    Raises StaleVersion if the customer was changed since `seen_version`, RuleBroken if it was merged meanwhile
    or a day is a slip that does not stand there already.
    """
    current = lock(customer.pk)
    if current.version != seen_version:
        raise StaleVersion(changed_meanwhile(current), current=current)
    differing = _differing(current, spelled(changes, of=current))
    if "in_production_since" in differing:
        refuse_slip(changes["in_production_since"], at=at)
    said = attribute_values.differing(current, attributes or {})
    if not (differing or said):
        return customer
    for row in (current, customer):
        for name, (_before, after) in differing.items():
            setattr(row, name, after)
        row.version = seen_version + 1
    current.save()
    attribute_values.write(current, said)
    fields = {name: [plain(before), plain(after)] for name, (before, after) in differing.items()}
    fields |= attribute_values.history(said)
    append_change(current, kind=kind, fields=fields, reason=reason, effective_on=effective_on, by=by, at=at)
    audit.record(f"customer.{kind}", current, by=by, at=at, fields=fields, reason=reason)
    return customer


def _differing(current: Customer, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What stands and what is wanted, by the names of the columns in which the two differ."""
    wanted = {name: domain_of(value) if name == "domain" else value for name, value in changes.items()}
    pairs = {name: (getattr(current, name), value) for name, value in wanted.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def lock(customer_id: int) -> Customer:
    """The customer as the database holds it, kept from others until the transaction ends; refuses a merged one.

    Every action that writes anything of a customer calls it first, so that a merge and an edit never cross.
    """
    current = LOCKED.first(customer_id)
    if current is None:
        raise Customer.DoesNotExist
    refuse_merged(current)
    return current


def refuse_merged(customer: Customer) -> None:
    """Raise RuleBroken for a customer that was merged into another. Only a locked one stays as it is."""
    if customer.merged_into is not None:
        raise RuleBroken(merged_refusal(customer))


def merged_refusal(customer: Customer) -> str:
    """Why nothing is changed of a customer that was merged into another, and where it is changed instead."""
    words = _("%(customer)s was merged into %(survivor)s; make the change there.")
    return words % {"customer": customer, "survivor": customer.survivor}


def refuse_renamed(row: Any, *, was: str | None) -> None:
    """StaleVersion if a row is not called any more what it was on somebody's page; who says nothing saw it just now."""
    if was is not None and row.name != was:
        words = _("Somebody else called it “%(name)s” meanwhile. Save again if yours is to replace that.")
        raise StaleVersion(words % {"name": row.name}, current=row)


def changed_meanwhile(row: Model) -> str:
    """What somebody reads who saves what somebody else has saved first."""
    return _("Somebody else changed %(row)s while you were editing it.") % {"row": row}


@transaction.atomic
def set_lifecycle(
    customer: Customer,
    *,
    lifecycle: Lifecycle,
    on: date,
    reason: str = "",
    seen: str | None = None,
    by: User | None,
    at: datetime,
) -> Customer:
    """Move the customer on, or mark it as churned on a day. Leaving and coming back need a reason.

    `seen` is the `standing_mark` that the person saw; StaleVersion if it is another one now.
    """
    standings.refuse_moved(lock(customer.pk), seen=seen, at=at)
    if on != customer.churned_on:
        refuse_slip(on, at=at)
    _refuse_unexplained(customer, lifecycle, reason=reason)
    churned = lifecycle == Lifecycle.CHURNED
    changes = {
        "lifecycle": str(lifecycle),
        "churned_on": on if churned else None,
        "churn_reason": reason if churned else "",
    }
    standings.refuse_return(customer, lifecycle, on=on, at=at)
    return edit(
        customer,
        seen_version=customer.version,
        changes=changes,
        kind=ChangeKind.LIFECYCLE,
        reason=reason,
        effective_on=on,
        by=by,
        at=at,
    )


def _refuse_unexplained(customer: Customer, lifecycle: Lifecycle, *, reason: str) -> None:
    if reason.strip():
        return
    if lifecycle == Lifecycle.CHURNED:
        raise RuleBroken(_("Say why the customer left; nobody can learn from a loss without a reason."))
    if customer.lifecycle == Lifecycle.CHURNED:
        raise RuleBroken(_("Say why the customer came back, or why it stays."))


@transaction.atomic
def churn(customer: Customer, *, on: date, reason: str, seen: str, by: User | None, at: datetime) -> Customer:
    """The customer leaves on a day, or did so on another one or for another reason than was said.

    StaleVersion if that is said already, or by somebody else than the person saw; see `set_lifecycle`.
    """
    current, reason = lock(customer.pk), reason.strip()
    is_same = (current.churned_on, current.churn_reason) == (on, reason)
    if current.churned_on is not None and (is_same or not seen):
        raise standings.stale(current, at=at)
    return set_lifecycle(customer, lifecycle=Lifecycle.CHURNED, on=on, reason=reason, seen=seen, by=by, at=at)


def win_back(
    customer: Customer, *, on: date, reason: str, seen: str | None = None, by: User | None, at: datetime
) -> Customer:
    """Make a churned customer live again; why it came back is worth as much as why it left.

    One whose day has not come yet stays what it was when it gave notice.
    """
    if customer.lifecycle != Lifecycle.CHURNED:
        raise RuleBroken(_("%(customer)s has not left, so it cannot be won back.") % {"customer": customer})
    stage = standings.returns_to(customer, at=at)
    return set_lifecycle(customer, lifecycle=stage, on=on, reason=reason, seen=seen, by=by, at=at)


def append_change(
    customer: Customer,
    *,
    kind: ChangeKind,
    fields: Mapping[str, Any] | None = None,
    reason: str = "",
    effective_on: date | None = None,
    by: User | None,
    at: datetime,
) -> CustomerChange:
    """Append the customer as it stands to its history. Other actions of this package call it after their write."""
    # A clock that was set back must not put this change before the one it follows.
    latest = customer.changes.aggregate(latest=Max("recorded_at"))["latest"]
    return CustomerChange.objects.create(
        customer=customer,
        recorded_at=max(at, latest) if latest else at,
        by=by,
        kind=kind,
        effective_on=effective_on,
        reason=reason,
        fields=dict(fields or {}),
        products=sorted(customer.product_uses.filter(until__isnull=True).values_list("product__name", flat=True)),
        **{name: getattr(customer, name) for name in KEPT},
    )


def plain(value: Any) -> Any:
    """The value as it is written into JSON: people by name, days and amounts as text."""
    return value if value is None or isinstance(value, bool | int) else str(value)
