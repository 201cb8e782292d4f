"""Close a quarter: once, as of its last instant, for ever."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from time import sleep

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core import audit
from core.actions import notices
from core.choices import Role
from core.errors import RuleBroken
from core.models import Programme, User
from core.quarters import FiscalCalendar, Quarter
from references.models import Closing, ClosingEntry, CorrectionDecision, Definition, Dimension, QuarterTarget
from references.reports import closings as closed
from references.reports.as_of import ENTRY_COLUMNS, Moment, entries_sql

HISTORIES = [
    "customers_customerchange",
    "references_cellchange",
    "references_evidencewithdrawal",
    "references_impactchange",
    "references_definition",
    "references_quartertarget",
]
# Who holds this lock on a table has written into it and not committed yet.
WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND relation = ANY (%s::regclass[])
"""
MOST_DIMENSIONS = 60
LOOK_AGAIN = 0.05


class AlreadyClosed(RuleBroken):
    """Somebody, or the program itself, has closed the quarter before; `closing` is what came of it."""

    def __init__(self, closing: Closing) -> None:
        super().__init__(
            _("%(quarter)s is closed already, with a count of %(count)d. A mistake is put right by a correction.")
            % {"quarter": closing.quarter, "count": closing.count}
        )
        self.closing = closing


def close(quarter: Quarter, *, by: User | None, at: datetime) -> Closing:
    """Count, explain and seal the quarter as it was recorded before its end.

    Raises AlreadyClosed for the second of two who press the button, RuleBroken for a quarter that has not ended
    or that has an unclosed one before it. Three steps, so that nobody writes into the quarter once it is counted:
    the seal on history is committed, those who wrote before it finish, and only then is it read.
    """
    _seal_history(quarter, at=at)
    _wait_for_writers()
    return _count(quarter, by=by, at=at)


@transaction.atomic
def _seal_history(quarter: Quarter, *, at: datetime) -> None:
    """Have the database refuse, from the commit on, whatever is said to have been recorded before the quarter's end."""
    programme = _queue()
    _refuse_unless_next(quarter, programme.calendar, at=at)
    programme.history_sealed_until = programme.calendar.ends_at(quarter)
    programme.save(update_fields=["history_sealed_until"])


def _queue() -> Programme:
    """Everyone who closes queues behind this row, however long it takes, so that exactly one finds it unclosed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0")
    return Programme.locked()


def _wait_for_writers() -> None:
    """Let those who were writing history when it was sealed finish, so that what they recorded in time is seen.

    Nobody waits for us: who begins to write now meets the seal. On SQLite the seal itself waited for the one writer.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [HISTORIES])
        awaited = set(cursor.fetchall())
        while awaited:
            sleep(LOOK_AGAIN)
            cursor.execute(WRITERS, [HISTORIES])
            awaited &= set(cursor.fetchall())


@transaction.atomic
def _count(quarter: Quarter, *, by: User | None, at: datetime) -> Closing:
    calendar = _queue().calendar
    _refuse_unless_next(quarter, calendar, at=at)
    moment = Moment(calendar.ends_at(quarter), calendar.time_zone)
    definition = definition_as_of(quarter.label, moment.ends_at)
    dimensions = list(Dimension.objects.order_by("pk").values_list("pk", "key")[:MOST_DIMENSIONS])
    closing = _draft(quarter, calendar, definition, [key for _pk, key in dimensions], by=by, at=at)
    _insert_entries(closing, moment, definition, [pk for pk, _key in dimensions])
    entries = ClosingEntry.objects.filter(closing_id=closing.pk)
    closing.customers = entries.count()
    counting = entries.filter(is_referenceable=True)
    closing.count = counting.count()
    if entries.filter(is_high_impact__isnull=False).exists():
        closing.high_impact = counting.filter(is_high_impact=True).count()
    closing.seal = closed.seal_of(closing)
    closing.save()
    audit.record("quarter.closed", closing, by=by, at=at, count=closing.count, seal=closing.seal)
    _tell(closing, at=at)
    return closing


def close_due(*, by: User | None = None, at: datetime) -> list[Closing]:
    """Close every quarter that has ended, oldest first, each in a transaction of its own; none if none is due."""
    done = []
    for quarter in closed.due(at=at):
        try:
            done.append(close(quarter, by=by, at=at))
        except AlreadyClosed:
            continue
    return done


def definition_as_of(label: str, instant: datetime) -> Definition:
    """The definition for a quarter as it was recorded before an instant."""
    known = Definition.objects.filter(recorded_at__lt=instant, from_quarter__lte=label)
    return known.select_related("dimension").order_by("-from_quarter", "-pk")[0]


