"""Several people do the same to one contact at the same moment."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils.formats import date_format

from core.errors import RuleBroken
from core.models import AuditEvent
from customers.actions import contacts, merges, occasions, referrals
from customers.models import Contact, Occasion, OccasionInvitation, Referral
from tests.factories import ContactFactory, customer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds) -> list[Exception]:
    """What went wrong when all were done together."""
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    wrong, start = [], Barrier(len(deeds))

    def do(deed):
        try:
            start.wait()
            deed()
        except Exception as problem:
            wrong.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=do, args=(deed,)) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return wrong


def test_briefed_today_by_four_people_is_one_occasion_with_each_contact_once():
    bluth = customer("Bluth")
    people = [ContactFactory(customer=bluth, name=f"Contact {number}") for number in range(2)]
    briefs = [lambda one=one: occasions.brief(one, on=TODAY, by=None, at=NOW) for one in people * 2]
    assert at_once(*briefs) == []
    assert (Occasion.objects.count(), OccasionInvitation.objects.count()) == (1, 2)
    assert {contact.briefed_on for contact in Contact.objects.all()} == {TODAY}


def test_two_who_invite_everybody_invite_everybody_once():
    bluth = customer("Bluth")
    for number in range(30):
        ContactFactory(customer=bluth, name=f"Contact {number}")
    webinar = occasions.create(title="New", kind="webinar", held_on=TODAY, by=None, at=NOW)
    invite = [lambda: occasions.invite(webinar, contacts=Contact.objects.all(), by=None, at=NOW)] * 3
    assert at_once(*invite) == []
    assert webinar.invitations.count() == 30


def test_a_referral_that_is_won_while_its_customer_is_merged_leads_to_the_survivor_or_is_refused():
    survivor, twin = customer("Sitwell"), customer("Sitwell Twin")
    referral = referrals.record(
        ContactFactory(customer=customer("Bluth")), values={"told_name": "Stan", "referred_on": TODAY}, by=None, at=NOW
    )
    wrong = at_once(
        lambda: merges.merge(survivor, duplicate=twin, by=None, at=NOW),
        lambda: referrals.edit(referral, changes={"customer": twin}, by=None, at=NOW),
    )
    assert all(isinstance(problem, RuleBroken) for problem in wrong)
    assert Referral.objects.get().customer in (survivor, None)
    assert (Referral.objects.get().customer is None) == bool(wrong)


def test_a_referral_of_which_two_colleagues_hear_counts_once():
    lucille = ContactFactory(customer=customer("Bluth"), name="Lucille")
    told = {"told_name": "Stan Sitwell", "told_company": "Sitwell", "is_prompted": False, "referred_on": TODAY}
    record = [lambda: referrals.record(lucille, values=told, by=None, at=NOW)] * 3
    assert [str(problem).split(";")[0] for problem in at_once(*record)] == [
        "The program noted this referral already"
    ] * 2
    assert Referral.objects.count() == 1


def test_of_two_departures_at_one_moment_the_second_is_told_of_the_first():
    lucille = ContactFactory(customer=customer("Bluth"), name="Lucille")
    days = (TODAY, TODAY - timedelta(days=3))
    wrong = at_once(*(lambda day=day: contacts.mark_left(lucille, on=day, by=None, at=NOW) for day in days))
    lucille.refresh_from_db()
    assert [str(problem) for problem in wrong] == [f"Lucille left already on {date_format(lucille.left_on)}."]
    assert AuditEvent.objects.filter(event="contact.left").count() == 1
