"""Priya changes the mail of a drive for those who are still to be asked; what was sent stays as it was sent."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from core.actions import people
from core.errors import RuleBroken
from references import tasks
from references.actions import drives
from references.models import Drive
from tests.references.drives import BEFORE, begun, reps

JANUARY, FEBRUARY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC), datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
SENT = "Everybody who is in a month of this drive has been asked; what was sent to them stays as it was sent."


@pytest.fixture
def team(db):
    return reps("Ada Adams", "Zoe Zimmer")


@pytest.fixture
def shown(priya, team):
    """Ada is asked in January, Zoe in February."""
    return begun(priya, months=2)


@pytest.fixture
def page(client, priya, shown):
    client.force_login(priya)
    return f"/nominations/drives/{shown.pk}/"


def ask(time_machine, at):
    time_machine.move_to(at)
    tasks.ask_cohorts()


def typed(shown):
    return {"name": "New year", "introduction": "Other words.", "version": Drive.objects.get(pk=shown.pk).version}


def test_while_somebody_is_to_be_asked_the_page_says_for_whom_a_change_holds(
    client, shown, page, priya, team, time_machine
):
    ask(time_machine, JANUARY)
    client.force_login(priya)
    assert f'href="{page}edit/"' in client.get(page).text
    form = " ".join(client.get(f"{page}edit/").text.split())
    assert "holds for 1 person who is still to be asked; the others have the mail as it was." in form
    assert client.post(f"{page}edit/", typed(shown)).status_code == 302
    ask(time_machine, FEBRUARY)
    assert [("Other words." in one.body, one.to) for one in mail.outbox] == [
        (False, [team["ada"].email]),
        (True, [team["zoe"].email]),
    ]


def test_once_everybody_was_asked_the_mail_stays_as_it_was_sent(client, shown, page, priya, time_machine):
    mine = typed(shown)
    ask(time_machine, JANUARY)
    ask(time_machine, FEBRUARY)
    client.force_login(priya)
    assert f"{page}edit/" not in client.get(page).text
    opened = client.get(f"{page}edit/", follow=True)
    assert (opened.redirect_chain, SENT in opened.text) == ([(page, 302)], True)
    refused = client.post(f"{page}edit/", mine)
    assert refused.status_code == 422
    for words in (SENT, "Other words.", "What you wrote stays here to be copied."):
        assert words in refused.text
    assert ">Save<" not in refused.text
    with pytest.raises(RuleBroken, match="stays as it was sent"):
        drives.edit(shown, seen_version=shown.version, changes={"name": "Mine"}, by=priya, at=FEBRUARY)
    shown.refresh_from_db()
    assert (shown.name, shown.introduction) == ("New year", "It is your turn.")


def test_who_was_deactivated_is_nobody_to_be_asked(client, shown, page, priya, team, time_machine):
    people.set_active(team["zoe"], active=False, by=None, at=BEFORE)
    ask(time_machine, JANUARY)
    client.force_login(priya)
    assert f"{page}edit/" not in client.get(page).text
    with pytest.raises(RuleBroken, match="stays as it was sent"):
        drives.edit(shown, seen_version=shown.version, changes={"introduction": "x"}, by=priya, at=JANUARY)
