"""Customers change hands, products and contacts; what was said stays readable, and nobody's edit is lost."""

from datetime import UTC, date, datetime

import pytest

from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent
from customers.actions import contacts, customers, external_ids, owners, products
from customers.actions.owners import OpenerSwap
from customers.choices import Lifecycle, OwnerRole
from customers.models import Customer, CustomerChange, Product
from tests.factories import customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def bluth(db):
    return customer("Bluth Company")


def test_an_edit_keeps_what_was_before_and_who_changed_it(bluth, maria):
    customers.edit(bluth, seen_version=1, changes={"industry": "Retail", "domain": "www.Bluth.com"}, by=maria, at=NOON)
    change = CustomerChange.objects.first()
    assert change.fields == {"industry": ["", "Retail"], "domain": ["", "bluth.com"]}
    assert (change.by, change.industry, Customer.objects.get().version) == (maria, "Retail", 2)


def test_the_second_of_two_edits_is_refused_and_shown_the_first(bluth, maria, jonas):
    customers.edit(Customer.objects.get(), seen_version=1, changes={"industry": "Retail"}, by=maria, at=NOON)
    with pytest.raises(StaleVersion) as refusal:
        customers.edit(bluth, seen_version=1, changes={"industry": "Finance"}, by=jonas, at=NOON)
    assert refusal.value.current.industry == "Retail"
    assert Customer.objects.get().industry == "Retail"


def test_a_clock_that_was_set_back_does_not_reorder_history(bluth, maria):
    customers.edit(bluth, seen_version=1, changes={"industry": "Retail"}, by=maria, at=NOON)
    customers.edit(bluth, seen_version=2, changes={"industry": "Finance"}, by=maria, at=NOON.replace(hour=3))
    assert CustomerChange.objects.order_by("-recorded_at", "-pk").first().industry == "Finance"


def test_replacing_the_opener_needs_a_confirmation_while_follow_up_business_is_open(bluth, sam, jonas, maria):
    customers.edit(bluth, seen_version=1, changes={"opener": sam, "has_open_follow_up": True}, by=maria, at=NOON)
    swap = {"role": OwnerRole.OPENER, "owner": jonas, "effective_on": TODAY, "reason": "New territory", "by": maria}
    with pytest.raises(OpenerSwap, match="Sam Ortiz opened the account"):
        owners.set_owner(bluth, **swap, at=NOON)
    owners.set_owner(bluth, **swap, confirmed=True, at=NOON)
    change = CustomerChange.objects.first()
    assert (change.fields, change.reason, change.effective_on) == (
        {"opener": ["Sam Ortiz", "Jonas Weber"]},
        "New territory",
        TODAY,
    )


def test_a_churned_customer_is_won_back_with_a_reason(bluth, maria):
    customers.set_lifecycle(bluth, lifecycle=Lifecycle.CHURNED, on=TODAY, reason="Budget cut", by=maria, at=NOON)
    with pytest.raises(RuleBroken, match="why"):
        customers.win_back(bluth, on=TODAY, reason=" ", by=maria, at=NOON)
    customers.win_back(bluth, on=TODAY, reason="New budget", by=maria, at=NOON)
    assert (bluth.lifecycle, bluth.churned_on, bluth.churn_reason) == ("live", None, "")
    with pytest.raises(RuleBroken, match="has not left"):
        customers.win_back(bluth, on=TODAY, reason="Again", by=maria, at=NOON)


def test_a_contact_leaves_and_comes_back(bluth, maria):
    lucille = contacts.create(bluth, name="Lucille", values={"roles": ["champion"]}, by=maria, at=NOON)
    contacts.mark_left(lucille, on=TODAY, reason="Retired", by=maria, at=NOON)
    with pytest.raises(RuleBroken, match="left already"):
        contacts.mark_left(lucille, on=TODAY, by=maria, at=NOON)
    contacts.come_back(lucille, by=maria, at=NOON)
    assert [change.fields for change in CustomerChange.objects.all()[:3]] == [
        {"contact Lucille: left_on": ["2026-11-20", None]},
        {"contact Lucille: left_on": [None, "2026-11-20"]},
        {"contact Lucille": [None, "entered"]},
    ]
    assert AuditEvent.objects.filter(event="contact.left", by=maria).exists()


def test_a_contact_edited_by_two_people_refuses_the_second(bluth, maria, jonas):
    lucille = contacts.create(bluth, name="Lucille", by=maria, at=NOON)
    contacts.edit(lucille, changes={"title": "CFO"}, seen_version=1, by=maria, at=NOON)
    with pytest.raises(StaleVersion) as refusal:
        contacts.edit(lucille, changes={"title": "CEO"}, seen_version=1, by=jonas, at=NOON)
    assert refusal.value.current.title == "CFO"


def test_only_an_evangelist_refers(bluth, maria):
    with pytest.raises(RuleBroken, match="evangelist"):
        contacts.create(bluth, name="Buster", values={"evangelist_scope": "outside"}, by=maria, at=NOON)


def test_products_in_use_are_part_of_the_customers_history(bluth, priya):
    router = products.create(name="Router", by=priya, at=NOON)
    products.set_use(bluth, product=router, since=date(2025, 3, 1), by=priya, at=NOON)
    assert CustomerChange.objects.first().products == ["Router"]
    products.set_use(bluth, product=router, since=date(2025, 3, 1), until=TODAY, by=priya, at=NOON)
    change = CustomerChange.objects.first()
    assert (change.products, change.fields) == (
        [],
        {
            "product Router": [
                {"since": "2025-03-01", "until": None},
                {"since": "2025-03-01", "until": "2026-11-20"},
            ]
        },
    )
    with pytest.raises(RuleBroken, match="given up before"):
        products.set_use(bluth, product=router, since=TODAY, until=date(2025, 1, 1), by=priya, at=NOON)


def test_a_product_in_use_is_not_deleted_and_names_are_unique_in_any_case(bluth, priya):
    router = products.create(name="Router", by=priya, at=NOON)
    with pytest.raises(RuleBroken, match="already a product"):
        products.create(name="ROUTER", by=priya, at=NOON)
    use = products.set_use(bluth, product=router, by=priya, at=NOON)
    with pytest.raises(RuleBroken, match="in use at 1"):
        products.delete(router, by=priya, at=NOON)
    products.remove_use(use.customer, product=use.product, by=priya, at=NOON)
    products.delete(router, by=priya, at=NOON)
    assert not Product.objects.exists()


def test_an_external_id_belongs_to_one_customer(bluth, maria):
    external_ids.add(bluth, source="Salesforce", value="001A", by=maria, at=NOON)
    other = customer("Sitwell")
    with pytest.raises(RuleBroken, match="belongs to Bluth Company"):
        external_ids.add(other, source="salesforce", value="001A", by=maria, at=NOON)
