"""Priya edits a drive while Peter begins or ends it; each is told at once what the other has done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.choices import Role
from references.actions import drives
from references.models import Drive
from references.rules.drives import months_from
from tests.factories import person


def prepare(priya, name, **more):
    values = {"name": name, "split": "last_name", "first_month": timezone.localdate().replace(day=1), "months": 2}
    values |= {"roles": ["sales_rep"], "introduction": "It is your turn."}
    return drives.create(values=values | more, by=priya, at=timezone.now() - timedelta(minutes=30))


@pytest.fixture
def peter(db):
    return person("Peter Fox", Role.PROGRAMME_MANAGER)


@pytest.fixture
def spring(priya, peter, sam):
    """Prepared, and Sam stands in a running one as well."""
    drives.begin(prepare(priya, "New year"), by=priya, at=timezone.now() - timedelta(minutes=20))
    return prepare(priya, "Spring")


@pytest.fixture
def page(client, spring, priya):
    client.force_login(priya)
    return reverse("references:drive_detail", args=[spring.pk])


def typed(client, page):
    """The form as it was opened, with another mail and other months."""
    form = client.get(f"{page}edit/")
    later = months_from(timezone.localdate(), 3)[2]
    said = {"name": "Spring", "split": "team", "first_month": f"{later:%Y-%m}", "months": 3, "roles": ["sales_rep"]}
    return said | {"introduction": "My long words.", "version": 1, "warned": form.context["warned"]}, later


def test_a_drive_that_is_sent_twice_is_prepared_once(client, page, spring):
    said, _later = typed(client, page)
    said["warned"] = client.post(reverse("references:drive_create"), said | {"name": "Easter"}).context["warned"]
    first = client.post(reverse("references:drive_create"), said | {"name": "Easter"})
    assert first.status_code == 302
    again = client.post(reverse("references:drive_create"), said | {"name": "EASTER"})
    assert (again.status_code, "that begins in the same month is here already" in again.text) == (422, True)
    assert first.url in again.text
    assert Drive.objects.filter(name__iexact="easter").count() == 1


def test_priya_hears_at_once_that_peter_began_the_drive_and_keeps_what_she_typed(client, page, spring, peter):
    mine, later = typed(client, page)
    assert mine["warned"], "Sam is asked by the other drive as well"
    drives.begin(spring, by=peter, at=timezone.now())
    refused = client.post(f"{page}edit/", mine)
    assert refused.status_code == 422
    for words in (
        "Somebody else changed Spring",
        "My long words.",
        "It is now: It is your turn. Save again",
        "its months stay",
    ):
        assert words in refused.text
    for chosen in (date_format(later, "YEAR_MONTH_FORMAT"), "Over how many months: 3", "Split by: Team"):
        assert chosen in refused.text
    again = {"name": "Spring", "introduction": "My long words.", "version": refused.context["form"]["version"].value()}
    assert client.post(f"{page}edit/", again).status_code == 302
    assert Drive.objects.get(pk=spring.pk).introduction == "My long words."


def test_of_two_who_change_the_months_the_second_sees_what_they_are_now(client, page, spring, peter):
    mine, later = typed(client, page)
    drives.edit(spring, seen_version=1, changes={"months": 1}, by=peter, at=timezone.now())
    refused = client.post(f"{page}edit/", mine)
    assert (refused.status_code, "It is now: 1. Save again" in refused.text) == (422, True)
    assert f"It is now: {date_format(spring.first_month, 'YEAR_MONTH_FORMAT')}." in refused.text
    mine |= {"version": refused.context["form"]["version"].value(), "warned": refused.context["warned"]}
    assert client.post(f"{page}edit/", mine).status_code == 302
    spring.refresh_from_db()
    assert (spring.months, spring.first_month) == (3, later)


def test_the_mail_that_peter_wrote_stays_when_priya_renames_the_drive_and_saves_again(client, page, spring, peter):
    form = client.get(f"{page}edit/")
    values = {field.html_name: field.value() or "" for field in form.context["form"]}
    drives.edit(
        spring, seen_version=1, changes={"introduction": "Peter's\nmail", "months": 2}, by=peter, at=timezone.now()
    )
    refused = client.post(f"{page}edit/", values | {"name": "Easter", "warned": form.context["warned"]})
    told = "press again to save. They changed: How the mail begins<"
    assert (told in refused.text, "It is now" in refused.text) == (True, False)
    again = {field.html_name: field.value() or "" for field in refused.context["form"]}
    assert client.post(f"{page}edit/", again | {"warned": refused.context["warned"]}).status_code == 302
    spring.refresh_from_db()
    assert (spring.name, spring.introduction.split(), spring.months) == ("Easter", ["Peter's", "mail"], 2)


def test_a_drive_that_is_over_is_not_opened_for_a_change_and_what_was_typed_stays(client, page, spring, peter):
    mine, _later = typed(client, page)
    drives.end(spring, reason="The fair was called off.", by=peter, at=timezone.now())
    refused = client.post(f"{page}edit/", mine)
    assert refused.status_code == 422
    for words in ("“Spring” is over", "My long words.", "nothing of it changes any more", "Over how many months: 3"):
        assert words in refused.text
    assert ">Save<" not in refused.text
    opened = client.get(f"{page}edit/", follow=True)
    assert opened.redirect_chain == [(page, 302)]
    assert "“Spring” is over: nothing of it changes any more." in opened.text
    assert f"{page}edit/" not in opened.text


def test_beginning_what_peter_has_begun_already_says_so(client, page, spring, peter):
    assert client.get(page).context["warned"]
    drives.begin(spring, by=peter, at=timezone.now())
    for sent in ({}, {"warned": "1:1"}):
        told = client.post(f"{page}begin/", sent, follow=True).text
        assert "The drive has begun already." in told
        assert "Nobody is asked yet" not in told
