"""Jonas has saved a cell that Maria is writing in: she takes what he saved, and keeps what was not in conflict."""

from datetime import UTC, datetime

import pytest

from references.actions import cells
from references.models import Cell, Dimension
from tests.factories import customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def bluth(db, maria):
    return customer("Bluth Company", csm=maria)


@pytest.fixture
def desk(client, maria):
    client.force_login(maria)
    return client


def saved_by(jonas, bluth, **changes):
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="logo"))
    return cells.edit(cell, seen_version=cell.version, changes=changes, by=jonas, at=NOON)


def take(desk, bluth, **typed):
    return desk.post(f"/grid/{bluth.pk}/logo/take/?q=bluth", typed)


def typed_in(answer):
    form = answer.context["form"]
    return {name: form[name].value() for name in ("version", "status", "note", "next_action", "next_action_due")}


def test_what_the_table_names_is_theirs_and_the_rest_stays_hers_unsaved(desk, bluth, jonas):
    saved_by(jonas, bluth, status="red", note="They said no.")
    mine = {"status": "amber", "note": "They like it.", "next_action": "Send the layout", "version": 1}
    answer = take(desk, bluth, **mine, listed=["status", "note"])
    assert answer.status_code == 200
    shown = typed_in(answer)
    assert (shown["status"], shown["note"], shown["next_action"]) == ("red", "They said no.", "Send the layout")
    assert "it is not saved yet" in answer.text
    assert "data-unsaved" in answer.text
    assert Cell.objects.get().version == 1, "nothing is saved"


def test_where_nothing_else_was_typed_the_panel_is_as_it_is_saved(desk, bluth, jonas):
    saved_by(jonas, bluth, status="red", note="They said no.")
    answer = take(desk, bluth, status="amber", note="They like it.", version=1, listed=["status", "note"])
    assert "data-unsaved" not in answer.text
    assert "What differed stands here" not in answer.text
    assert "They said no." in answer.text


def test_what_jonas_saved_once_more_is_shown_before_anything_replaces_it(desk, bluth, jonas):
    saved_by(jonas, bluth, note="First")
    saved_by(jonas, bluth, note="Second", next_action="Call", next_action_due=datetime(2027, 1, 9).date())
    mine = {"note": "Mine", "next_action": "Write", "version": 1, "listed": ["note"]}
    answer = take(desk, bluth, **mine)
    assert answer.status_code == 409
    action, due = answer.context["conflict"]
    assert (action.name, action.theirs, action.mine) == ("next_action", "Call", "Write")
    assert (due.name, due.is_mine_kept) == ("next_action_due", False)
    shown = typed_in(answer)
    assert (shown["version"], shown["note"], shown["next_action"]) == ("2", "Second", "Write")
    assert shown["next_action_due"] == "2027-01-09", "what she did not touch follows"


def test_a_proof_that_theirs_has_no_place_for_is_said_to(desk, bluth, jonas):
    saved_by(jonas, bluth, status="red")
    mine = {"status": "green", "url": "https://refs.example.com/yes", "version": 1, "listed": ["status"]}
    answer = take(desk, bluth, **mine)
    assert answer.status_code == 422
    assert "Evidence belongs to a Green" in answer.text
    assert "https://refs.example.com/yes" in answer.text


def test_taking_their_consent_leaves_her_own_out(desk, bluth, jonas):
    saved_by(jonas, bluth, status="green")
    lucille = bluth.contacts.create(name="Lucille", created_at=NOON)
    mine = {"status": "green", "contact": lucille.pk, "kind": "email", "agreed_on": "2026-11-02", "note": "Mine"}
    answer = take(desk, bluth, **mine, version=1, listed=["evidence"])
    assert answer.context["form"]["contact"].value() in (None, "")
    assert typed_in(answer)["note"] == "Mine"


def test_nobody_takes_anything_in_a_cell_that_is_not_theirs_to_edit(client, bluth, jonas, sam):
    saved_by(jonas, bluth, status="red")
    client.force_login(sam)
    assert take(client, bluth, version=1, listed=["status"]).status_code == 403
