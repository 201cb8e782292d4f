"""Maria and Jonas have one page open at the same time: what the first one entered is not taken back unseen."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from customers.actions import attributes, occasions, products
from customers.choices import OccasionKind
from customers.models import Product, ProductUse
from tests.factories import ContactFactory, customer

HELD = date(2026, 12, 31)


def at(who):
    client = Client()
    client.force_login(who)
    return client


def opened(client, address):
    """What a browser sends of the page's form that nobody touched."""
    return as_shown(client.get(address))


def as_shown(page):
    shown = {field.html_name: field.value() for field in page.context["form"] if not field.field.disabled}
    return {name: value for name, value in shown.items() if value is not None}


@pytest.fixture
def as_maria(maria):
    return at(maria)


@pytest.fixture
def as_jonas(jonas):
    return at(jonas)


@pytest.fixture
def router(db):
    return products.create(name="Router", by=None, at=timezone.now())


def test_since_and_until_of_a_product_are_two_people_s_words(as_maria, as_jonas, maria, router):
    bluth = customer("Bluth", csm=maria)
    products.set_use(bluth, product=router, since=date(2024, 10, 19), by=maria, at=timezone.now())
    page = f"/customers/{bluth.pk}/products/{router.pk}/"
    marias, jonass = opened(as_maria, page), opened(as_jonas, page)
    assert as_maria.post(page, marias | {"since": "2024-01-05"}).status_code == 302
    refused = as_jonas.post(page, jonass | {"until": "2026-11-01"})
    assert (refused.status_code, "They changed: Since" in refused.text) == (422, True)
    assert ProductUse.objects.get().until is None
    assert as_jonas.post(page, as_shown(refused)).status_code == 302
    use = ProductUse.objects.get()
    assert (use.since, use.until) == (date(2024, 1, 5), date(2026, 11, 1))


def test_a_product_that_is_in_use_is_not_entered_as_a_new_one(as_maria, as_jonas, maria, router):
    bluth = customer("Bluth", csm=maria)
    page = f"/customers/{bluth.pk}/products/"
    shown = opened(as_jonas, page)
    products.set_use(bluth, product=router, since=date(2024, 1, 5), by=maria, at=timezone.now())
    refused = as_jonas.post(page, shown | {"product": router.pk})
    assert (refused.status_code, "Bluth uses Router already" in refused.text) == (422, True)
    assert ProductUse.objects.get().since == date(2024, 1, 5)


def test_a_product_that_was_taken_off_meanwhile_is_entered_anew_with_what_was_typed(as_maria, as_jonas, maria, router):
    bluth = customer("Bluth", csm=maria)
    products.set_use(bluth, product=router, since=date(2024, 1, 5), by=maria, at=timezone.now())
    page = f"/customers/{bluth.pk}/products/{router.pk}/"
    shown = opened(as_jonas, page)
    as_maria.post(f"{page}remove/", {"version": opened(as_maria, page)["version"]})
    refused = as_jonas.post(page, shown | {"until": "2026-11-20"}, follow=True)
    assert "Router is not among the products of Bluth any more." in refused.text
    assert ('value="2024-01-05"' in refused.text, 'value="2026-11-20"' in refused.text) == (True, True)
    assert not ProductUse.objects.exists()
    as_jonas.post(f"/customers/{bluth.pk}/products/", as_shown(refused))
    assert ProductUse.objects.get().until == date(2026, 11, 20)
    as_jonas.post(f"{page}remove/")
    assert "Router was taken off already." in as_maria.post(f"{page}remove/", follow=True).text


def test_a_product_that_was_changed_meanwhile_is_not_removed_unread(as_maria, as_jonas, maria, router):
    bluth = customer("Bluth", csm=maria)
    products.set_use(bluth, product=router, by=maria, at=timezone.now())
    page = f"/customers/{bluth.pk}/products/{router.pk}/"
    seen = {"version": opened(as_jonas, page)["version"]}
    as_maria.post(page, opened(as_maria, page) | {"since": "2025-01-01"})
    refused = as_jonas.post(f"{page}remove/", seen, follow=True)
    assert "Look at it before you remove it." in refused.text
    assert 'value="2025-01-01"' in refused.text
    as_jonas.post(f"{page}remove/", {"version": as_shown(refused)["version"]})
    assert not ProductUse.objects.exists()


def test_a_product_that_cannot_be_chosen_there_is_no_fault_of_the_page(as_maria, as_jonas, maria, router):
    bluth, other = customer("Bluth", csm=maria), products.create(name="Switch", by=maria, at=timezone.now())
    products.set_use(bluth, product=router, by=maria, at=timezone.now())
    page = f"/customers/{bluth.pk}/products/{router.pk}/"
    shown = opened(as_jonas, page)
    as_maria.post(page, opened(as_maria, page) | {"since": "2025-01-01"})
    assert as_jonas.post(page, shown | {"product": other.pk, "since": "2025-02-02"}).status_code == 422


@pytest.mark.parametrize("what", ["product", "attribute"])
def test_of_two_new_names_the_second_is_told_of_the_first(priya, router, what):
    first, second = at(priya), at(priya)
    row, page = router, f"/products/{router.pk}/"
    if what == "attribute":
        row = attributes.create(name="Deployment", by=priya, at=timezone.now())
        page = f"/attributes/{row.pk}/rename/"
    was = {"was": row.name}
    assert first.post(page, was | {"name": "Switch"}).status_code == 302
    refused = second.post(page, was | {"name": "Hub"})
    assert (refused.status_code, "Somebody else called it “Switch” meanwhile." in refused.text) == (422, True)
    assert 'name="was" value="Switch"' in refused.text
    assert 'value="Hub"' in refused.text
    assert second.post(page, {"was": "Switch", "name": "Hub"}).status_code == 302
    row.refresh_from_db()
    assert row.name == "Hub"
    assert Product.objects.count() == 1


