"""Peter changes a drive that is prepared while Priya looks at it: she begins no months that she has not seen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from references.actions import cohort_members, drives
from references.models import CohortMember, Drive
from tests.factories import person
from tests.references.test_drives_at_once import prepare

CHANGED = "The drive was changed meanwhile; look at it, then begin it."
ANEW = "The months were made anew meanwhile, and nobody was moved; look at the drive."


@pytest.fixture
def peter(db):
    return person("Peter Fox", Role.PROGRAMME_MANAGER)


@pytest.fixture
def spring(priya, sam):
    """Sam and Zoe, over three months."""
    person("Zoe Zimmer", Role.SALES_REP)
    return prepare(priya, "Spring", months=3)


@pytest.fixture
def page(client, spring, priya):
    client.force_login(priya)
    return reverse("references:drive_detail", args=[spring.pk])


def of(name):
    """The part that somebody has in the drive."""
    return CohortMember.objects.get(person__name__startswith=name)


def fewer_months(spring, peter):
    drives.edit(spring, seen_version=1, changes={"months": 2}, by=peter, at=timezone.now())


def split_anew(spring, peter):
    drives.split(spring, by=peter, at=timezone.now())


def moved(spring, peter):
    cohort_members.move(of("Zoe"), month=of("Sam").cohort.month, by=peter, at=timezone.now())


def left_out(spring, peter):
    cohort_members.leave_out(of("Zoe"), by=peter, at=timezone.now())


@pytest.mark.parametrize("change", [fewer_months, split_anew, moved, left_out])
def test_priya_begins_no_months_that_she_has_not_seen(client, page, spring, peter, change):
    seen = client.get(page).context["seen"]
    assert f'name="seen" value="{seen}"' in client.get(page).text
    change(spring, peter)
    refused = client.post(f"{page}begin/", {"seen": seen})
    assert (refused.status_code, CHANGED in refused.text) == (422, True)
    assert not Drive.objects.get().begun_at
    fresh = refused.context["seen"]
    assert f'name="seen" value="{fresh}"' in refused.text
    begun = client.post(f"{page}begin/", {"seen": fresh}, follow=True)
    assert "The drive has begun" in begun.text
    assert Drive.objects.get().begun_at


@pytest.mark.parametrize("change", [fewer_months, split_anew, moved, left_out])
def test_priya_splits_no_months_anew_that_peter_changed_meanwhile(client, page, spring, peter, change):
    seen = client.get(page).context["seen"]
    assert client.get(page).text.count(f'name="seen" value="{seen}"') == 2
    change(spring, peter)
    held = list(CohortMember.objects.order_by("person").values_list("pk", "cohort"))
    refused = client.post(f"{page}split/", {"seen": seen})
    assert (refused.status_code, "or moved somebody meanwhile; look at the months" in refused.text) == (422, True)
    assert list(CohortMember.objects.order_by("person").values_list("pk", "cohort")) == held
    again = client.post(f"{page}split/", {"seen": refused.context["seen"]}, follow=True)
    assert "The months are split anew." in again.text


@pytest.mark.parametrize("change", [moved, left_out])
def test_other_months_put_nobody_back_whom_peter_moved_after_the_form_was_opened(client, page, spring, peter, change):
    seen = client.get(f"{page}edit/").context["seen_months"]
    change(spring, peter)
    held = list(CohortMember.objects.order_by("person").values_list("pk", "cohort"))
    refused = edited(client, page, seen_months=seen)
    assert (refused.status_code, "Somebody moved people of the drive meanwhile" in refused.text) == (422, True)
    assert list(CohortMember.objects.order_by("person").values_list("pk", "cohort")) == held
    fresh = refused.context["seen_months"]
    assert f'name="seen_months" value="{fresh}"' in refused.text
    assert "its months were made anew" in edited(client, page, seen_months=fresh).text


def test_looking_once_more_changes_nothing_of_what_was_seen(client, page):
    assert client.get(page).context["seen"] == client.get(page).context["seen"]


def edited(client, page, **more):
    values = {"name": "Spring", "split": "last_name", "introduction": "Please.", "roles": ["sales_rep"], "months": 2}
    values |= {"first_month": f"{timezone.localdate():%Y-%m}", "version": 1}
    return client.post(f"{page}edit/", values | more, follow=True)


def test_who_was_left_out_stays_left_out_when_the_months_are_made_anew(client, page, spring, peter):
    left_out(spring, peter)
    assert "who was left out stays left out" in client.get(f"{page}edit/").text
    saved = edited(client, page)
    assert "The drive is saved, and its months were made anew. 1 person stays left out." in saved.text
    assert of("Zoe").cohort is None
    assert of("Sam").cohort.month == timezone.localdate().replace(day=1)
    client.post(f"{page}split/")
    assert of("Zoe").cohort is None


def test_who_was_left_out_and_no_longer_belongs_is_forgotten(client, page, spring, peter):
    left_out(spring, peter)
    maria = person("Maria Silva", Role.CSM)
    saved = edited(client, page, roles=["csm"])
    assert "its months were made anew.<" in saved.text
    assert [row.person for row in CohortMember.objects.all()] == [maria]


def test_another_name_makes_nothing_anew(client, page, spring):
    saved = edited(client, page, name="May", months=3)
    assert "The drive is saved.<" in saved.text


def test_moving_somebody_from_a_page_with_months_that_are_gone_leads_back_to_the_drive(client, page, spring, peter):
    row = of("Zoe")
    assert f'name="drive" value="{spring.pk}"' in client.get(page).text
    split_anew(spring, peter)
    address = reverse("references:cohort_member_move", args=[row.pk])
    sent = {"month": f"{timezone.localdate():%Y-%m}", "seen": "", "drive": spring.pk, "query": "q=zoe"}
    told = client.post(address, sent, follow=True)
    assert told.redirect_chain == [(f"{page}?q=zoe", 302)]
    assert ANEW in told.text
    for unknown in ("", "0", "x", "9" * 30):
        assert client.post(address, sent | {"drive": unknown}).status_code == 404
