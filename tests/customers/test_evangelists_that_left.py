"""Slips of the year are refused; who left, or whose customer did, speaks for us no more, and what was stays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import RuleBroken
from customers.actions import contacts, invoices, merges, occasions, referrals, support_cases
from customers.filters import EvangelistFilter
from customers.models import Contact, Customer, Referral
from customers.reports import evangelists
from tests.factories import ContactFactory, customer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def lucille(db):
    made = ContactFactory(customer=customer("Bluth Company"), name="Lucille", evangelist_level="prompted")
    return Contact.objects.get(pk=made.pk)


@pytest.fixture
def webinar(maria):
    return occasions.create(title="What is new", kind="webinar", held_on=TODAY, by=maria, at=NOW)


def refer(contact, by, **more):
    values = {"told_name": "Stan Sitwell", "referred_on": date(2026, 11, 2), **more}
    return referrals.record(contact, values=values, by=by, at=NOW)


class TestSlipsOfTheYear:
    @pytest.mark.parametrize("day", [date(1, 1, 1), date(1900, 1, 1), date(1989, 12, 31)])
    def test_nobody_spoke_for_us_before_1990(self, lucille, webinar, maria, day):
        made, words = refer(lucille, maria), "days from 1 Jan 1990 on"
        no = {"evangelist_level": "no", "refusal_reason": "Legal", "asked_on": day}
        for deed in (
            lambda: refer(lucille, maria, referred_on=day),
            lambda: referrals.edit(made, changes={"referred_on": day}, by=maria, at=NOW),
            lambda: occasions.create(title="Webinar", kind="webinar", held_on=day, by=maria, at=NOW),
            lambda: occasions.edit(webinar, changes={"held_on": day}, by=maria, at=NOW),
            lambda: occasions.brief(lucille, on=day, by=maria, at=NOW),
            lambda: contacts.edit(lucille, changes=no, by=maria, at=NOW),
            lambda: contacts.mark_left(lucille, on=day, by=maria, at=NOW),
        ):
            with pytest.raises(RuleBroken, match=words):
                deed()

    def test_an_occasion_is_not_planned_for_the_next_century(self, webinar, maria):
        with pytest.raises(RuleBroken, match="five years ahead"):
            occasions.create(title="Webinar", kind="webinar", held_on=date(2126, 1, 1), by=maria, at=NOW)
        with pytest.raises(RuleBroken, match="five years ahead"):
            occasions.edit(webinar, changes={"held_on": date(9999, 12, 31)}, by=maria, at=NOW)

    def test_an_old_slip_does_not_stand_in_the_way_of_a_note(self, lucille, maria):
        made = refer(lucille, maria)
        Referral.objects.filter(pk=made.pk).update(referred_on=date(206, 1, 1))
        assert referrals.edit(made, changes={"note": "By phone"}, by=maria, at=NOW).note == "By phone"

    def test_a_refused_departure_leaves_the_contact_as_it_is(self, lucille, maria):
        with pytest.raises(RuleBroken):
            contacts.mark_left(lucille, on=date(1900, 1, 1), by=maria, at=NOW)
        assert (lucille.left_on, lucille.version) == (None, 1)

    @pytest.mark.parametrize("name", ["opened_on", "closed_on"])
    def test_no_case_is_so_old(self, lucille, maria, name):
        values = {"number": "1", "opened_on": date(2026, 1, 1), name: date(206, 1, 1)}
        with pytest.raises(RuleBroken, match="days from 1 Jan 1990 on"):
            support_cases.record(lucille.customer, values=values, by=maria, at=NOW)

    @pytest.mark.parametrize("name", ["issued_on", "due_on", "paid_on"])
    def test_no_invoice_is_so_old(self, lucille, maria, name):
        values = {"number": "1", "amount": 5, "due_on": TODAY, name: date(206, 1, 1)}
        with pytest.raises(RuleBroken, match="days from 1 Jan 1990 on"):
            invoices.record(lucille.customer, values=values, by=maria, at=NOW)

    def test_no_invoice_is_due_in_the_next_century_and_one_may_be_paid_in_advance(self, lucille, maria):
        values = {"number": "1", "amount": 5, "issued_on": TODAY, "due_on": date(9999, 12, 31)}
        with pytest.raises(RuleBroken, match="five years ahead"):
            invoices.record(lucille.customer, values=values, by=maria, at=NOW)
        paid = values | {"due_on": TODAY, "paid_on": TODAY - timedelta(days=3)}
        assert invoices.record(lucille.customer, values=paid, by=maria, at=NOW).pk


class TestSomebodyWhoLeft:
    """Lucille left on the second of November; what she did until then is still noted."""

    @pytest.fixture
    def left(self, lucille, maria):
        seen = Contact.objects.get(pk=lucille.pk)
        contacts.mark_left(lucille, on=date(2026, 11, 2), by=maria, at=NOW)
        return seen

    def test_she_is_not_briefed_afterwards(self, left, maria):
        with pytest.raises(RuleBroken, match="Lucille left on 2 Nov 2026; look at the day"):
            occasions.brief(left, on=date(2026, 11, 3), by=maria, at=NOW)
        assert occasions.brief(left, on=date(2026, 11, 1), by=maria, at=NOW).attended

    def test_she_refers_nobody_afterwards(self, left, maria):
        with pytest.raises(RuleBroken, match="left on 2 Nov 2026"):
            refer(left, maria, referred_on=date(2026, 11, 3))
        made = refer(left, maria, referred_on=date(2026, 11, 2))
        with pytest.raises(RuleBroken, match="left on 2 Nov 2026"):
            referrals.edit(made, changes={"referred_on": date(2026, 11, 4)}, by=maria, at=NOW)
        won = {"outcome": "won", "decided_on": TODAY}
        assert referrals.edit(made, changes=won, by=maria, at=NOW).outcome == "won"


class TestTheOwnCustomer:
    WON = {"outcome": "won", "decided_on": TODAY}

    def test_it_did_not_come_of_its_own_contact(self, lucille, maria):
        own = lucille.customer
        with pytest.raises(RuleBroken, match="Lucille works at Bluth Company"):
            refer(lucille, maria, customer=own)
        made = refer(lucille, maria)
        with pytest.raises(RuleBroken, match="Lucille works at Bluth Company"):
            referrals.edit(made, changes=self.WON | {"customer": own}, by=maria, at=NOW)
        sitwell = customer("Sitwell")
        assert referrals.edit(made, changes=self.WON | {"customer": sitwell}, by=maria, at=NOW).customer == sitwell

    def test_customers_that_were_merged_are_one(self, lucille, maria):
        twin = customer("Bluth Co")
        made = refer(lucille, maria, customer=twin)
        merges.merge(lucille.customer, duplicate=twin, by=maria, at=NOW)
        with pytest.raises(RuleBroken, match="Lucille works at Bluth Company"):
            referrals.edit(made, changes=self.WON, by=maria, at=NOW)
        assert referrals.edit(made, changes={"note": "By phone"}, by=maria, at=NOW).note == "By phone"


class TestACustomerThatLeft:
    @pytest.fixture
    def gone(self, lucille, sam, webinar, maria):
        refer(lucille, sam)
        occasions.invite(webinar, contacts=Contact.objects.filter(pk=lucille.pk), by=maria, at=NOW)
        Customer.objects.update(lifecycle="churned", churned_on=TODAY)
        return Contact.objects.get(pk=lucille.pk)

    def shown(self, user, **asked):
        return [row.name for row in EvangelistFilter(asked, user=user, today=TODAY).rows]

    def test_its_contacts_are_neither_listed_nor_counted(self, gone, maria):
        for level in ("", "prompted", "everyone"):
            assert self.shown(maria, level=level) == []
        assert evangelists.counts(maria, today=TODAY).evangelists == 0
        assert self.shown(maria, level="left") == ["Lucille"]
        yesterday = TODAY - timedelta(days=1)
        assert evangelists.counts(maria, today=yesterday).evangelists == 1

    def test_its_contacts_are_not_invited_and_their_past_stays(self, gone, maria):
        briefing = occasions.create(title="Briefing", kind="event", held_on=TODAY, by=maria, at=NOW)
        assert occasions.invite(briefing, contacts=Contact.objects.all(), by=maria, at=NOW) == 0
        told = evangelists.dossier(gone, user=maria, today=TODAY)
        assert (len(told.referrals), told.invited, told.upcoming, told.is_stale) == (1, 1, [], False)
