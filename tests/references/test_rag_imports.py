"""The company's old sheet becomes the grid; and what the grid exports comes back without a change."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from core.models import Programme
from customers.models import Customer, CustomerChange
from references.actions import cells, change_sets, decay, evidence
from references.actions.cells import NewEvidence
from references.actions.rag_imports import RagImport, RagPlan
from references.formats import grid_sheets
from references.formats.rag_sheets import open_sheet
from references.models import Cell, CellChange, ChangeSet, Dimension, Evidence
from references.reports import grid_exports
from tests.factories import ContactFactory, customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def sheet(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


def run(file, by, *, write=True, at=NOON, create_unknown=False):
    file.seek(0)
    names = dict(Dimension.objects.values_list("key", "name"))
    with open_sheet(file, names=names) as found:
        plan = RagPlan(columns=found.columns, create_unknown=create_unknown, file_name="old.xlsx")
        return list(RagImport(plan, write=write, by=by, at=at).run(found.rows))


def kinds(outcomes):
    return [(one.subject, one.kind.value) for one in outcomes]


HEAD = ["Customer", "Logo", "Reference call"]


@pytest.fixture
def acme(maria):
    return customer("Acme, Inc.", csm=maria)


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


def status(row, key):
    return Cell.objects.get(customer=row, dimension__key=key).status


def test_a_sheet_is_taken_over_with_evidence_to_be_proven_until_the_quarter_ends(acme, bluth, maria):
    outcomes = run(sheet(HEAD, ["ACME", "A", "G"], ["Bluth", "red", None]), maria)
    assert kinds(outcomes) == [("Acme, Inc.", "updated"), ("Bluth Company", "updated")]
    assert outcomes[0].fields == {"Logo": ["Blank", "Amber"], "Reference call": ["Blank", "Green, to be proven"]}
    call = Cell.objects.get(customer=acme, dimension__key="reference_call")
    assert (call.status, call.evidence.kind, call.evidence.contact) == ("green", "import", None)
    assert (call.evidence_agreed_on, call.evidence_valid_until) == (date(2026, 11, 20), date(2026, 12, 31))
    assert set(CellChange.objects.values_list("source", "by")) == {("import", maria.pk)}
    assert ChangeSet.objects.get().title == "Imported from old.xlsx"


def test_a_dry_run_tells_the_same_and_touches_nothing(acme, bluth, maria):
    file = sheet(HEAD, ["ACME", "A", "G"], ["Nobody Ltd", "R", None])
    told = run(file, maria, write=False, create_unknown=True)
    assert not Cell.objects.exists()
    assert Customer.objects.count() == 2
    assert kinds(told) == kinds(run(file, maria, create_unknown=True))


def test_importing_again_changes_nothing(acme, bluth, maria):
    file = sheet(HEAD, ["ACME", "A/R", "G"], ["Bluth", "in talks", "g"])
    run(file, maria)
    before = CellChange.objects.count()
    assert [one.kind.value for one in run(file, maria)] == ["unchanged", "unchanged"]
    assert (CellChange.objects.count(), ChangeSet.objects.count()) == (before, 1)


def test_unknown_repeated_and_nameless_rows_are_problems_with_their_row(acme, bluth, maria):
    file = sheet(HEAD, ["Acme", "A"], ["ACME Inc", "R"], ["Nobody Ltd", "G"], [None, "G"], ["Green of 2", 1, 0], [])
    outcomes = run(file, maria)
    assert [(one.row, one.kind.value) for one in outcomes] == [
        (2, "updated"),
        (3, "problem"),
        (4, "problem"),
        (5, "problem"),
    ]
    assert "Row 2 is about the same customer; a sheet has one row for each" in outcomes[1].reason
    assert "There is no customer of this name" in outcomes[2].reason


def test_customers_nobody_knows_are_entered_if_asked(db, maria):
    outcomes = run(sheet(HEAD, ["Nobody Ltd", "G", "A"], ["=HYPERLINK", "R", None]), maria, create_unknown=True)
    assert outcomes[0].kind.value == "created"
    new = Customer.objects.get(name="Nobody Ltd")
    assert (new.csm, status(new, "logo"), new.name_key) == (maria, "green", "nobody")
    assert CustomerChange.objects.filter(customer=new, kind="imported", by=maria).count() == 1


def test_two_customers_of_one_name_need_the_domain(db, maria):
    for domain in ("acme.com", "acme.de"):
        customer("Acme", domain=domain)
    unclear = run(sheet(HEAD, ["Acme", "G"]), maria)
    assert "fits 2 customers" in unclear[0].reason
    run(sheet([*HEAD, "Website"], ["Acme", "G", None, "https://www.acme.de/"]), maria)
    assert Cell.objects.get().customer.domain == "acme.de"


def test_a_green_never_proven_does_not_come_back_by_importing_again(acme, maria):
    file = sheet(HEAD, ["Acme", None, "G"])
    run(file, maria)
    new_year = datetime(2027, 1, 2, tzinfo=UTC)
    decay.decay(at=new_year)
    outcome = run(file, maria, at=new_year)[0]
    assert (outcome.kind.value, status(acme, "reference_call")) == ("unchanged", "amber")
    assert "never proven" in outcome.reason


def agreed(row, maria, **given):
    """A Green on somebody's word; returns the evidence."""
    given = {"kind": "call", "agreed_on": date(2026, 11, 1), "contact": ContactFactory(customer=row)} | given
    cell = Cell.objects.of(row, Dimension.objects.get(key="reference_call"))
    earned = NewEvidence(**given)
    return cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=earned, by=maria, at=NOON).evidence


