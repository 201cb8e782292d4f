"""Priya and Omar have Maria's membership open at the same time: neither bonus is replaced unread."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from core.models import AuditEvent, Programme
from references.actions import pay_members
from references.models import PayMember
from tests.factories import person


@pytest.fixture
def running():
    return Programme.current().calendar.quarter_at(timezone.now())


@pytest.fixture
def form(maria, priya, running):
    made = pay_members.add(maria, target_bonus=Decimal(3000), from_quarter=running, by=priya, at=timezone.now())
    return reverse("references:pay_member_edit", args=[made.pk])


@pytest.fixture
def as_priya(priya):
    client = Client()
    client.force_login(priya)
    return client


@pytest.fixture
def as_omar(db):
    client = Client()
    client.force_login(person("Omar Haddad", Role.PROGRAMME_MANAGER))
    return client


def opened(answer, name="change_form"):
    return {field.html_name: field.value() for field in answer.context[name]}


def test_of_two_bonuses_from_one_quarter_the_second_is_saved_by_another_press(as_priya, as_omar, form, running):
    priyas, omars = opened(as_priya.get(form)), opened(as_omar.get(form))
    assert as_priya.post(form, priyas | {"target_bonus": "3100", "deed": "change"}).status_code == 302
    refused = as_omar.post(form, omars | {"target_bonus": "3200", "deed": "change"})
    assert (refused.status_code, "Somebody else changed the membership of Maria Chen" in refused.text) == (422, True)
    assert "It is now: 3,100" in refused.text
    assert PayMember.objects.get().target_bonus == 3100
    assert as_omar.post(form, opened(refused) | {"deed": "change"}).status_code == 302
    assert PayMember.objects.get().target_bonus == 3200


def test_who_changes_what_was_changed_from_a_later_quarter_is_told_which_membership_it_is_now(
    as_priya, as_omar, form, running
):
    priyas, omars = opened(as_priya.get(form)), opened(as_omar.get(form))
    later = {"from_quarter": running.next.label, "deed": "change"}
    assert as_priya.post(form, priyas | later | {"target_bonus": "3100"}).status_code == 302
    refused = as_omar.post(form, omars | later | {"target_bonus": "3200"})
    assert "Somebody else changed the membership of Maria Chen" in refused.text
    assert f"From {running.next.label} on Maria Chen has another membership" in refused.text
    assert "press again" not in refused.text, "no press here changes the other membership"
    other = PayMember.objects.get(from_quarter=running.next.label)
    assert reverse("references:pay_member_edit", args=[other.pk]) in refused.text
    again = as_omar.post(form, opened(refused) | later)
    assert f"From {running.next.label} on Maria Chen has another membership" in again.text
    assert "3,100" in again.text


def test_of_two_bonuses_before_a_later_membership_the_second_is_told_of_the_one_that_it_replaces(
    as_priya, as_omar, form, running
):
    later = {"from_quarter": running.next.label, "deed": "change", "target_bonus": "3100"}
    as_priya.post(form, opened(as_priya.get(form)) | later)
    priyas, omars = opened(as_priya.get(form)), opened(as_omar.get(form))
    as_priya.post(form, priyas | {"target_bonus": "3200", "deed": "change"})
    refused = as_omar.post(form, omars | {"target_bonus": "3300", "deed": "change"})
    assert ("It is now: 3,200" in refused.text, "change that one" in refused.text) == (True, False)


def test_a_bonus_that_is_no_other_makes_no_second_membership(as_priya, form, running):
    same = opened(as_priya.get(form)) | {"from_quarter": running.next.label, "deed": "change"}
    refused = as_priya.post(form, same)
    assert (refused.status_code, "nothing is changed" in refused.text) == (422, True)
    assert PayMember.objects.count() == 1


def test_an_end_that_was_entered_meanwhile_is_not_replaced_unread(as_priya, as_omar, form, running):
    omars = opened(as_omar.get(form), "end_form")
    ends = {"until_quarter": running.next.label, "deed": "end"}
    assert as_priya.post(form, opened(as_priya.get(form), "end_form") | ends).status_code == 302
    refused = as_omar.post(form, omars | {"deed": "end"})
    assert "Somebody else changed the membership of Maria Chen" in refused.text
    assert PayMember.objects.get().until_quarter == running.next.label


def test_who_changes_a_membership_that_was_ended_meanwhile_hears_of_that(as_priya, as_omar, form, running):
    omars = opened(as_omar.get(form))
    as_priya.post(form, opened(as_priya.get(form), "end_form") | {"until_quarter": running.label, "deed": "end"})
    refused = as_omar.post(form, omars | {"from_quarter": running.next.label, "target_bonus": "3200", "deed": "change"})
    assert "Somebody else changed the membership of Maria Chen" in refused.text
    assert f"{running.next.label} is outside this membership." in refused.text


def test_nobody_is_paid_on_two_memberships_in_one_quarter(as_priya, form, running, maria):
    change = {"from_quarter": running.next.label, "target_bonus": "3100", "deed": "change"}
    as_priya.post(form, opened(as_priya.get(form)) | change)
    ends = {"until_quarter": running.next.next.label, "deed": "end"}
    refused = as_priya.post(form, opened(as_priya.get(form), "end_form") | ends)
    assert (refused.status_code, "has another membership" in refused.text) == (422, True)
    for quarter in (running, running.next, running.next.next):
        assert PayMember.objects.filter(user=maria).in_quarter(quarter.label).count() == 1
    page = as_priya.get("/pay/members/").text
    assert "1 person is paid on the count" in page
    assert "3,000.00 EUR a quarter" in page


def remove(form):
    return f"{form}remove/"


def test_what_was_entered_by_mistake_is_removed_and_what_it_followed_goes_on(as_priya, form, running, maria):
    change = {"from_quarter": running.next.label, "target_bonus": "31000", "deed": "change"}
    as_priya.post(form, opened(as_priya.get(form)) | change)
    slip = reverse("references:pay_member_edit", args=[PayMember.objects.get(target_bonus=31000).pk])
    told = as_priya.post(remove(slip), {"version": opened(as_priya.get(slip))["version"]}, follow=True)
    assert f"The membership of Maria Chen from {running.next.label} on is removed." in told.text
    assert [(row.target_bonus, row.until_quarter) for row in PayMember.objects.all()] == [(3000, "")]
    assert AuditEvent.objects.get(event="pay_member.removed").detail["target_bonus"] == "31000.00"


def test_who_had_left_and_joined_again_by_mistake_has_left_still(as_priya, form, running, maria, priya):
    pay_members.end(PayMember.objects.get(), until_quarter=running, by=priya, at=timezone.now())
    again = {"target_bonus": Decimal(4000), "from_quarter": running.next, "by": priya, "at": timezone.now()}
    pay_members.remove(pay_members.add(maria, **again), by=priya, at=timezone.now())
    assert [row.until_quarter for row in PayMember.objects.all()] == [running.label]


def test_what_omar_changed_meanwhile_is_not_removed_unread(as_priya, as_omar, form):
    priyas = opened(as_priya.get(form))
    as_omar.post(form, opened(as_omar.get(form)) | {"target_bonus": "3300", "deed": "change"})
    refused = as_priya.post(remove(form), {"version": priyas["version"]}, follow=True)
    assert "Somebody else changed the membership of Maria Chen" in refused.text
    as_priya.post(remove(form), {"version": opened(as_priya.get(form))["version"]})
    assert not PayMember.objects.exists()
    told = as_omar.post(form, priyas | {"target_bonus": "3400", "deed": "change"}, follow=True).text
    assert "Priya Nair removed the membership meanwhile" in told
    assert "Nothing of yours is saved" not in as_omar.get(form, follow=True).text
    assert "Nothing of yours is saved. You had written: “3400”" in told
