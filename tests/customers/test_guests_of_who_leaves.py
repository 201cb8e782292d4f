"""Sitwell gave notice: on an occasion by which it has left, none of its contacts is a guest any more."""

import csv
from datetime import UTC, date, datetime

import pytest
from django.utils.formats import date_format

from core.errors import RuleBroken
from customers.actions import customers, occasions, referrals
from customers.models import Contact, Customer, OccasionInvitation
from tests.customers.speaking import csv_of, text
from tests.factories import ContactFactory, customer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEAVES, EVENING = date(2026, 12, 15), date(2026, 12, 17)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def sally():
    return ContactFactory(customer=customer("Sitwell"), name="Sally", evangelist_level="prompted")


@pytest.fixture
def lucille():
    return ContactFactory(customer=customer("Bluth Company"), name="Lucille", evangelist_level="prompted")


def meeting(by, day=EVENING):
    return occasions.create(title="What is new", kind="webinar", held_on=day, by=by, at=NOW)


@pytest.fixture
def evening(maria, sally, lucille):
    """Both have said that they come."""
    made = meeting(maria)
    occasions.invite(made, contacts=Contact.objects.all(), by=maria, at=NOW)
    occasions.note(made, guests=made.invitations.all(), deed="comes", by=maria, at=NOW)
    return made


@pytest.fixture
def as_maria(client, maria):
    client.force_login(maria)
    return client


def leave(contact, by, on=LEAVES):
    who = Customer.objects.get(pk=contact.customer_id)
    return customers.churn(who, on=on, reason="The budget was cut", seen=who.standing_mark, by=by, at=NOW)


def test_who_said_yes_stands_under_left_before_the_day(as_maria, maria, evening, sally):
    leave(sally, maria)
    page = f"/occasions/{evening.pk}/"
    (line,) = csv.DictReader(csv_of(as_maria.get("/occasions/export.csv")).splitlines())
    figures = [line[name] for name in ("Invited", "Comes", "Does not come", "No answer yet", "Left before the day")]
    assert figures == ["2", "1", "0", "0", "1"]
    shown = {
        show: [row.contact.name for row in as_maria.get(f"{page}?show={show}").context["page"].rows]
        for show in ("comes", "gone", "unanswered")
    }
    assert shown == {"comes": ["Lucille"], "gone": ["Sally"], "unanswered": []}
    guests = {row["Contact"]: row for row in csv.DictReader(csv_of(as_maria.get(f"{page}guests.csv")).splitlines())}
    assert guests["Sally"]["Customer left on"] == str(LEAVES)
    assert (guests["Sally"]["Answer"], guests["Lucille"]["Customer left on"]) == ("Had said yes", "")
    told = text(as_maria.get(page))
    assert ("1 has left by the day" in told, "had said yes" in told) == (True, True)
    assert f"customer until {date_format(LEAVES)}" in told
    assert "had said yes" in text(as_maria.get(f"/evangelists/{sally.pk}/"))


@pytest.mark.parametrize(("day", "comes"), [(date(2026, 12, 14), True), (LEAVES, False)])
def test_until_the_day_before_it_leaves_they_come(as_maria, maria, sally, day, comes):
    last = meeting(maria, day=day)
    occasions.invite(last, contacts=Contact.objects.all(), by=maria, at=NOW)
    leave(sally, maria)
    answer = as_maria.post(f"/occasions/{last.pk}/note/", {"deed": "comes", "everyone": "true"}, follow=True)
    words = "1 guest is passed over, as the customer has left by the day: Sally (Sitwell)"
    assert (words in text(answer), last.invitations.get().response == "yes") == (not comes, comes)


def test_they_were_not_there_either(maria, evening, sally, time_machine):
    leave(sally, maria)
    time_machine.move_to(later := datetime(2026, 12, 20, 12, tzinfo=UTC))
    assert occasions.note(evening, guests=evening.invitations.all(), deed="attended", by=maria, at=later) == 1
    assert OccasionInvitation.objects.get(attended=True).contact.name == "Lucille"
    with pytest.raises(RuleBroken, match="was at Sitwell, our customer until 15 Dec 2026"):
        occasions.brief(sally, on=LEAVES, by=maria, at=later)
    occasions.brief(sally, on=date(2026, 12, 14), by=maria, at=later)


def test_an_occasion_at_which_they_were_is_not_moved_to_a_day_after_it(maria, sally):
    early = meeting(maria, day=date(2026, 11, 10))
    occasions.invite(early, contacts=Contact.objects.all(), by=maria, at=NOW)
    occasions.note(early, guests=early.invitations.all(), deed="attended", by=maria, at=NOW)
    leave(sally, maria, on=date(2026, 11, 12))
    with pytest.raises(RuleBroken, match="our customer until 12 Nov 2026"):
        occasions.edit(early, changes={"held_on": date(2026, 11, 12)}, by=maria, at=NOW)


def test_they_are_not_invited_and_who_ticked_them_is_told(as_maria, maria, sally):
    made = meeting(maria)
    leave(sally, maria)
    address = f"/occasions/{made.pk}/invite/"
    assert "Sally" not in text(as_maria.get(f"{address}?level=everyone"))
    answer = text(as_maria.post(address, {"ticked": [sally.pk]}, follow=True))
    assert "Not invited, as the customer leaves by the day: Sally (Sitwell)" in answer
    assert occasions.invite(made, contacts=Contact.objects.all(), by=maria, at=NOW) == 0
    assert "What is new" not in text(as_maria.get(f"/evangelists/{sally.pk}/"))


def test_the_page_after_the_departure_names_what_speaks_against_it(as_maria, maria, evening, sally):
    """Sally was at a briefing on the tenth, told Stan of us on the eleventh and is expected in December."""
    occasions.brief(sally, on=date(2026, 11, 10), by=maria, at=NOW)
    values = {"told_name": "Stan", "told_company": "Zeitgeist", "referred_on": date(2026, 11, 11)}
    referrals.record(sally, values=values, by=maria, at=NOW)
    sent = {"on": "2026-11-10", "reason": "Budget", "seen": sally.customer.standing_mark}
    answer = as_maria.post(f"/customers/{sally.customer_id}/churn/", sent, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert len(said) == 3
    assert "Sally was at “Personal briefings” on 10 Nov 2026</a>, <a" in said[1]
    assert "Sally referred us to" in said[1]
    assert f'/occasions/{evening.pk}/">Sally at “What is new” on 17 Dec 2026</a>' in said[2]


def test_the_page_after_a_departure_is_silent_where_nothing_speaks_against_it(as_maria, maria, lucille, sally):
    sent = {"on": str(LEAVES), "reason": "Budget", "seen": sally.customer.standing_mark}
    answer = as_maria.post(f"/customers/{sally.customer_id}/churn/", sent, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Sitwell leaves on 15 Dec 2026."]