def test_no_sheet_brings_back_a_green_whose_consent_was_withdrawn_or_has_ended(acme, bluth, maria):
    evidence.withdraw(agreed(acme, maria), reason="They asked us to stop", by=maria, at=NOON)
    agreed(bluth, maria, valid_until=date(2026, 11, 21))
    later = NOON + timedelta(days=3)
    decay.decay(at=later)
    outcomes = run(sheet(HEAD, ["Acme", None, "G"], ["Bluth", None, "G"]), maria, at=later)
    assert [one.kind.value for one in outcomes] == ["unchanged", "unchanged"]
    assert all("the consent behind its Green has ended" in one.reason for one in outcomes)
    assert {status(row, "reference_call") for row in (acme, bluth)} == {"amber"}
    assert not Evidence.objects.filter(kind="import").exists()


def test_a_sheets_green_stands_on_the_consent_that_still_holds(acme, maria):
    proof = agreed(acme, maria)
    cell = Cell.objects.get()
    cells.edit(cell, seen_version=1, changes={"status": "amber"}, by=maria, at=NOON)
    outcome = run(sheet(HEAD, ["Acme", None, "G"]), maria)[0]
    assert outcome.fields == {"Reference call": ["Amber", "Green"]}
    cell.refresh_from_db()
    assert (cell.status, cell.evidence, cell.evidence_valid_until) == ("green", proof, proof.valid_until)


def test_no_sheet_takes_up_a_consent_that_a_person_took_back_by_undo(acme, maria):
    agreed(acme, maria)
    change_sets.undo(ChangeSet.objects.get(), by=maria, at=NOON)
    outcome = run(sheet(HEAD, ["Acme", None, "G"]), maria, at=NOON + timedelta(hours=1))[0]
    assert (outcome.kind.value, status(acme, "reference_call")) == ("unchanged", "")
    assert "its Green was taken back" in outcome.reason
    change_sets.undo(ChangeSet.objects.last_undone_by(maria), by=maria, at=NOON + timedelta(hours=2))
    assert run(sheet(HEAD, ["Acme", None, "G"]), maria, at=NOON + timedelta(hours=3))[0].reason == ""
    assert status(acme, "reference_call") == "green"


def test_an_undone_import_done_again_takes_its_evidence_up_again(acme, maria):
    file = sheet(HEAD, ["Acme", None, "G"])
    run(file, maria)
    change_sets.undo(ChangeSet.objects.get(), by=maria, at=NOON)
    run(file, maria, at=NOON + timedelta(hours=1))
    assert (status(acme, "reference_call"), Evidence.objects.count()) == ("green", 1)


def test_proven_greens_and_empty_cells_are_left_alone(acme, maria):
    lucille = ContactFactory(customer=acme)
    cell = Cell.objects.of(acme, Dimension.objects.get(key="reference_call"))
    proof = NewEvidence("call", date(2026, 11, 1), lucille)
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=proof, by=maria, at=NOON)
    logo = Cell.objects.of(acme, Dimension.objects.get(key="logo"))
    cells.edit(logo, seen_version=0, changes={"status": "red"}, by=maria, at=NOON)
    assert run(sheet(HEAD, ["Acme", None, "G"]), maria)[0].kind.value == "unchanged"
    assert (status(acme, "logo"), Evidence.objects.count()) == ("red", 1)


def test_a_csm_who_may_not_edit_colleagues_customers_is_told_so(acme, jonas):
    Programme.current()
    Programme.objects.update(colleagues_may_edit=False)
    assert "not yours" in run(sheet(HEAD, ["Acme", "G"]), jonas)[0].reason


