"""The harness's own eyes: each kind of loss and doubling is seen by the comparison of lists and database."""

from dataclasses import replace

from tests.faults.ledger import Change, Confirmed, compare

MARIA, JONAS = 1, 2
ASKED = Change(17, "reference_call", 1, "red", "edit 1", MARIA)
AGREED = Change(17, "reference_call", 2, "amber", "edit 2", JONAS)
TOLD = [
    Confirmed(17, "reference_call", 1, "red", "edit 1", MARIA),
    Confirmed(17, "reference_call", 2, "amber", None, JONAS),
]


def found(confirmed=TOLD, history=(ASKED, AGREED), cells=(AGREED,)):
    findings = compare(confirmed, history, cells)
    return len(findings.lost), len(findings.doubled)


def test_lists_and_database_that_agree_are_no_finding():
    assert found() == (0, 0)


def test_an_edit_that_nobody_confirmed_is_no_finding():
    assert found(confirmed=TOLD[:1]) == (0, 0)


def test_a_confirmed_edit_that_is_not_in_history_is_lost():
    assert found(history=(ASKED,), cells=(ASKED,)) == (1, 0)


def test_a_confirmed_edit_that_history_gives_to_somebody_else_is_lost():
    stolen = replace(AGREED, by=MARIA)
    assert found(history=(ASKED, stolen), cells=(stolen,)) == (1, 0)


def test_a_note_that_history_does_not_hold_is_lost():
    assert found(history=(replace(ASKED, note=""), AGREED)) == (1, 0)


def test_a_gap_in_the_versions_is_a_loss():
    assert found(confirmed=[], history=(AGREED,)) == (1, 0)


def test_a_version_written_twice_is_doubled():
    assert found(history=(ASKED, AGREED, AGREED)) == (0, 1)


def test_an_edit_done_again_under_the_next_version_is_doubled():
    again = replace(ASKED, version=3)
    assert found(history=(ASKED, AGREED, again), cells=(again,)) == (0, 1)


def test_one_version_confirmed_to_two_people_is_doubled():
    assert found(confirmed=[*TOLD, replace(TOLD[1], by=MARIA)])[1] == 1


def test_a_cell_that_is_not_the_end_of_its_history_is_a_loss():
    assert found(cells=(ASKED,)) == (1, 0)


def test_history_without_its_cell_is_a_loss():
    assert found(cells=()) == (1, 0)
