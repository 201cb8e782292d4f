"""What is planned lies five years ahead at most, what is parked three: to the day, not to the week."""

from datetime import UTC, date, datetime

import pytest

from core.errors import RuleBroken
from core.quarters import years_after
from customers.actions import invoices, occasions
from customers.rules.evangelists import is_too_far
from references.actions import nomination_decisions as decisions
from tests.factories import ContactFactory, customer
from tests.references.ledger import churn
from tests.references.nominated import nominate

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TODAY, LAST, TOO_FAR = date(2026, 11, 29), date(2031, 11, 29), date(2031, 11, 30)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (TODAY, LAST),
        (date(2028, 2, 29), date(2033, 2, 28)),
        (date(2027, 2, 28), date(2032, 2, 28)),
        (date(2027, 3, 1), date(2032, 3, 1)),
        (date(9996, 1, 1), date(9999, 12, 31)),
    ],
)
def test_the_limit_is_the_same_day_in_five_years(today, last):
    assert years_after(today, 5) == last
    assert not is_too_far(last, today)
    if last < date.max:
        assert is_too_far(date.fromordinal(last.toordinal() + 1), today)


@pytest.mark.django_db
def test_occasions_invoices_and_departures_of_the_day_after_are_refused(maria):
    bluth = customer("Bluth Company", csm=maria)
    for day in (TOO_FAR, date(2031, 12, 1)):
        for deed in (
            lambda day=day: occasions.create(title="Webinar", kind="webinar", held_on=day, by=maria, at=NOW),
            lambda day=day: invoices.record(
                bluth, values={"number": "1", "amount": 5, "issued_on": TODAY, "due_on": day}, by=maria, at=NOW
            ),
            lambda day=day: churn(bluth, on=day, at=NOW),
        ):
            with pytest.raises(RuleBroken, match="five years ahead"):
                deed()
    assert occasions.create(title="Webinar", kind="webinar", held_on=LAST, by=maria, at=NOW).held_on == LAST
    assert churn(bluth, on=LAST, at=NOW).churned_on == LAST


@pytest.mark.django_db
def test_nothing_is_parked_for_three_years_and_a_day(maria, sam, priya):
    who = customer("Greenholm", csm=maria)
    ContactFactory(customer=who, name="Bob Loblaw")
    nomination = nominate(who, sam, at=NOW)
    with pytest.raises(RuleBroken, match="more than three years"):
        decisions.park(nomination, until=date(2029, 11, 30), reason="A migration", by=priya, at=NOW)
    assert decisions.park(nomination, until=date(2029, 11, 29), reason="A migration", by=priya, at=NOW).parked_until
