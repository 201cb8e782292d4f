"""Two rows are one company: Maria merges them, and nothing is lost."""

import re
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.urls import reverse

from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent
from customers.actions import contacts, customers, external_ids, products
from customers.models import Customer, CustomerChange
from references.actions import cells, merges
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions.cells import NewEvidence
from references.models import Cell, CellChange, Dimension
from references.reports.customers import customer_timeline
from references.reports.merges import signature
from tests.factories import customer
from tests.references.nominated import nominate

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def edit(row, key, *, evidence=None, by=None, **changes):
    cell = Cell.objects.of(row, Dimension.objects.get(key=key))
    return cells.edit(cell, seen_version=cell.version, changes=changes, evidence=evidence, by=by, at=NOON)


def status(row, key):
    return Cell.objects.of(row, Dimension.objects.get(key=key)).status


@pytest.fixture
def bluth(db, maria):
    row = customer("Bluth Company", industry="Real estate", csm=maria)
    edit(row, "logo", status="red", note="Not before spring")
    edit(row, "quotation", status="amber")
    return row


@pytest.fixture
def double(db, jonas):
    row = customer("The Bluth Company", industry="Housing", region="US West", domain="bluth.com", opener=jonas)
    lucille = contacts.create(row, name="Lucille", values={"evangelist_level": "prompted"}, by=None, at=NOON)
    external_ids.add(row, source="salesforce", value="001A", by=None, at=NOON)
    agreed = NewEvidence(kind="call", contact=lucille, agreed_on=date(2026, 11, 1))
    edit(row, "reference_call", status="green", note="She agreed", evidence=agreed)
    edit(row, "logo", status="amber", note="Brand office reads it")
    edit(row, "quotation", status="green")
    return row


def merge(survivor, duplicate, by, **picked):
    seen = signature(Customer.objects.get(pk=survivor.pk), Customer.objects.get(pk=duplicate.pk))
    return merges.merge(survivor, duplicate=duplicate, seen=seen, by=by, at=LATER, **picked)


def test_the_survivor_keeps_its_own_takes_what_it_lacks_and_what_was_picked(bluth, double, maria, jonas):
    merged = merge(bluth, double, maria, picked_cells=["quotation"])
    assert (merged.industry, merged.region, merged.domain, merged.opener, merged.csm) == (
        "Real estate",
        "US West",
        "bluth.com",
        jonas,
        maria,
    )
    assert {key: status(merged, key) for key in ("logo", "quotation", "reference_call")} == {
        "logo": "red",
        "quotation": "green",
        "reference_call": "green",
    }


def test_contacts_ids_products_and_evidence_go_to_the_survivor(bluth, double, maria, priya):
    router, switch = (products.create(name=name, by=priya, at=NOON) for name in ("Router", "Switch"))
    products.set_use(bluth, product=router, since=date(2025, 5, 1), until=date(2026, 1, 1), by=priya, at=NOON)
    products.set_use(double, product=router, since=date(2024, 5, 1), by=priya, at=NOON)
    products.set_use(double, product=switch, by=priya, at=NOON)
    merge(bluth, double, maria)
    assert [contact.name for contact in bluth.contacts.all()] == ["Lucille"]
    assert bluth.external_ids.get().value == "001A"
    assert list(bluth.product_uses.values_list("product__name", "since", "until")) == [
        ("Router", date(2024, 5, 1), None),
        ("Switch", None, None),
    ]
    cell = Cell.objects.get(customer=bluth, dimension__key="reference_call")
    assert cell.evidence.contact.customer == bluth
    assert cell.evidence_valid_until == date(2027, 11, 1)
    assert CustomerChange.objects.filter(customer=bluth).first().products == ["Router", "Switch"]


def test_every_carried_cell_says_where_it_came_from_and_the_duplicates_are_blank(bluth, double, maria):
    merge(bluth, double, maria)
    carried = CellChange.objects.get(customer=bluth, dimension__key="reference_call")
    assert (carried.source, carried.merged_from, carried.by, carried.note) == ("merge", double, maria, "She agreed")
    assert not Cell.objects.filter(customer=double).exclude(status="").exists()
    assert CellChange.objects.filter(customer=double, note="Brand office reads it").exists()
    assert AuditEvent.objects.filter(event="customer.merged", subject_id=bluth.pk, by=maria).exists()


def test_the_survivors_page_tells_the_history_of_both(client, bluth, double, maria):
    merge(bluth, double, maria)
    told = [(entry.title, entry.origin) for entry in customer_timeline(bluth)[0]]
    assert ("Took over a duplicate", "") in told
    assert ("Merged into another customer", "The Bluth Company") in told
    assert ("Created", "The Bluth Company") in told
    assert ("Logo", "The Bluth Company") in told
    client.force_login(maria)
    answer = client.get(reverse("customers:customer_detail", args=[double.pk]), follow=True)
    assert answer.redirect_chain[0][0] == reverse("customers:customer_detail", args=[bluth.pk])
    assert "The Bluth Company was merged into Bluth Company." in answer.content.decode()


def test_a_green_whose_evidence_no_longer_holds_arrives_as_amber(bluth, double, maria):
    seen_at = datetime(2028, 1, 1, tzinfo=UTC)
    merges.merge(bluth, duplicate=double, seen=signature(bluth, double), by=maria, at=seen_at)
    change = CellChange.objects.get(customer=bluth, dimension__key="reference_call")
    assert change.status == "amber"
    assert "Green only with evidence" in change.reason


