"""Sam proposes BMW, a brand; Priya finds the customer by its legal name before a duplicate is entered."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from customers.actions import contacts
from customers.models import Customer
from references.actions import nomination_decisions, nominations
from references.models import Dimension
from tests.factories import ContactFactory, customer, person
from tests.references.ledger import churn

HTMX = {"HX-Request": "true"}


def propose(name, by, *, email=""):
    values = {"contact_name": "Uma Thorne", "contact_email": email, "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    return nominations.submit(proposed_customer=name, values=values, willingness=will, by=by, at=timezone.now())


def page_of(nomination):
    return reverse("references:nomination_detail", args=[nomination.pk])


def radio(who, *, checked=False):
    return f'name="customer" value="{who.pk if who else ""}" required{" checked" if checked else ""}>'


@pytest.fixture
def works(db):
    return customer("Bayerische Motoren Werke", domain="motoren.example")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without scripts", "while typing"])
def test_priya_finds_the_customer_behind_a_brand_and_accepts_the_nomination_for_it(client, sam, priya, works, headers):
    brand = propose("BMW", sam)
    client.force_login(priya)
    first = client.get(page_of(brand)).text
    assert "Bayerische" not in first
    assert radio(None, checked=True) in first
    found = client.get(f"{page_of(brand)}?q=bayer", headers=headers).text
    assert radio(works) in found
    assert radio(None) in found, "who looked and found says which it is"
    assert ("<h1>" in found) == (not headers)
    assert client.post(f"{page_of(brand)}accept/", {"customer": works.pk, "lifecycle": "live"}).status_code == 302
    brand.refresh_from_db()
    assert (brand.customer, brand.state) == (works, "queued")
    client.force_login(sam)
    assert "It was proposed as “BMW”, which is Bayerische Motoren Werke." in client.get(page_of(brand)).text
    assert Customer.objects.count() == 1


def test_who_finds_nothing_enters_it_anew(client, sam, priya, works):
    brand = propose("BMW", sam)
    client.force_login(priya)
    for text, is_chosen in (("zzz", False), ("b", True)):
        found = client.get(f"{page_of(brand)}?q={text}", headers=HTMX).text
        assert radio(None, checked=is_chosen) in found, "who has looked says that it is new"
    assert "No customer of this name is here." in client.get(f"{page_of(brand)}?q=zzz").text


def test_the_customer_that_was_chosen_stays_chosen_while_priya_looks_for_another(client, sam, priya, works):
    brand, other = propose("BMW", sam), customer("Sitwell")
    client.force_login(priya)
    page = client.get(page_of(brand)).text
    assert 'hx-include="#company-choices"' in page
    found = client.get(f"{page_of(brand)}?q=sitwell&customer={works.pk}", headers=HTMX).text
    assert (radio(works, checked=True) in found, radio(other) in found) == (True, True)
    assert found.count("Bayerische Motoren Werke") == 1
    none = client.get(f"{page_of(brand)}?q=zzz&customer={works.pk}", headers=HTMX).text
    assert ("No customer of this name is here." in none, radio(works, checked=True) in none) == (True, True)
    churn(works, on=timezone.localdate() - timedelta(days=9), at=timezone.now())
    for nobody in ("x", "²", "9" * 16, "-1", works.pk):
        answer = client.get(f"{page_of(brand)}?q=sitwell&customer={nobody}", headers=HTMX)
        assert (answer.status_code, "checked" in answer.text) == (200, False)


def test_a_company_that_is_a_customer_with_an_open_nomination_stands_once_on_the_nominators_home(
    client, sam, priya, works
):
    contact = {"contact_name": "Uma", "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    nominations.submit(customer=works, values=contact, willingness=will, by=priya, at=timezone.now())
    brand = propose("BMW", sam)
    nomination_decisions.accept(brand, customer=works, by=priya, at=timezone.now())
    client.force_login(sam)
    home = client.get("/")
    assert ([one.state for one in home.context["home"].nominated], "Withdrawn" in home.text) == (["queued"], False)


def test_only_who_decides_is_offered_customers(client, sam, priya, works):
    brand = propose("BMW", sam)
    client.force_login(sam)
    answer = client.get(f"{page_of(brand)}?q=bayer", headers=HTMX).text
    assert "Bayerische" not in answer
    assert "company-q" not in client.get(page_of(brand)).text


def test_the_customer_that_the_contact_writes_from_is_chosen_and_may_be_wrong(client, sam, priya, works):
    brand = propose("BMW", sam, email="uma@motoren.example")
    client.force_login(priya)
    page = client.get(page_of(brand)).text
    assert radio(works, checked=True) in page
    assert radio(None) in page
    assert f'name="guessed" value="{works.pk}"' in page
    for headers, sent in (({}, ""), (HTMX, f"&customer={works.pk}&guessed={works.pk}")):
        found = client.get(f"{page_of(brand)}?q=zzz{sent}", headers=headers).text
        assert (radio(works) in found, radio(None) in found) == (True, True), "nobody has chosen it"
        assert 'name="guessed"' not in found
    assert radio(works, checked=True) in client.get(f"{page_of(brand)}?q=zzz&customer={works.pk}", headers=HTMX).text


@pytest.mark.parametrize("text", ["bayer", ""])
def test_that_it_is_new_stays_chosen_while_priya_makes_sure(client, sam, priya, works, text):
    brand = propose("BMW", sam, email="uma@motoren.example")
    client.force_login(priya)
    found = client.get(f"{page_of(brand)}?q={text}&customer=&guessed={works.pk}", headers=HTMX).text
    assert (radio(None, checked=True) in found, radio(works) in found) == (True, True)


def test_of_the_very_name_one_is_chosen_and_none_is_entered(client, sam, priya, works):
    proposed = propose("Quillmark Widgets Ltd", sam)
    for number in range(9):
        customer(f"Quillmark A {number}")
    same = customer("QUILLMARK widgets")
    client.force_login(priya)
    page = client.get(page_of(proposed)).text
    assert page.index(radio(same, checked=True)) < page.index("Quillmark A 0"), "first, however many are called alike"
    assert "enter it as a new customer" not in page
    assert 'name="lifecycle"' not in page
    refused = client.post(f"{page_of(proposed)}accept/", {"customer": ""}, follow=True).text
    assert f'<a href="/customers/{same.pk}/">QUILLMARK widgets</a> is a customer here already' in refused
    assert f"({same.pk})" not in refused
    client.post(f"{page_of(proposed)}accept/", {"customer": same.pk})
    proposed.refresh_from_db()
    assert proposed.customer == same


def test_of_two_with_the_very_name_none_is_chosen_beforehand(client, sam, priya):
    proposed = propose("Quillmark", sam)
    twins = [customer("Quillmark Inc"), customer("QUILLMARK")]
    client.force_login(priya)
    page = client.get(page_of(proposed)).text
    assert [radio(one) in page for one in twins] == [True, True]
    assert radio(None) not in page


def test_one_that_has_left_is_named_and_cannot_be_chosen(client, sam, priya):
    proposed = propose("Quillmark", sam)
    day = timezone.localdate() - timedelta(days=9)
    gone = customer("Quillmark Inc")
    churn(gone, on=day, at=timezone.now())
    client.force_login(priya)
    page = client.get(page_of(proposed)).text
    assert "left on" in page
    assert f'name="customer" value="{gone.pk}"' not in page


def test_what_priya_chose_outlives_a_refusal_because_sam_completed_it_meanwhile(client, sam, priya, maria, works):
    brand = propose("BMW", sam)
    client.force_login(priya)
    seen = {"version": brand.version}
    will = {Dimension.objects.get(key="logo"): "willing"}
    values = {"contact_name": "Uma Thorne", "story": "Bigger.", "source": "sales"}
    done = {"changes": values, "willingness": will, "by": sam, "at": timezone.now()}
    nominations.complete(brand, seen_version=brand.version, **done)
    refused = client.post(f"{page_of(brand)}accept/", seen | {"customer": works.pk})
    assert (refused.status_code, radio(works, checked=True) in refused.text) == (422, True)
    assert "The nomination was changed since you opened it; it is “Submitted” now." in refused.text
    new = {"customer": "", "lifecycle": "onboarding", "csm": maria.pk}
    refused = client.post(f"{page_of(brand)}accept/", seen | new)
    assert (refused.status_code, radio(None, checked=True) in refused.text) == (422, True)
    assert re.search(rf'<option value="{maria.pk}"\s+selected', refused.text)
    assert re.search(r'<option value="onboarding"\s+selected', refused.text)


def test_what_priya_chose_is_told_in_words_where_it_can_be_done_no_more(client, sam, priya, maria, works):
    omar = person("Omar Haddad", Role.PROGRAMME_MANAGER)
    brand = propose("BMW", sam)
    client.force_login(priya)
    seen = {"version": brand.version}
    nomination_decisions.refuse(brand, reason="Too small.", by=omar, at=timezone.now())
    refused = client.post(f"{page_of(brand)}accept/", seen | {"customer": works.pk, "lifecycle": "live"})
    assert (refused.status_code, "it is “Refused” now." in refused.text) == (422, True)
    assert f"<blockquote>{works}</blockquote>" in refused.text
    assert "(Lifecycle)" not in refused.text, "that is asked of a new customer"
    new = {"customer": "", "lifecycle": "onboarding", "csm": maria.pk}
    refused = client.post(f"{page_of(brand)}accept/", seen | new).text
    assert "<blockquote>Onboarding</blockquote>" in refused
    assert f"<blockquote>{maria}</blockquote>" in refused


def test_who_was_chosen_for_a_new_customer_is_told_if_one_of_that_name_was_entered_meanwhile(client, sam, priya, maria):
    proposed = propose("Quillmark Widgets Ltd", sam)
    client.force_login(priya)
    customer("QUILLMARK widgets")
    said = {"customer": "", "lifecycle": "onboarding", "csm": maria.pk, "version": proposed.version}
    refused = client.post(f"{page_of(proposed)}accept/", said)
    assert (refused.status_code, "is a customer here already" in refused.text) == (422, True)
    assert "<blockquote>Onboarding</blockquote>" in refused.text
    assert f"<blockquote>{maria}</blockquote>" in refused.text


def test_only_who_may_invite_is_offered_as_the_csm_of_a_new_customer(client, sam, priya, maria):
    proposed = propose("Quillmark", sam)
    client.force_login(priya)
    page = client.get(page_of(proposed)).text
    offered = page[page.index('name="csm"') : page.index("</select>", page.index('name="csm"'))]
    assert [f">{one}<" in offered for one in (maria, priya, sam)] == [True, True, False]


@pytest.mark.parametrize(("email", "known"), [("Uma@motoren.example", "uma@motoren.example"), ("", "")])
def test_who_was_named_with_the_company_and_is_a_contact_here_speaks_and_is_no_second_contact(
    sam, priya, works, email, known
):
    brand = propose("BMW", sam, email=email)
    uma = ContactFactory(customer=works, name="uma thorne", email=known)
    taken = nomination_decisions.accept(brand, customer=works, by=priya, at=timezone.now())
    assert (taken.state, taken.contact, taken.contact_name, taken.contact_email) == ("queued", uma, "", "")
    assert works.contacts.count() == 1
    assert "was named to speak" not in taken.events.get(deed="accepted").reason


def test_who_was_named_otherwise_than_the_contact_of_the_address_stands_in_the_history(sam, priya, works):
    ContactFactory(customer=works, name="Una", email="una@motoren.example")
    taken = nomination_decisions.accept(
        propose("BMW", sam, email="UNA@motoren.example"), customer=works, by=priya, at=timezone.now()
    )
    words = "“Uma Thorne” was named to speak; the e-mail address is that of Una."
    assert taken.events.get(deed="accepted").reason.endswith(words)


def test_a_contact_here_who_left_has_to_be_back_before_the_company_is_accepted(client, sam, priya, works):
    brand = propose("BMW", sam, email="uma@motoren.example")
    uma = ContactFactory(customer=works, name="Uma", email="uma@motoren.example", left_on=timezone.localdate())
    client.force_login(priya)
    refused = client.post(f"{page_of(brand)}accept/", {"customer": works.pk, "lifecycle": "live"}).text
    assert "Uma is a contact of Bayerische Motoren Werke who left; say that the contact is there again." in refused
    assert "Complete the nomination with that contact" not in refused
    contacts.come_back(uma, by=priya, at=timezone.now())
    taken = nomination_decisions.accept(brand, customer=works, by=priya, at=timezone.now())
    assert taken.contact == uma
