"""Lucille speaks for us, or says why not; Maria briefs her, Leo invites her, Sam notes what she referred."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.constraints import InsertOnlyError
from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent, Programme
from customers.actions import contacts, merges, occasions, referrals, thanks
from customers.choices import GuestDeed
from customers.models import Contact, CustomerChange, Occasion, OccasionInvitation, Referral, ThankYou
from customers.reports import referrals as report
from tests.factories import ContactFactory, customer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def lucille(db):
    made = ContactFactory(customer=customer("Bluth Company"), name="Lucille", evangelist_level="prompted")
    return Contact.objects.get(pk=made.pk)


def refer(contact, by, **more):
    values = {"told_name": "Stan Sitwell", "referred_on": date(2026, 11, 2), **more}
    return referrals.record(contact, values=values, by=by, at=NOW)


class TestWhyNot:
    def test_a_reason_has_a_day_and_stands_in_the_history(self, lucille, maria):
        said = {"evangelist_level": "no", "refusal_reason": "Legal forbids it", "asked_on": TODAY}
        contacts.edit(lucille, changes=said, by=maria, at=NOW)
        lucille.refresh_from_db()
        assert (lucille.refusal_reason, lucille.asked_on, lucille.is_evangelist) == ("Legal forbids it", TODAY, False)
        told = CustomerChange.objects.first().fields
        assert told["contact Lucille: refusal_reason"] == ["", "Legal forbids it"]

    def test_who_refers_us_later_has_no_reason_any_more(self, lucille, maria):
        said = {"evangelist_level": "no", "refusal_reason": "Legal forbids it", "asked_on": TODAY}
        contacts.edit(lucille, changes=said, by=maria, at=NOW)
        contacts.edit(lucille, changes={"evangelist_level": "unprompted"}, by=maria, at=NOW)
        lucille.refresh_from_db()
        assert (lucille.refusal_reason, lucille.asked_on) == ("", None)
        assert CustomerChange.objects.first().fields["contact Lucille: refusal_reason"] == ["Legal forbids it", ""]

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"evangelist_level": "no", "refusal_reason": "Legal"}, "together with the day"),
            ({"evangelist_level": "no", "asked_on": TODAY}, "together with the day"),
            ({"refusal_reason": "Legal", "asked_on": TODAY}, "no reason not to"),
            ({"evangelist_level": "no", "refusal_reason": "L", "asked_on": TODAY + timedelta(days=1)}, "lies ahead"),
        ],
    )
    def test_half_an_answer_is_refused(self, lucille, maria, changes, words):
        with pytest.raises(RuleBroken, match=words):
            contacts.edit(lucille, changes=changes, by=maria, at=NOW)

    def test_the_database_keeps_the_pair_together(self, lucille):
        for wrong in ({"refusal_reason": "Legal"}, {"asked_on": TODAY}, {"refusal_reason": "L", "asked_on": TODAY}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Contact.objects.filter(pk=lucille.pk).update(**wrong)


class TestReferrals:
    def test_sam_notes_one_follows_it_up_and_the_audit_trail_tells(self, lucille, sam):
        referral = refer(lucille, sam)
        sitwell = customer("Sitwell Enterprises")
        won = {"outcome": "won", "decided_on": TODAY, "revenue": Decimal("12000"), "customer": sitwell}
        referral = referrals.edit(referral, changes=won, seen_version=1, by=sam, at=NOW)
        assert (referral.version, referral.customer, referral.created_by) == (2, sitwell, sam)
        [edited] = AuditEvent.objects.filter(event="referral.edited")
        assert edited.by == sam
        assert edited.detail["fields"]["outcome"] == ["open", "won"]
        with pytest.raises(StaleVersion):
            referrals.edit(referral, changes={"note": "Mine"}, seen_version=1, by=sam, at=NOW)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"told_name": " "}, "who was told"),
            ({"referred_on": TODAY + timedelta(days=1)}, "lies ahead"),
            ({"outcome": "won"}, "on which day"),
            ({"outcome": "lost", "decided_on": date(2026, 11, 1)}, "after it was made"),
            ({"outcome": "won", "decided_on": TODAY + timedelta(days=1)}, "not in the days to come"),
            ({"decided_on": TODAY}, "no day of its outcome"),
            ({"outcome": "lost", "decided_on": TODAY, "revenue": Decimal(5)}, "Only a referral that was won"),
            ({"outcome": "won", "decided_on": TODAY, "revenue": Decimal(-5)}, "none is negative"),
        ],
    )
    def test_nonsense_is_refused(self, lucille, sam, wrong, words):
        with pytest.raises(RuleBroken, match=words):
            refer(lucille, sam, **wrong)
        assert not Referral.objects.exists()

    def test_a_lost_one_loses_its_revenue_and_an_open_one_its_day(self, lucille, sam):
        referral = refer(lucille, sam, outcome="won", decided_on=TODAY, revenue=Decimal(5))
        referral = referrals.edit(referral, changes={"outcome": "lost"}, by=sam, at=NOW)
        assert (referral.revenue, referral.decided_on) == (None, TODAY)
        assert referrals.edit(referral, changes={"outcome": "open"}, by=sam, at=NOW).decided_on is None

    def test_the_database_refuses_revenue_of_what_was_not_won(self, lucille, sam):
        referral = refer(lucille, sam)
        for wrong in ({"revenue": 5}, {"outcome": "won"}, {"told_name": ""}, {"outcome": "odd"}, {"withdrawn_at": NOW}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Referral.objects.filter(pk=referral.pk).update(**wrong)

    def test_a_mistake_is_marked_counts_nowhere_and_can_be_taken_back(self, lucille, sam):
        referral = referrals.withdraw(refer(lucille, sam), reason="Entered twice", by=sam, at=NOW)
        assert (Referral.objects.count(), Referral.objects.counted().count()) == (1, 0)
        with pytest.raises(RuleBroken, match="withdrawn"):
            referrals.edit(referral, changes={"note": "x"}, by=sam, at=NOW)
        with pytest.raises(RuleBroken, match="already"):
            referrals.withdraw(referral, reason="Again", by=sam, at=NOW)
        referrals.reinstate(referral, by=sam, at=NOW)
        assert Referral.objects.counted().count() == 1
        events = AuditEvent.objects.filter(event__startswith="referral.").order_by("pk").values_list("event", flat=True)
        assert [*events] == ["referral.recorded", "referral.withdrawn", "referral.reinstated"]

    def test_quarters_count_what_was_made_and_what_was_won_in_them(self, lucille, sam):
        Programme.objects.update_or_create(pk=1, defaults={"first_month": 2})
        refer(lucille, sam, referred_on=date(2026, 10, 31), is_prompted=True)
        won = {"outcome": "won", "decided_on": date(2026, 11, 1)}
        refer(lucille, sam, referred_on=date(2026, 8, 1), revenue=Decimal("10.50"), **won)
        refer(lucille, sam, referred_on=date(2026, 8, 2), **won)
        referrals.withdraw(refer(lucille, sam), reason="None", by=sam, at=NOW)
        later, earlier = report.totals(Referral.objects.all(), calendar=Programme.current().calendar)
        assert (later.quarter.label, later.made, later.won) == ("2027-Q4", 0, 2)
        assert (later.revenue, later.unknown) == (Decimal("10.50"), 1)
        assert (earlier.quarter.label, earlier.made, earlier.prompted, earlier.won) == ("2027-Q3", 3, 1, 0)


@pytest.fixture
def webinar(db, maria):
    return occasions.create(title="What is new", kind="webinar", held_on=TODAY, by=maria, at=NOW - timedelta(days=20))


def everyone():
    return Contact.objects.order_by("pk")


def guests(occasion, *names):
    return OccasionInvitation.objects.filter(occasion=occasion, contact__name__in=names)


class TestOccasions:
    def test_many_are_invited_at_once_and_nobody_twice(self, lucille, webinar, maria):
        gone = ContactFactory(customer=lucille.customer, name="Gob", left_on=date(2026, 6, 1))
        ContactFactory(customer=lucille.customer, name="Buster")
        assert occasions.invite(webinar, contacts=everyone(), by=maria, at=NOW) == 2
        assert occasions.invite(webinar, contacts=everyone(), by=maria, at=NOW) == 0
        assert not webinar.invitations.filter(contact=gone).exists()
        assert webinar.invitations.first().invited_by == maria

    def test_an_invitation_is_no_attendance(self, lucille, webinar, maria):
        occasions.invite(webinar, contacts=everyone(), by=maria, at=NOW)
        occasions.note(webinar, guests=guests(webinar, "Lucille"), deed=GuestDeed.COMES, by=maria, at=NOW)
        lucille.refresh_from_db()
        assert lucille.briefed_on is None
        occasions.note(webinar, guests=guests(webinar, "Lucille"), deed=GuestDeed.ATTENDED, by=maria, at=NOW)
        lucille.refresh_from_db()
        assert lucille.briefed_on == TODAY
        occasions.note(webinar, guests=guests(webinar, "Lucille"), deed=GuestDeed.ABSENT, by=maria, at=NOW)
        lucille.refresh_from_db()
        assert lucille.briefed_on is None

    def test_nobody_was_there_before_the_day(self, lucille, webinar, maria):
        occasions.invite(webinar, contacts=everyone(), by=maria, at=NOW)
        yesterday = NOW - timedelta(days=1)
        for deed in (GuestDeed.ATTENDED, GuestDeed.ABSENT):
            with pytest.raises(RuleBroken, match="can be noted from that day on"):
                occasions.note(webinar, guests=webinar.invitations.all(), deed=deed, by=maria, at=yesterday)
        assert occasions.note(webinar, guests=webinar.invitations.all(), deed="declines", by=maria, at=yesterday) == 1

    def test_a_day_that_moves_takes_the_briefings_along_but_not_into_the_future(self, lucille, webinar, maria):
        occasions.invite(webinar, contacts=everyone(), by=maria, at=NOW)
        occasions.note(webinar, guests=webinar.invitations.all(), deed=GuestDeed.ATTENDED, by=maria, at=NOW)
        occasions.edit(webinar, changes={"held_on": date(2026, 11, 3)}, seen_version=1, by=maria, at=NOW)
        lucille.refresh_from_db()
        assert lucille.briefed_on == date(2026, 11, 3)
        with pytest.raises(RuleBroken, match="cannot lie ahead"):
            occasions.edit(webinar, changes={"held_on": date(2026, 12, 3)}, by=maria, at=NOW)
        with pytest.raises(StaleVersion):
            occasions.edit(webinar, changes={"title": "Mine"}, seen_version=1, by=maria, at=NOW)

    def test_an_invitation_is_taken_back_only_while_nothing_came_of_it(self, lucille, webinar, maria):
        ContactFactory(customer=lucille.customer, name="Buster")
        occasions.invite(webinar, contacts=everyone(), by=maria, at=NOW)
        occasions.note(webinar, guests=guests(webinar, "Lucille"), deed=GuestDeed.COMES, by=maria, at=NOW)
        everybody = webinar.invitations.all()
        assert occasions.note(webinar, guests=everybody, deed=GuestDeed.UNINVITED, by=maria, at=NOW) == 1
        assert [one.contact.name for one in webinar.invitations.all()] == ["Lucille"]
        assert AuditEvent.objects.filter(event="occasion.noted").first().detail["contacts"] == "Buster"

    def test_briefed_today_counts_once_however_often_it_is_pressed(self, lucille, maria):
        for _press in range(2):
            occasions.brief(lucille, on=TODAY, by=maria, at=NOW)
        other = ContactFactory(customer=lucille.customer, name="Buster")
        occasions.brief(other, on=TODAY, by=maria, at=NOW)
        lucille.refresh_from_db()
        assert lucille.briefed_on == TODAY
        assert (Occasion.objects.count(), OccasionInvitation.objects.count()) == (1, 2)
        assert AuditEvent.objects.filter(event="contact.briefed").count() == 2
        with pytest.raises(RuleBroken, match="lies ahead"):
            occasions.brief(lucille, on=TODAY + timedelta(days=1), by=maria, at=NOW)

    def test_an_earlier_briefing_does_not_hide_a_later_one(self, lucille, maria):
        occasions.brief(lucille, on=TODAY, by=maria, at=NOW)
        occasions.brief(lucille, on=TODAY - timedelta(days=50), by=maria, at=NOW)
        lucille.refresh_from_db()
        assert lucille.briefed_on == TODAY
        stale = Contact.objects.evangelists().stale(TODAY)
        assert not stale.exists()
        assert Contact.objects.evangelists().stale(TODAY + timedelta(days=1)).count() == 1

    def test_personal_briefings_are_invited_to_by_nobody(self, lucille, maria):
        personal = occasions.brief(lucille, on=TODAY, by=maria, at=NOW).occasion
        with pytest.raises(RuleBroken, match="page of the contact"):
            occasions.invite(personal, contacts=everyone(), by=maria, at=NOW)
        with pytest.raises(RuleBroken, match="page of the contact"):
            occasions.create(title="Mine", kind="personal", held_on=TODAY, by=maria, at=NOW)


class TestThanks:
    def test_a_colleague_hears_of_it(self, sam, maria):
        thanks.give(colleague=maria, reason="The call", text="You saved the deal.", by=sam, at=NOW)
        [notice] = maria.notices.all()
        assert notice.text == "Sam Ortiz thanks you: The call"
        assert notice.url == "/thanks/?show=received"

    def test_thanks_to_a_contact_send_nothing(self, lucille, sam):
        one = thanks.give(contact=lucille, reason="The call", text="Thank you.", gift="A pass", by=sam, at=NOW)
        assert (one.receiver, one.thanked_on, one.gift) == ("Lucille", TODAY, "A pass")
        assert not sam.notices.exists()

    def test_who_is_thanked_is_one_and_somebody_else(self, lucille, sam, maria):
        for wrong in (
            {},
            {"colleague": maria, "contact": lucille},
            {"colleague": sam},
            {"colleague": maria, "gift": "x"},
        ):
            with pytest.raises(RuleBroken):
                thanks.give(**wrong, reason="r", text="t", by=sam, at=NOW)
        said = {"reason": "r", "text": "t", "given_by": sam, "given_at": NOW, "thanked_on": TODAY}
        for wrong in ({}, {"colleague": maria, "contact": lucille}, {"colleague": sam}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ThankYou(**said, **wrong).save()

    def test_thanks_are_never_taken_back(self, lucille, sam):
        one = thanks.give(contact=lucille, reason="r", text="t", by=sam, at=NOW)
        with pytest.raises(InsertOnlyError):
            one.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            ThankYou.objects.all()._raw_delete("default")
        assert ThankYou.objects.count() == 1


def test_a_merge_takes_everything_along(lucille, webinar, sam, maria):
    survivor, twin = customer("Bluth Holding"), lucille.customer
    mine = refer(lucille, sam)
    theirs = refer(ContactFactory(customer=customer("Sitwell")), sam, customer=twin)
    occasions.invite(webinar, contacts=everyone(), by=maria, at=NOW)
    thanks.give(contact=lucille, reason="r", text="t", by=sam, at=NOW)
    merges.merge(survivor, duplicate=twin, by=maria, at=NOW)
    for row in (mine, theirs):
        row.refresh_from_db()
    assert (mine.contact.customer, theirs.customer) == (survivor, survivor)
    assert survivor.contacts.get().invitations.count() == survivor.contacts.get().thanks.count() == 1
    with pytest.raises(RuleBroken, match="merged"):
        referrals.edit(mine, changes={"customer": type(survivor).objects.get(pk=twin.pk)}, by=sam, at=NOW)