def test_a_merged_customer_refuses_every_edit_and_names_its_survivor(bluth, double, maria):
    logo = Cell.objects.get(customer=double, dimension__key="logo")
    merge(bluth, double, maria)
    with pytest.raises(RuleBroken, match="was merged into Bluth Company"):
        customers.edit(double, seen_version=1, changes={"industry": "x"}, by=maria, at=LATER)
    with pytest.raises(RuleBroken, match="was merged into Bluth Company"):
        cells.edit(logo, seen_version=logo.version, changes={"note": "x"}, by=maria, at=LATER)
    with pytest.raises(RuleBroken, match="was merged into Bluth Company"):
        contacts.create(double, name="Gob", by=maria, at=LATER)
    with pytest.raises(RuleBroken, match="was merged into Bluth Company"):
        merge(bluth, double, maria)


def test_a_change_after_the_comparison_is_not_merged_away(bluth, double, maria):
    seen = signature(bluth, double)
    edit(double, "logo", status="green")
    with pytest.raises(StaleVersion):
        merges.merge(bluth, duplicate=double, seen=seen, by=maria, at=LATER)
    assert Customer.objects.get(pk=double.pk).merged_into is None
    assert status(bluth, "reference_call") == ""


def test_a_customer_is_not_merged_with_itself(bluth, maria):
    with pytest.raises(RuleBroken, match="itself"):
        merge(bluth, bluth, maria)


def test_a_chain_of_merges_keeps_all_histories(bluth, double, maria):
    third = customer("Bluth Development")
    merge(double, third, maria)
    merge(bluth, double, maria)
    assert {entry.origin for entry in customer_timeline(bluth)[0]} == {"", "The Bluth Company", "Bluth Development"}


def test_maria_picks_compares_confirms(client, bluth, double, maria):
    client.force_login(maria)
    pick = client.get(reverse("references:merge_pick", args=[bluth.pk]), {"q": "the bluth"})
    assert reverse("references:merge_compare", args=[bluth.pk, double.pk]) in pick.content.decode()
    address = reverse("references:merge_compare", args=[bluth.pk, double.pk])
    page = client.get(address)
    chosen = {
        "seen": page.context["merge"].seen,
        "field-industry": "theirs",
        "field-name": "ours",
        "cell-logo": "theirs",
    }
    asked = client.post(address, chosen)
    assert "This cannot be undone" in asked.content.decode()
    assert Customer.objects.get(pk=double.pk).merged_into is None
    assert client.post(address, {**chosen, "confirmed": "yes"}).status_code == 302
    bluth.refresh_from_db()
    assert (bluth.name, bluth.industry, status(bluth, "logo")) == ("Bluth Company", "Housing", "amber")


@pytest.mark.parametrize("has_been", ["submitted", "accepted", "invited"])
def test_the_comparison_says_until_when_a_nomination_is_parked(client, bluth, double, maria, sam, priya, has_been):
    row = nominate(double, sam, at=NOON)
    row = decisions.accept(row, by=priya, at=NOON) if has_been != "submitted" else row
    row = invitations.invite(row, by=maria, at=NOON) if has_been == "invited" else row
    decisions.park(row, until=date(2027, 1, 25), reason="Audit", by=priya, at=NOON)
    client.force_login(maria)
    page = client.get(reverse("references:merge_compare", args=[bluth.pk, double.pk])).text
    words = " ".join(re.sub("<[^>]+>", " ", page).split())
    assert f"Parked until 25 Jan 2027, then {has_been} as before" in words


def test_a_stale_confirmation_shows_the_comparison_again(client, bluth, double, maria):
    client.force_login(maria)
    address = reverse("references:merge_compare", args=[bluth.pk, double.pk])
    seen = client.get(address).context["merge"].seen
    edit(bluth, "logo", status="green")
    answer = client.post(address, {"seen": seen, "confirmed": "yes"})
    assert answer.status_code == 409
    assert "look at them again" in answer.content.decode()


def test_who_pressed_second_is_told_on_the_page_of_the_one_customer(client, bluth, double, maria, monkeypatch):
    client.force_login(maria)
    address = reverse("references:merge_compare", args=[bluth.pk, double.pk])
    seen = client.get(address).context["merge"].seen
    merge_once = merges.merge

    def merge_twice(survivor, **options):
        merge_once(survivor, **options)
        return merge_once(survivor, **options)

    monkeypatch.setattr(merges, "merge", merge_twice)
    second = client.post(address, {"seen": seen, "confirmed": "yes"}, follow=True)
    assert second.redirect_chain == [(reverse("customers:customer_detail", args=[bluth.pk]), 302)]
    assert "was merged into" in second.text


def test_a_sales_rep_merges_nothing(client, bluth, double, sam):
    client.force_login(sam)
    assert client.get(reverse("references:merge_pick", args=[bluth.pk])).status_code == 403
    assert client.post(reverse("references:merge_compare", args=[bluth.pk, double.pk])).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_an_edit_at_the_same_moment_lose_nothing():
    """Whoever comes first wins: the edit is either carried over, or refused with the survivor's name."""
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    one, two = customer("One"), customer("Two")
    edit(two, "logo", status="red")
    cell = Cell.objects.get(customer=two)
    seen, told = signature(one, two), []

    def tell(deed, **arguments):
        try:
            deed(**arguments)
        except RuleBroken as refusal:
            told.append(refusal)
        finally:
            connection.close()

    def thread(deed, **arguments):
        return Thread(target=tell, args=(deed,), kwargs={**arguments, "by": None, "at": LATER})

    threads = [
        thread(merges.merge, survivor=one, duplicate=two, seen=seen),
        thread(cells.edit, cell=cell, seen_version=1, changes={"note": "x"}),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(told) == 1
    two.refresh_from_db()
    if two.merged_into_id:
        assert "merged into One" in str(told[0])
    else:
        assert isinstance(told[0], StaleVersion)
        assert Cell.objects.get(customer=two).note == "x"