def test_the_number_of_statements_grows_with_chunks_not_with_rows(maria):
    Programme.current()
    for number in range(38):
        customer(f"Company {number}")
    rows = [[f"Company {number}", "G", "G"] for number in range(38)]
    run(sheet(HEAD, ["Company 0", "R"]), maria)
    with CaptureQueriesContext(connection) as few:
        run(sheet(HEAD, *rows[1:5]), maria)
    with CaptureQueriesContext(connection) as many:
        run(sheet(HEAD, *rows[5:]), maria)
    # SQLite takes fewer values in one statement than the chunk has, hence a few more.
    assert len(many) <= len(few) + 4


def exported(kind):
    head, rows = grid_exports.table(Customer.objects.unmerged().order_by("name_key", "pk"))
    file = io.BytesIO()
    if kind == "xlsx":
        grid_sheets.write_workbook(file, head, rows)
        return file
    from core.exports import csv_lines

    file.write("".join(csv_lines(*grid_sheets.csv_table(head, rows))).encode())
    return file


@pytest.fixture
def full_grid(maria, acme):
    """Names and notes as nasty as people make them, a Green with evidence, two customers of one name."""
    for name, domain in (("=cmd|' /C calc'!A0", ""), ("<b>Bold</b>", ""), ("Twin", "a.com"), ("Twin", "b.com")):
        row = customer(name, domain=domain)
        for key, value, note in (
            ("logo", "red", "-1 for them,\r\n\"quoted\"; says '=SUM'"),
            ("case_study", "", "only a note"),
            ("user_group", "amber", "= starts like a formula\x0bagain"),
            ("social_media", "green", ""),
        ):
            cell = Cell.objects.of(row, Dimension.objects.get(key=key))
            cells.edit(cell, seen_version=0, changes={"status": value, "note": note}, by=maria, at=NOON)
    cell = Cell.objects.of(acme, Dimension.objects.get(key="reference_call"))
    proof = NewEvidence("call", date(2026, 11, 1), ContactFactory(customer=acme))
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=proof, by=maria, at=NOON)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_reimporting_an_export_is_a_no_op(full_grid, maria, kind):
    before = CellChange.objects.count()
    outcomes = run(exported(kind), maria)
    assert [one.kind.value for one in outcomes] == ["unchanged"] * 5, [
        one for one in outcomes if one.fields or one.reason
    ]
    assert CellChange.objects.count() == before
    assert Customer.objects.count() == 5


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_fills_an_empty_grid_again_but_for_the_consent_that_was_taken_back(full_grid, acme, maria, kind):
    file = exported(kind)
    wanted = set(Cell.objects.values_list("customer", "dimension__key", "status"))
    wanted ^= {(acme.pk, "reference_call", "green"), (acme.pk, "reference_call", "")}
    done = ChangeSet.objects.order_by("-pk")
    for change_set in done:
        change_sets.undo(change_set, by=maria, at=NOON)
    run(file, maria)
    assert set(Cell.objects.values_list("customer", "dimension__key", "status")) == wanted


def test_the_workbook_has_colours_comments_frozen_heads_and_no_formula(full_grid):
    book = load_workbook(exported("xlsx"))
    found = book.active
    assert found.freeze_panes == "B3"
    by_name = {row[0].value: row for row in found.iter_rows(min_row=3)}
    row = by_name["'=cmd|' /C calc'!A0"]
    heads = [cell.value for cell in found[2]]
    logo = row[heads.index("Logo")]
    assert (logo.value, logo.fill.fgColor.rgb, logo.comment.text[:16]) == ("R", "FFF4A6A6", '-1 for them,\n"qu')
    assert found.cell(2, heads.index("Logo") + 1).comment.text.startswith("The customer's logo")
    assert not [cell for line in found.iter_rows() for cell in line if cell.data_type == "f"]
    assert by_name["Green of 5"][heads.index("Social media")].value == 4


def test_the_command_names_the_columns_where_it_does_not_know_whom_the_rows_are_about(db, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Project,Logo\nBluth,G\n")
    with pytest.raises(CommandError, match=r"Use --map HEADER=MEANING; the .* has Project, Logo"):
        call_command("import_grid", str(sheet))


def test_what_is_no_status_is_kept_in_front_of_the_note_of_its_own_column(acme, maria):
    file = sheet(["Customer", "Logo", "Logo note"], ["Acme", "Perhaps", "Did it twice already."])
    [told] = run(file, maria)
    logo = Cell.objects.get(customer=acme, dimension__key="logo")
    assert (logo.status, logo.note) == ("", "Perhaps\nDid it twice already.")
    assert "“Perhaps” is no status; it was kept as the note." in told.reason
    assert [one.kind.value for one in run(file, maria)] == ["unchanged"]
