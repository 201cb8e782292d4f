"""The panel of one cell, the keys, the blocks and the live changes, as the server answers them."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.db import connection

from core.models import AuditEvent
from customers.models import Contact
from references.actions import cells
from references.models import Cell, CellChange, ChangeSet, Dimension, Evidence
from references.reports import changes
from references.reports.changes import Cursor
from tests.factories import ContactFactory, customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
CHANGE_OF_SOMEBODY_SLOW = """
INSERT INTO references_cellchange (customer_id, dimension_id, version, status, note, next_action, forecast_confidence,
    blocker, recorded_at, source, status_before, reason)
VALUES (%s, %s, 1, 'amber', '', '', '', '', now(), 'edit', '', '')
"""


@pytest.fixture
def bluth(maria):
    return customer("Bluth", csm=maria)


def edit(desk, who, key="logo", **data):
    return desk.post(f"/grid/{who.pk}/{key}/edit/", {"status": "", "version": 0} | data, headers=HTMX)


def press(desk, who, status, version, key="logo"):
    return desk.post(f"/grid/{who.pk}/{key}/status/", {"status": status, "version": version})


def test_the_panel_is_a_part_for_htmx_and_a_page_for_everybody_else(desk, bluth):
    part = desk.get(f"/grid/{bluth.pk}/logo/", headers=HTMX)
    page = desk.get(f"/grid/{bluth.pk}/logo/?mine=true")
    assert b"<html" not in part.content
    assert b'id="cell-panel"' in part.content
    assert b'id="rag-grid"' in page.content
    assert b'id="cell-panel"' in page.content
    assert "HX-Request" in page.headers["Vary"]
    assert desk.get(f"/grid/{bluth.pk}/nonsense/").status_code == 404
    assert desk.get("/grid/999999/logo/").status_code == 404


def test_a_save_writes_one_history_row_with_its_author(desk, maria, bluth):
    answer = edit(desk, bluth, status="amber", note="Legal reads it.", next_action="Call", next_action_due="2026-12-02")
    assert answer.status_code == 200
    assert '"status": "amber"' in answer.headers["HX-Trigger"]
    change = CellChange.objects.get()
    assert (change.by, change.note, change.status, str(change.next_action_due)) == (
        maria,
        "Legal reads it.",
        "amber",
        "2026-12-02",
    )
    assert AuditEvent.objects.filter(event="cell.edited", by=maria).count() == 1


def test_control_characters_are_left_out_of_what_is_typed_and_lines_end_as_everywhere(desk, bluth):
    edit(desk, bluth, status="amber", note="Legal\x07 reads it,\r\nthen signs.", next_action="Call\x1b her")
    cell = Cell.objects.get()
    assert (cell.note, cell.next_action) == ("Legal reads it,\nthen signs.", "Call her")


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "purple"},
        {"next_action_due": "31.31.2026"},
        {"owner": "999999"},
        {"version": "x"},
        {"note": "a\x00b"},
        {"status": "green", "contact": "new"},
        {"status": "green", "contact": "77777"},
        {"status": "green", "url": "https://example.com/proof"},
        {"status": "amber", "contact": "new", "contact_name": "Gob", "kind": "call", "agreed_on": "2026-01-05"},
        {"status": "green", "contact": "new", "contact_name": "Gob", "kind": "call", "agreed_on": "2999-01-01"},
    ],
)
def test_wrong_input_is_answered_with_the_form_and_the_text_that_was_typed(desk, bluth, wrong):
    answer = edit(desk, bluth, **({"next_action": "Kept as typed"} | wrong))
    assert answer.status_code == 422
    assert "Kept as typed" in answer.content.decode()
    assert not Cell.objects.exists()
    assert not Contact.objects.exists()


def test_a_green_on_the_pay_trigger_with_a_new_contact(desk, bluth):
    refused = edit(desk, bluth, "reference_call", status="green")
    assert refused.status_code == 422
    assert "Green only with evidence" in refused.content.decode()
    given = {"contact": "new", "contact_name": "Lucille", "kind": "call", "agreed_on": "2026-11-01"}
    answer = edit(desk, bluth, "reference_call", status="green", **given)
    assert "Counts today" in answer.content.decode()
    assert Evidence.objects.get().contact.name == "Lucille"


def test_a_stale_save_keeps_mine_and_takes_theirs_where_i_did_not_write(desk, jonas, bluth):
    edit(desk, bluth, status="amber", note="First", next_action="Call")
    theirs = Cell.objects.get()
    cells.edit(theirs, seen_version=1, changes={"note": "Jonas wrote", "blocker": "Budget"}, by=jonas, at=NOON)
    mine = {"status": "amber", "note": "First", "next_action": "Write an e-mail", "version": 1}
    refused = edit(desk, bluth, **mine)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert '<option value="call" selected>' in html, "evidence, hidden beside Amber, begins as in a fresh panel"
    assert "Jonas Weber saved this cell" in html
    assert "Jonas wrote</textarea>" in html.replace("\n", "")
    assert 'value="Write an e-mail"' in html
    assert 'name="version" value="2"' in html
    assert Cell.objects.get().next_action == "Call"


def test_a_key_saves_at_once_and_can_be_undone(desk, bluth):
    told = press(desk, bluth, "red", 0).json()
    assert told["cell"] | {"customer": bluth.pk, "dimension": "logo", "status": "red", "version": 1} == told["cell"]
    undone = desk.post(f"/grid/undo/{told['undo']}/").json()
    assert (undone["cells"][0]["status"], undone["cells"][0]["version"]) == ("", 2)
    assert desk.post(f"/grid/undo/{told['undo']}/").status_code == 422


def test_keys_are_undone_one_after_the_other(desk, bluth):
    sets = [press(desk, bluth, status, version).json()["undo"] for version, status in enumerate(["red", "amber"])]
    for change_set in reversed(sets):
        assert desk.post(f"/grid/undo/{change_set}/").status_code == 200
    assert (Cell.objects.get().status, Cell.objects.get().version) == ("", 4)


def test_a_stale_key_is_refused_with_what_the_cell_is_now(desk, jonas, bluth):
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="logo"))
    cells.edit(cell, seen_version=0, changes={"status": "amber"}, by=jonas, at=NOON)
    refused = press(desk, bluth, "red", 0)
    assert refused.status_code == 409
    assert refused.json()["message"] == "Jonas Weber changed this cell first: it is Amber now."
    assert refused.json()["cell"]["version"] == 1


def test_a_key_for_a_green_that_is_not_earned_says_so(desk, bluth):
    refused = press(desk, bluth, "green", 0, key="reference_call")
    assert (refused.status_code, refused.json()["needs_evidence"]) == (422, True)
    assert press(desk, bluth, "purple", 0).status_code == 422


def test_nobody_undoes_what_a_colleague_did(desk, client, jonas, bluth):
    change_set = press(desk, bluth, "red", 0).json()["undo"]
    client.force_login(jonas)
    assert client.post(f"/grid/undo/{change_set}/").status_code == 404


def block(text, *rows, **more):
    data = {"text": text, "customers": ",".join(str(row.pk) for row in rows), "mode": "auto", "source": "paste"}
    return data | {"dimensions": "user_group,reference_call,private_material"} | more


def seen_of(shown):
    return unescape(re.search(r'name="seen" value="([^"]*)"', shown.text)[1])


def test_a_block_is_shown_then_saved_with_one_evidence_for_all(desk, bluth):
    acme = customer("Acme")
    agreed_by = {f"agreed_by_{who.pk}": ContactFactory(customer=who).pk for who in (bluth, acme)}
    data = block("G\tG\nR\tG", bluth, acme)
    shown = desk.post("/grid/paste/", data)
    assert "2 Greens need evidence" in shown.content.decode()
    assert not Cell.objects.exists()
    seen = seen_of(shown)
    unproven = desk.post("/grid/paste/apply/", data | {"mode": "status", "seen": seen})
    assert unproven.status_code == 422
    given = {"mode": "status", "seen": seen, "greens": "evidence", "kind": "email", "agreed_on": "2026-11-02"}
    saved = desk.post("/grid/paste/apply/", data | given | agreed_by).json()
    assert len(saved["cells"]) == 4
    assert Evidence.objects.count() == 2
    assert ChangeSet.objects.count() == 1


def test_a_block_that_somebody_overtook_is_refused_as_a_whole(desk, jonas, bluth):
    data = block("R\tA", bluth, mode="status")
    dimension = Dimension.objects.get(key="user_group")
    cells.edit(Cell.objects.of(bluth, dimension), seen_version=0, changes={"status": "green"}, by=jonas, at=NOON)
    refused = desk.post("/grid/paste/apply/", data | {"seen": f"[[{bluth.pk},{dimension.pk},0,1]]"})
    assert refused.status_code == 409
    assert "changed by somebody else" in refused.content.decode()
    assert Cell.objects.get().status == "green"


def test_nul_which_a_program_left_in_the_clipboard_is_dropped(desk, bluth):
    shown = desk.post("/grid/paste/", block("R\0\tA", bluth))
    assert (shown.status_code, "\0" in shown.text) == (200, False)
    data = block("R\0\tA", bluth, mode="status", seen=seen_of(shown))
    assert len(desk.post("/grid/paste/apply/", data).json()["cells"]) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"customers": "x"}, {"mode": "tea"}, {"source": "undo"}, {"text": "\t\n\t"}, {"customers": ""}],
)
def test_a_block_that_is_none_gets_a_clear_answer(desk, bluth, wrong):
    answer = desk.post("/grid/paste/", block("R", bluth) | wrong)
    assert answer.status_code in (200, 422)
    assert desk.post("/grid/paste/apply/", block("R", bluth) | wrong | {"seen": "{}x"}).status_code in (200, 422)


def test_changes_are_told_once_and_silence_costs_one_query(desk, jonas, bluth, django_assert_num_queries):
    cursor = str(changes.latest_cursor())
    assert desk.get(f"/grid/changes/?since={cursor}").status_code == 204
    with django_assert_num_queries(1):
        assert changes.since(Cursor.parse(cursor)) is None
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="logo"))
    cells.edit(cell, seen_version=0, changes={"status": "amber", "note": "Soon"}, by=jonas, at=NOON)
    told = desk.get(f"/grid/changes/?since={cursor}").json()
    assert told["cells"] == [
        {
            "customer": bluth.pk,
            "dimension": "logo",
            "status": "amber",
            "version": 1,
            "note": True,
            "overdue": False,
            "by": "Jonas Weber",
        }
    ]
    assert desk.get(f"/grid/changes/?since={told['cursor']}").status_code == 204


def test_a_change_that_was_committed_late_is_not_missed(desk, jonas, bluth):
    logo, speech = (Dimension.objects.get(key=key) for key in ("logo", "public_speech"))
    for dimension in (logo, speech):
        cells.edit(Cell.objects.of(bluth, dimension), seen_version=0, changes={"status": "red"}, by=jonas, at=NOON)
    last = CellChange.objects.latest("pk").pk
    reader_saw_only_the_second = Cursor(last, 1)
    found = changes.since(reader_saw_only_the_second)
    assert [row.dimension.key for row in found.rows] == ["logo", "public_speech"]
    assert changes.since(found.cursor) is None


def test_a_change_that_is_committed_while_others_are_told_is_told_to_the_next_who_asks(bluth, monkeypatch):
    """Its number was given out before theirs, and it appears when theirs have been found already."""
    first, late, last = (
        CellChange(pk=pk, customer=bluth, dimension=dimension, version=1, recorded_at=NOON, source="edit")
        for pk, dimension in enumerate(Dimension.objects.order_by("pk")[:3], start=1_000_001)
    )
    first.save()
    last.save()
    found_already = changes._rows
    monkeypatch.setattr(changes, "_front", lambda: (last.pk, False))
    monkeypatch.setattr(changes, "_rows", lambda told: late.save() or found_already(told))
    told = changes.since(Cursor(first.pk, 1))
    assert [row.pk for row in told.rows] == [last.pk]
    monkeypatch.setattr(changes, "_rows", found_already)
    assert late.pk in [row.pk for row in changes.since(told.cursor).rows]


@pytest.mark.django_db(transaction=True)
def test_a_page_read_while_somebody_writes_is_told_what_is_committed_late(jonas, bluth):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    logo, speech = (Dimension.objects.get(key=key) for key in ("logo", "public_speech"))
    beside = connection.copy()
    beside.set_autocommit(False)
    with beside.cursor() as slow:
        slow.execute(CHANGE_OF_SOMEBODY_SLOW, [bluth.pk, speech.pk])
    cells.edit(Cell.objects.of(bluth, logo), seen_version=0, changes={"status": "red"}, by=jonas, at=NOON)
    cursor = changes.latest_cursor()
    assert changes.since(cursor) is None
    beside.commit()
    beside.close()
    told = changes.since(cursor)
    assert "public_speech" in [row.dimension.key for row in told.rows]
    assert told.cursor.is_settled
    assert changes.since(told.cursor) is None


@pytest.mark.parametrize("text", ["", "x", "1", "1.x", "-1.2", "9" * 40, "²3.1", "1.2.3"])
def test_a_cursor_that_is_none_begins_at_the_beginning(text):
    assert Cursor.parse(text) == Cursor(0, 0)


def test_what_a_block_leaves_out_is_counted(desk, bluth):
    text = desk.post("/grid/paste/", block("R\tR\tR\tR\nA\nG", bluth)).content.decode()
    assert "its last 2 rows have no customer to go to and are left out" in text
    assert "its last column is left out" in text


def test_a_choice_of_nobody_is_a_dash(desk, bluth):
    assert "---------" not in desk.get(f"/grid/{bluth.pk}/reference_call/").content.decode()


@pytest.mark.parametrize("cursor", ["99999999999999999999.5000", "1.99999999999999999999", "²³.5000", "x.5", "7"])
def test_a_cursor_that_no_page_was_given_is_the_beginning(desk, cursor):
    assert Cursor.parse(cursor) == Cursor(0, 0)
    assert desk.get("/grid/changes/", {"since": cursor}).status_code in (200, 204)
