"""Short words for stories about quarters: what happens to customers, and when."""

from datetime import UTC, date, datetime, timedelta

from core.quarters import Quarter
from customers.actions import customers
from customers.choices import ChangeKind, Lifecycle
from references.actions import cells
from references.actions.cells import NewEvidence
from references.models import Cell, Dimension
from references.reports import movements, quarters
from references.reports.counts import Present
from tests.factories import ContactFactory, customer

Q4 = Quarter.parse("2026-Q4")
Q1 = Q4.next
IN_TIME = datetime(2026, 10, 5, 9, tzinfo=UTC)
BEFORE = datetime(2026, 11, 2, 9, tzinfo=UTC)
LAST = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
FIVE_PAST = MIDNIGHT + timedelta(minutes=5)
THREE_DAYS_LATE = MIDNIGHT + timedelta(days=3, minutes=5)
IN_Q1 = datetime(2027, 2, 1, 9, tzinfo=UTC)
END_OF_Q1 = datetime(2027, 4, 1, 0, 5, tzinfo=UTC)


def company(name, *, at=IN_TIME, **values):
    return customer(name, at=at, **values)


def set_cell(
    who,
    status,
    *,
    at=BEFORE,
    until=date(2028, 10, 1),
    agreed_on=date(2026, 10, 1),
    key="reference_call",
    evidence=None,
    by=None,
):
    """The cell gets the status; a Green of the pay trigger with evidence of a contact, if no other is given."""
    cell = Cell.objects.of(who, Dimension.objects.get(key=key))
    if status == "green" and cell.dimension.needs_evidence and evidence is None:
        contact = who.contacts.first() or ContactFactory(customer=who)
        evidence = NewEvidence(kind="call", contact=contact, agreed_on=agreed_on, valid_until=until)
    return cells.edit(cell, seen_version=cell.version, changes={"status": status}, evidence=evidence, by=by, at=at)


def write(who, key, *, at=datetime(2026, 11, 20, 12, tzinfo=UTC), **changes):
    """Whatever stands in the cell becomes what `changes` say; the rest stays."""
    cell = Cell.objects.of(who, Dimension.objects.get(key=key))
    return cells.edit(cell, seen_version=cell.version, changes=changes, by=None, at=at)


def green(name, **more):
    """A company that counts."""
    who = company(name)
    set_cell(who, "green", **more)
    return who


def churn(who, *, on, at):
    who.refresh_from_db()
    return customers.set_lifecycle(who, lifecycle=Lifecycle.CHURNED, on=on, reason="Left", by=None, at=at)


def live_again(who, *, at, lifecycle=Lifecycle.LIVE):
    who.refresh_from_db()
    return customers.set_lifecycle(who, lifecycle=lifecycle, on=at.date(), reason="Back", by=None, at=at)


def merge(who, survivor, *, at):
    """Only the signpost; that cells move to the survivor is another story."""
    who.refresh_from_db()
    return customers.edit(
        who, seen_version=who.version, changes={"merged_into": survivor}, kind=ChangeKind.MERGED, by=None, at=at
    )


def bridge_of(quarter, at):
    """The bridge of a quarter, or of a closing's, as it is seen at the instant."""
    return quarters.bridge(quarters.passage(str(quarter)), now=Present.seen(at))


def movements_of(quarter, at, *, kind):
    return movements.page(quarters.passage(str(quarter)), now=Present.seen(at), kind=kind, size=200).rows
