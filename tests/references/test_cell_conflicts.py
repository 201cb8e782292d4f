"""Jonas has saved a cell that Maria is writing in: she takes what he saved, and keeps what was not in conflict."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from references.actions import cells
from references.actions.cells import NewEvidence
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
    saved_by(jonas, bluth, note="Second", next_action="Call", next_action_due=date(2027, 1, 9))
    mine = {"note": "Mine", "next_action": "Write", "version": 1, "listed": ["note"]}
    answer = take(desk, bluth, **mine)
    assert answer.status_code == 409
    action, due = answer.context["conflict"]
    assert (action.name, action.theirs, action.mine) == ("next_action", "Call", "Write")
    assert (due.name, due.theirs, due.is_mine_kept) == ("next_action_due", "9 Jan 2027", False)
    shown = typed_in(answer)
    assert (shown["version"], shown["note"], shown["next_action"]) == ("2", "Second", "Write")
    assert shown["next_action_due"] == "2027-01-09", "what she did not touch follows"
    assert "What you took stands below as it is saved now" in answer.text
    assert "Nothing of yours is lost" not in answer.text


def test_where_jonas_changed_only_what_she_takes_once_more_she_is_told_of_it(desk, bluth, jonas):
    saved_by(jonas, bluth, note="First")
    saved_by(jonas, bluth, note="Second")
    answer = take(desk, bluth, note="Mine", next_action="Write", version=1, listed=["note"])
    assert answer.status_code == 200
    shown = typed_in(answer)
    assert (shown["version"], shown["note"], shown["next_action"]) == ("2", "Second", "Write")
    assert "What differed stands here as it is saved" in answer.text
    assert "cell-conflict" not in answer.text


def test_two_consents_are_told_apart_by_what_proves_them(desk, bluth, jonas):
    lucille = bluth.contacts.create(name="Lucille", title="VP Finance", created_at=NOON)
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="logo"))
    given = {"kind": "call", "contact": lucille, "agreed_on": date(2026, 11, 2)}
    theirs = NewEvidence(**given, valid_until=date(2027, 6, 1), url="https://b.example/b")
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=theirs, by=jonas, at=NOON)
    mine = {"contact": lucille.pk, "kind": "call", "agreed_on": "2026-11-02", "valid_until": "2027-11-01"}
    proof = {"url": "https://a.example/a", "file": SimpleUploadedFile("yes.txt", b"She agreed.")}
    answer = desk.post(f"/grid/{bluth.pk}/logo/edit/", {"status": "green", "version": 0} | mine | proof)
    assert answer.status_code == 409
    row = next(row for row in answer.context["conflict"] if row.name == "evidence")
    assert row.theirs == "Lucille, Call, 2 Nov 2026, until 1 Jun 2027, https://b.example/b"
    assert row.mine == "Lucille, Call, 2 Nov 2026, until 1 Nov 2027, https://a.example/a, yes.txt"
    taken = take(desk, bluth, status="green", version=1, had_file="1", listed=["evidence"], **mine)
    assert "data-unsaved" not in taken.text
    assert "Choose the file again" not in taken.text


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
