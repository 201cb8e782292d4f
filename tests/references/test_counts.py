"""The number on every page is the rule's own verdict, counted as a set."""

from datetime import UTC, date, datetime

from customers.actions import customers
from customers.choices import Lifecycle
from references.actions import cells
from references.actions.cells import NewEvidence
from references.models import Cell, Dimension
from references.reports.counts import Present, referenceable
from references.rules.verdicts import BLANK_CELL, CellFacts, CustomerFacts, verdict
from tests.factories import ContactFactory, customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def green(who, *, valid_until):
    contact = ContactFactory(customer=who)
    return cells.edit(
        Cell.objects.of(who, Dimension.objects.get(key="reference_call")),
        seen_version=0,
        changes={"status": "green"},
        evidence=NewEvidence(kind="call", contact=contact, agreed_on=date(2026, 3, 1), valid_until=valid_until),
        by=None,
        at=datetime(2026, 3, 1, 9, tzinfo=UTC),
    )


def test_the_count_agrees_with_the_verdict_of_every_customer(db):
    green(customer("Acme"), valid_until=date(2027, 3, 1))
    green(customer("Bluth"), valid_until=date(2026, 11, 20))
    green(customer("Cheers"), valid_until=date(2026, 11, 19))
    green(customer("Dambase", lifecycle=Lifecycle.PROSPECTIVE), valid_until=date(2027, 3, 1))
    for name, day in (("Early", date(2026, 11, 20)), ("Later", date(2026, 11, 21))):
        leaving = green(customer(name), valid_until=date(2027, 3, 1)).customer
        customers.set_lifecycle(leaving, lifecycle=Lifecycle.CHURNED, on=day, reason="Moved on", by=None, at=NOON)
    customer("Fresh")

    counted = set(referenceable(Present.seen(NOON)).values_list("customer__name", flat=True))

    assert counted == {"Acme", "Bluth", "Later"}
    assert counted == {who.name for who in type(leaving).objects.all() if _counts(who)}


def _counts(who):
    cell = Cell.objects.filter(customer=who, dimension__key="reference_call").first()
    facts = (
        CellFacts(cell.status, cell.evidence_id is not None, cell.evidence_agreed_on, cell.evidence_valid_until)
        if cell
        else BLANK_CELL
    )
    return verdict(
        CustomerFacts(who.lifecycle, who.churned_on, who.merged_into_id is not None),
        facts,
        evidence_needed=True,
        on=date(2026, 11, 20),
    ).is_referenceable
