"""The first page tells each person what waits, and pages that fail say what to do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from references.actions import cells
from references.models import Cell, Dimension
from tests.factories import customer, person

NOW = datetime.now(UTC)


def as_person(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def late_action(maria):
    bluth = customer("Bluth Company", csm=maria)
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="logo"))
    due = (NOW - timedelta(days=3)).date()
    values = {"status": "amber", "next_action": "Send script v2", "next_action_due": due}
    return cells.edit(cell, seen_version=0, changes=values, by=maria, at=NOW)


def test_maria_sees_her_late_action_and_jonas_does_not(maria, jonas, late_action):
    hers = as_person(maria).get("/").content.decode()
    assert "Send script v2" in hers
    assert "1 overdue" in hers
    assert "Send script v2" not in as_person(jonas).get("/").content.decode()


def test_the_pay_plan_is_loaded_into_every_member_s_page(maria):
    assert 'hx-get="/pay/"' in as_person(maria).get("/").content.decode()


def test_who_has_no_role_is_told_what_to_do(db):
    answer = as_person(person("Noah Newman")).get("/")
    assert answer.status_code == 403
    assert "You have no role yet" in answer.content.decode()


def test_a_page_that_is_not_there_has_our_look(maria):
    answer = as_person(maria).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_form_without_its_token_has_our_look(maria):
    client = Client(enforce_csrf_checks=True)
    client.force_login(maria)
    answer = client.post("/profile/edit/", {})
    assert answer.status_code == 403
    assert "The form was too old" in answer.content.decode()
