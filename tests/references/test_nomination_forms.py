"""What Sam reads before he nominates: who can be chosen, who would speak, and which case it is about."""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format

from core.choices import Role
from customers.models import SupportCase
from references.models import Dimension, Nomination
from tests.factories import customer, person
from tests.references.ledger import churn


def test_who_has_left_is_named_in_the_search_and_cannot_be_chosen(client, sam, bluth):
    gone, going = customer("Bluth Homes"), customer("Bluth Stairs")
    today = timezone.localdate()
    churn(gone, on=today - timedelta(days=9), at=timezone.now())
    churn(going, on=today + timedelta(days=9), at=timezone.now())
    client.force_login(sam)
    for address in ("/nominations/new/", "/nominations/plans/new/"):
        found = client.get(f"{address}?q=bluth", headers={"HX-Request": "true"}).text
        assert f"left on {date_format(today - timedelta(days=9))}" in found
        assert f"leaving on {date_format(today + timedelta(days=9))}" in found
        assert f"customer={gone.pk}" not in found
        assert f"customer={going.pk}" in found
        assert f"customer={bluth.pk}" in found


def test_the_search_says_that_there_are_more_than_it_shows(client, sam):
    for number in range(12):
        customer(f"Sitwell {number}")
    client.force_login(sam)
    more = "There are more; type more of the name."
    assert more not in client.get("/nominations/new/?q=sitwell").text
    customer("Sitwell 12")
    assert more in client.get("/nominations/new/?q=sitwell").text


def said(**more):
    will = {f"will-{Dimension.objects.get(key='logo').pk}": "willing"}
    return {"story": "They halved their returns.", "source": "sales", **will, **more}


def test_nobody_is_named_unknowingly_as_who_would_speak(client, sam, bluth):
    lucille, address = bluth.contacts.get(), f"/nominations/new/?customer={bluth.pk}"
    client.force_login(sam)
    page = client.get(address).text
    assert '<option value="" selected>Choose who would speak</option>' in page
    assert f'<option value="{lucille.pk}">' in page
    refused = client.post(address, said(contact=""))
    assert refused.status_code == 422
    assert "Choose who would speak; whoever is missing is “Somebody who is not here yet”." in refused.text
    assert not Nomination.objects.exists()
    assert f'<option value="{lucille.pk}" selected>' in client.get(f"{address}&contact={lucille.pk}").text
    client.post(address, said(contact=lucille.pk))
    edit = client.get(f"/nominations/{Nomination.objects.get().pk}/edit/").text
    assert f'<option value="{lucille.pk}" selected>' in edit


def test_where_nobody_is_here_yet_there_is_nobody_to_choose(client, sam):
    client.force_login(sam)
    page = client.get("/nominations/new/?new=Fakeblock").text
    assert "Choose who would speak" not in page


def test_a_story_of_recovery_begins_with_the_case_that_was_solved(client, bluth):
    omar, today = person("Omar Haddad", Role.SUPPORT), timezone.localdate()
    case = SupportCase.objects.create(
        customer=bluth, number="C-20655", subject="Nightly load failed", severity="critical",
        opened_on=today - timedelta(days=9), closed_on=today - timedelta(days=2), satisfaction=5, solver=omar,
        updated_at=timezone.now(),
    )  # fmt: skip
    client.force_login(omar)
    home = client.get("/").text
    address = f"/nominations/new/?customer={bluth.pk}&source=support&case={case.pk}"
    assert f'href="{address.replace("&", "&amp;")}"' in home
    form = client.get(address).text
    day = date_format(case.closed_on)
    assert f"A story of recovery: C-20655 · Nightly load failed, solved on {day}, rated 5 of 5." in form
    assert f"Case C-20655 (“Nightly load failed”) was solved on {day}, and the customer rated it 5 of 5." in form
    assert not Nomination.objects.exists(), "the sentence waits for the person"
    client.post(address, said(contact=bluth.contacts.get().pk, story="They halved their returns since."))
    assert Nomination.objects.get().story == "They halved their returns since."


def test_a_case_of_another_customer_or_an_open_one_begins_no_story(client, sam, bluth):
    today, now = timezone.localdate(), timezone.now()
    other = SupportCase.objects.create(
        customer=customer("Sitwell"), number="1", opened_on=today, closed_on=today, satisfaction=5, updated_at=now
    )
    waiting = SupportCase.objects.create(customer=bluth, number="2", opened_on=today, updated_at=now)
    client.force_login(sam)
    for named in (other.pk, waiting.pk, "x", "9" * 40):
        page = client.get(f"/nominations/new/?customer={bluth.pk}&case={named}")
        assert (page.status_code, "story of recovery" in page.text) == (200, False)
