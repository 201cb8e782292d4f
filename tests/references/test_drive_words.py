"""What a drive says of people: of who looks after no customer, of who answered when, and of who never did."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from references import tasks
from references.actions import drives
from tests.api.calling import client_of
from tests.factories import customer
from tests.references.drives import begun, member, nominate, reps

ASKED = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
LATER = ASKED + timedelta(days=2)
NONE_HERE = "You look after no customer here"


@pytest.fixture
def sam(db):
    return reps("Sam Ortiz")["sam"]


@pytest.fixture
def shown(priya, sam, time_machine):
    """A drive in which Sam is asked with the next run."""
    time_machine.move_to(ASKED)
    return begun(priya, months=1)


def asked(shown, sam):
    """Sam's mail, and the address of his turn."""
    tasks.ask_cohorts()
    return mail.outbox[-1].body, f"/nominations/turns/{member(shown, sam).pk}/"


def exported(client, shown):
    return b"".join(client.get(f"/nominations/drives/{shown.pk}/export.csv")).decode("utf-8-sig").splitlines()[1]


def test_who_looks_after_no_customer_is_told_nothing_of_own_ones(client, shown, sam):
    customer("Of somebody else")
    body, turn = asked(shown, sam)
    assert f"{NONE_HERE}. If you know one who would speak for us, nominate it here:" in body
    for untrue in ("of yours", "Every customer", "Below are"):
        assert untrue not in body
    client.force_login(sam)
    for address in ("/", turn):
        page = client.get(address).text
        assert NONE_HERE in page
        assert "Your customers without a reference" not in page
    assert "None of your customers is without a reference" not in client.get(turn).text
    assert NONE_HERE in client.get(f"{turn}?q=acme").text


def test_who_looks_after_some_reads_which_or_that_all_of_them_are_nominated(client, shown, sam):
    nominate(sam, at=ASKED - timedelta(days=1), who=customer("Acme", opener=sam))
    body, turn = asked(shown, sam)
    assert "Every customer of yours is a reference or nominated already." in body
    client.force_login(sam)
    assert "None of your customers is without a reference" in client.get(turn).text
    assert "Your customers without a reference" in client.get("/").text


def test_the_list_in_the_mail_says_what_it_is(shown, sam):
    customer("Acme", opener=sam)
    body, _turn = asked(shown, sam)
    assert "These of your customers are no reference yet:\n\n- Acme\n" in body


def test_who_answered_by_nominating_answered_on_the_day_of_the_first(client, shown, sam, priya):
    asked(shown, sam)
    nominate(sam, at=LATER, name="Acme")
    nominate(sam, at=LATER + timedelta(days=5), name="Bluth")
    client.force_login(priya)
    assert exported(client, shown).endswith(",2027-01-04,Nominated,2027-01-06,,2")
    (row,) = client_of(priya).get(f"/api/v1/drives/{shown.pk}/people/").json()["results"]
    assert (row["answer"], row["answered_at"]) == ("nominated", "2027-01-06T09:00:00Z")


def test_a_drive_that_has_ended_waits_for_no_answer(client, shown, sam, priya, time_machine):
    _body, turn = asked(shown, sam)
    page = f"/nominations/drives/{shown.pk}/"
    client.force_login(priya)
    assert client.get(page).text.count("No answer yet") == 2
    assert ",No answer yet,,,0" in exported(client, shown)
    drives.end(shown, reason="Enough.", by=priya, at=LATER)
    time_machine.move_to(LATER + timedelta(hours=1))
    client.force_login(priya)
    ended = client.get(page).text
    assert "No answer yet" not in ended
    assert ended.count("Did not answer") == 2, "in the row and in the filter"
    assert ",Did not answer,,,0" in exported(client, shown)
    client.force_login(sam)
    answered = client.get(turn).text
    assert "You did not answer." in answered
    assert "say so:" not in answered
