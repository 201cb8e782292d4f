"""A block from the clipboard: read as people write it, and shown before it is saved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import Programme
from references.formats.pasted_blocks import BlockRefused, read_notes, read_status, read_statuses
from references.models import Cell, Dimension
from references.reports import pastes
from tests.factories import customer


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("R", "red"), ("g ", "green"), ("Amber", "amber"), ("YELLOW", "amber"), ("", ""), ("-", ""), ("n/a", ""),
        ("A/R", "red"), ("A/G", "amber"), ("amber - green", "amber"), ("Status: Green", "green"), ("🟢", "green"),
    ],
)  # fmt: skip
def test_a_status_is_read_in_any_usual_writing(text, status):
    assert read_status(text).status == status


@pytest.mark.parametrize(
    "text",
    [
        "a call next week",
        "Greenland",
        "Bored",
        "1",
        "maybe",
        "R2",
        "g00d",
        "Not green yet",
        "no, red",
        "Green by Q4",
        "green?",
        "A?",
        "Green soon",
        "hopefully green",
        "green-field",
        "Y",
        "nearly there: green?",
        "G?",
        "G - signed?",
        "G - not yet",
        "A team visited",
        "A-Team (two)",
        "A- grade: fine",
        "A.B. Smith signed",
        "G. Smith agreed",
        "g - signed",
        "a, b and c",
        "they said: A - waits",
        "GR - lost",
        "G2 (agreed)",
    ],
)
def test_a_sentence_is_no_status(text):
    assert read_status(text) is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("A (waiting)", "amber"), ("G (agreed)", "green"), ("R - lost it", "red"), ("R, contact gone", "red"),
        ("R - was Green until May", "red"), ("A; Green, says Maria", "amber"), ("G; signed in May", "green"),
        ("G\nRed until May", "green"), (" [A] waiting", "amber"), ("(R) lost it", "red"), ("A: reads it", "amber"),
        ("R – lost it", "red"), ("G, A (half of it)", "amber"), ("R — was G", "red"), ("G | signed", "green"),
    ],
)  # fmt: skip
def test_a_capital_letter_in_front_that_a_sign_sets_apart_decides(text, status):
    read = read_status(text)
    assert (read.status, read.says_more) == (status, True)


@given(
    st.sampled_from("RAG"),
    st.sampled_from([" - ", ", ", ": ", " (", "; ", " | ", " – ", "\n"]),
    st.lists(st.sampled_from(["red", "Green", "was", "until", "May", "amber", "a", "team"]), min_size=1),
)
def test_whatever_words_follow_a_letter_in_front_decides_and_a_question_never_does(letter, sign, words):
    said = " ".join(["it", *words])
    assert read_status(f"{letter}{sign}{said}").status == {"R": "red", "A": "amber", "G": "green"}[letter]
    assert read_status(f"{letter}{sign}{said}?") is None
    assert read_status(f"{letter} {said}") is None


def test_a_block_with_tabs_short_rows_and_words_that_cannot_be_read():
    block = read_statuses("R\tA/G\tmaybe\r\nGreen\r\n")
    assert block.rows == (("red", "amber", None), ("green", "", ""))
    assert [(one.row, one.column, one.text) for one in block.unreadable] == [(0, 2, "maybe")]
    assert [one.text for one in block.mixed] == ["A/G"]


def test_a_status_with_more_words_is_read_and_told():
    block = read_statuses("Green - signed in May\tgreen (call in June)\tG\nAmber: legal reads it\tR; gone\tGreen by Q4")
    assert block.rows == (("green", "green", "green"), ("amber", "red", None))
    assert [one.text for one in block.wordy] == [
        "Green - signed in May", "green (call in June)", "Amber: legal reads it", "R; gone",
    ]  # fmt: skip
    assert [one.text for one in block.unreadable] == ["Green by Q4"]


def test_a_list_with_commas_is_a_row_and_quotes_are_undone():
    assert read_statuses("R,A,G\nG,G,R").rows == (("red", "amber", "green"), ("green", "green", "red"))
    assert read_notes('"Legal reads it,\nthen signs"\t"She said ""yes"""').rows == (
        ("Legal reads it,\nthen signs", 'She said "yes"'),
    )
    assert read_notes("Waits, as ever").rows == (("Waits, as ever",),)


def test_control_characters_are_left_out_of_a_pasted_note():
    assert read_notes("Legal\x07 reads it\tthen\x1b signs").rows == (("Legal reads it", "then signs"),)


def test_an_empty_clipboard_and_a_block_too_large_are_refused():
    with pytest.raises(BlockRefused, match="empty"):
        read_statuses("\r\n")
    with pytest.raises(BlockRefused, match="has 501 rows; at most 500 rows"):
        read_statuses("R\n" * 501)
    with pytest.raises(BlockRefused, match="has 20,050 cells; at most 20,000 cells"):
        read_statuses(("R\t" * 400 + "R\n") * 50)


@given(st.lists(st.lists(st.sampled_from(["R", "A", "G", ""]), min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_a_spreadsheet_copies_is_what_is_read(rows):
    width = max(map(len, rows))
    wanted = [row + [""] * (width - len(row)) for row in rows]
    words = {"R": "red", "A": "amber", "G": "green", "": ""}
    block = read_statuses("\r\n".join("\t".join(row) for row in wanted) + "\r\n")
    assert [list(row) for row in block.rows] == [[words[value] for value in row] for row in wanted]


@given(st.text(max_size=200))
def test_no_clipboard_text_breaks_the_reader(text):
    for read in (read_statuses, read_notes):
        try:
            block = read(text)
        except BlockRefused:
            continue
        assert all(len(row) == block.width for row in block.rows)


def test_the_preview_tells_what_changes_what_needs_evidence_and_what_is_not_yours(db, maria, jonas):
    mine, theirs = customer("Acme", csm=maria), customer("Bluth", csm=jonas)
    Programme.current()
    Programme.objects.update(colleagues_may_edit=False)
    logo, call = (Dimension.objects.get(key=key) for key in ("logo", "reference_call"))
    Cell.objects.create(
        customer=mine, dimension=logo, version=3, status="red", updated_at="2026-11-01T00:00Z", updated_by=maria
    )
    shown = pastes.preview(
        read_statuses("R\tG\tG\nA\tR\nG\tG"),
        customer_ids=[mine.pk, theirs.pk],
        dimension_ids=[logo.pk, call.pk],
        field="status",
        user=maria,
    )
    assert [(one.customer.name, one.dimension.key, one.before, one.after) for one in shown.changing] == [
        ("Acme", "reference_call", "", "green")
    ]
    assert [one.refusal for one in shown.refused] == ["not yours to edit"] * 2
    assert (len(shown.unproven), shown.rows_beyond, shown.columns_beyond) == (1, 1, 1)
    assert shown.cells[0].seen_version == 3