def test_what_a_guest_answered_to_maria_is_not_replaced_by_what_jonas_heard_before(as_maria, as_jonas, maria):
    bluth = customer("Bluth", csm=maria)
    guests = [ContactFactory(customer=bluth, name=name) for name in ("Lucille", "Buster")]
    evening = occasions.create(title="Evening", kind=OccasionKind.WEBINAR, held_on=HELD, by=maria, at=timezone.now())
    occasions.invite(evening, contacts=bluth.contacts.all(), by=maria, at=timezone.now())
    rows = {row.contact.name: row for row in evening.invitations.select_related("contact")}
    page = f"/occasions/{evening.pk}/"
    seen = [f"{row.pk}:none-none" for row in rows.values()]
    for value in seen:
        assert f'name="seen" value="{value}"' in as_jonas.get(page).text
    as_maria.post(f"{page}note/", {"ticked": [rows["Lucille"].pk], "deed": "comes", "seen": seen})
    told = {"ticked": [row.pk for row in rows.values()], "deed": "declines", "seen": seen}
    answer = as_jonas.post(f"{page}note/", told, follow=True).text
    assert "Noted for 1 guest." in answer
    assert "somebody else noted something meanwhile, which stands; tick again to replace it: Lucille" in answer
    assert {row.contact.name: row.response for row in evening.invitations.all()} == {"Lucille": "yes", "Buster": "no"}
    again = {"ticked": [rows["Lucille"].pk], "deed": "declines", "seen": [f"{rows['Lucille'].pk}:yes-none"]}
    as_jonas.post(f"{page}note/", again)
    assert evening.invitations.get(contact=guests[0]).response == "no"


def test_of_two_answers_at_one_moment_the_second_is_told_of_the_first(as_jonas, maria, monkeypatch):
    lucille = ContactFactory(customer=customer("Bluth", csm=maria), name="Lucille")
    evening = occasions.create(title="Evening", kind=OccasionKind.WEBINAR, held_on=HELD, by=maria, at=timezone.now())
    occasions.invite(evening, contacts=lucille.customer.contacts.all(), by=maria, at=timezone.now())
    row, note = evening.invitations.get(), occasions.note

    def after_maria(*args, **kwargs):
        evening.invitations.update(response="yes")
        return note(*args, **kwargs)

    monkeypatch.setattr(occasions, "note", after_maria)
    said = {"ticked": [row.pk], "deed": "declines", "seen": [f"{row.pk}:none-none"]}
    answer = as_jonas.post(f"/occasions/{evening.pk}/note/", said, follow=True).text
    assert "somebody else noted something meanwhile" in answer
    assert "noted of them already" not in answer


def test_who_stays_invited_and_who_is_no_guest_any_more_is_told(as_maria, as_jonas, maria):
    bluth = customer("Bluth", csm=maria)
    for name in ("Lucille", "Buster", "Gob"):
        ContactFactory(customer=bluth, name=name)
    evening = occasions.create(title="Evening", kind=OccasionKind.WEBINAR, held_on=HELD, by=maria, at=timezone.now())
    occasions.invite(evening, contacts=bluth.contacts.all(), by=maria, at=timezone.now())
    rows = {row.contact.name: row.pk for row in evening.invitations.select_related("contact")}
    note = f"/occasions/{evening.pk}/note/"
    as_maria.post(note, {"ticked": [rows["Lucille"]], "deed": "comes"})
    both = {"ticked": [rows["Lucille"], rows["Buster"]], "deed": "uninvited"}
    answer = as_jonas.post(note, both, follow=True).text
    assert "1 invitation is taken back." in answer
    assert "1 guest stays invited, having answered or been noted as there or not: Lucille" in answer
    late = {"ticked": [rows["Buster"], rows["Gob"]], "deed": "declines"}
    answer = as_jonas.post(note, late, follow=True).text
    assert ("Noted for 1 guest." in answer, "1 of those ticked is no guest that is shown here" in answer) == (
        True,
        True,
    )


def test_a_value_that_was_respelled_meanwhile_gives_back_what_was_typed(priya):
    row = attributes.create(name="Deployment", by=priya, at=timezone.now())
    late = at(priya).post(f"/attributes/{row.pk}/respell/?value=Cloud", {"value": "In the cloud"}, follow=True).text
    assert "No customer has this value any more. You had written: “In the cloud”" in late


def test_a_departure_that_was_entered_meanwhile_gives_back_what_was_typed(as_maria, as_jonas, maria):
    lucille = ContactFactory(customer=customer("Bluth", csm=maria), name="Lucille")
    page, said = f"/contacts/{lucille.pk}/departure/", {"left_on": "2026-11-02", "reason": "Went to Sitwell."}
    as_maria.post(page, {"left_on": "2026-11-01", "reason": "Retired."})
    refused = as_jonas.post(page, said)
    assert (refused.status_code, "Nothing of yours is saved." in refused.text) == (422, True)
    assert "Went to Sitwell." in refused.text
    assert "2 Nov 2026" in refused.text


def test_a_slip_in_the_year_of_a_product_is_refused(as_maria, maria, router):
    bluth = customer("Bluth", csm=maria)
    for day in ("2999-01-01", "1900-01-01"):
        refused = as_maria.post(f"/customers/{bluth.pk}/products/", {"product": router.pk, "since": day})
        assert (refused.status_code, "Look at the year" in refused.text) == (422, True)
    assert not ProductUse.objects.exists()