def definition_text(definition: Definition) -> str:
    """What "reference-able" means, in words that stay readable when everything else has changed."""
    rule = (
        _("with evidence that is valid on the last day of the quarter")
        if definition.evidence_needed
        else _("with or without evidence")
    )
    return _(
        "A customer is reference-able when it is active (onboarding or live, not merged) and its cell "
        "“%(dimension)s” is Green %(rule)s, as recorded before the end of the quarter. "
        "Green means: %(meaning)s Definition of %(quarter)s: %(reason)s"
    ) % {
        "dimension": definition.dimension.name,
        "rule": rule,
        "meaning": definition.dimension.definition,
        "quarter": definition.from_quarter,
        "reason": definition.reason,
    }


def _refuse_unless_next(quarter: Quarter, calendar: FiscalCalendar, *, at: datetime) -> None:
    existing = Closing.objects.filter(quarter=quarter.label).first()
    if existing is not None:
        raise AlreadyClosed(existing)
    if not calendar.has_ended(quarter, at=at):
        raise RuleBroken(
            _("%(quarter)s has not ended; it can be closed from %(day)s on.")
            % {"quarter": quarter, "day": date_format(calendar.starts_on(quarter.next))}
        )
    last = Closing.objects.order_by("-quarter").first()
    if last is not None and last.quarter > quarter.label:
        raise RuleBroken(_("%(last)s is closed already, so no earlier quarter can be.") % {"last": last.quarter})
    if last is not None and last.ends_at >= calendar.ends_at(quarter):
        raise RuleBroken(
            _("%(quarter)s lies inside %(last)s, which is closed: look at the fiscal year in the programme settings.")
            % {"quarter": quarter, "last": last.quarter}
        )
    waiting = closed.earliest_unclosed(calendar)
    if waiting is not None and waiting < quarter:
        raise RuleBroken(_("Close %(earlier)s first: its count opens the next quarter.") % {"earlier": waiting})


def _draft(
    quarter: Quarter,
    calendar: FiscalCalendar,
    definition: Definition,
    dimension_keys: Sequence[str],
    *,
    by: User | None,
    at: datetime,
) -> Closing:
    """The closing without its count and seal, with the number under which its entries can be written first."""
    before = closed.previous(quarter.label)
    ends_at = calendar.ends_at(quarter)
    target = QuarterTarget.objects.filter(quarter=quarter.label, recorded_at__lt=ends_at).order_by("-pk").first()
    return Closing(
        pk=_next_number(),
        quarter=quarter.label,
        starts_at=calendar.starts_at(quarter),
        ends_at=ends_at,
        time_zone=calendar.time_zone,
        definition=definition,
        definition_text=definition_text(definition),
        pay_trigger=definition.dimension.key,
        evidence_needed=definition.evidence_needed,
        statuses_order=list(dimension_keys),
        opening=closed.corrected_count(before) if before else 0,
        target=target.count if target else None,
        closed_at=_after_decisions(at),
        closed_by=by,
    )


def _after_decisions(at: datetime) -> datetime:
    """The moment of closing, after every correction that is in the opening: clocks of two servers may differ."""
    last = CorrectionDecision.objects.aggregate(last=Max("decided_at"))["last"]
    return max(at, last + timedelta(microseconds=1)) if last else at


def _next_number() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('references_closing', 'id'))")
            return int(cursor.fetchone()[0])
    return (Closing.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def _insert_entries(closing: Closing, moment: Moment, definition: Definition, dimension_ids: Sequence[int]) -> None:
    with_clause, select, parameters = entries_sql(
        moment,
        pay_trigger_id=definition.dimension_id,
        evidence_needed=definition.evidence_needed,
        dimension_ids=dimension_ids,
    )
    columns = ", ".join(ENTRY_COLUMNS)
    statement = f"""{with_clause} INSERT INTO references_closingentry (closing_id, {columns})
        SELECT {closing.pk:d}, e.* FROM ({select}) e"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _tell(closing: Closing, *, at: datetime) -> None:
    people = User.objects.active().with_role(Role.PROGRAMME_MANAGER, Role.EXECUTIVE)
    url = reverse("references:closing_detail", args=[closing.quarter])
    notices.tell(people, key=f"closing:{closing.quarter}", words=partial(_news, closing), url=url, at=at)


def _news(closing: Closing) -> str:
    words = (
        _("%(quarter)s is closed: %(count)s reference-able customers (opening %(opening)s).")
        if closing.target is None
        else _("%(quarter)s is closed: %(count)s reference-able customers (opening %(opening)s, target %(target)s).")
    )
    figures = {"count": closing.count, "opening": closing.opening, "target": closing.target or 0}
    told = {name: number_format(number, force_grouping=True) for name, number in figures.items()}
    return words % {"quarter": closing.quarter, **told}
