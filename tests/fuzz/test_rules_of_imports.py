"""What holds of the rows that a check has shown, whatever their numbers and whatever became of them."""

from hypothesis import given
from hypothesis import strategies as st

from core.choices import ImportOutcome
from customers.rules.import_outcomes import MET, Complaint, Outcome, Tally, refused
from customers.rules.row_sets import RowSet
from tests.fuzz import values
from tests.fuzz.cases import cases

few = cases(20, 0.02)


@few
@given(st.sets(st.integers(0, 3_000)), st.integers(0, 4_000))
def test_a_set_of_rows_holds_what_was_put_in_also_after_it_was_kept_as_a_text(rows, other):
    kept = RowSet(rows).packed()
    found = RowSet.unpacked(kept)
    assert kept
    assert all(row in found for row in rows)
    assert (other in found) == (other in rows)
    assert found.packed() == kept
    found.add(other)
    assert other in found


@few
@given(st.lists(st.sampled_from(ImportOutcome)))
def test_the_rows_that_are_met_are_those_told_to_change_something_or_nothing(kinds):
    tally = Tally()
    for row, kind in enumerate(kinds, start=2):
        tally.take(Outcome(row, kind))
    assert all((row in tally.met) == (kind in MET) for row, kind in enumerate(kinds, start=2))


@few
@given(values.text, values.text)
def test_a_complaint_is_read_with_what_its_row_says_and_counted_without(text, kind):
    outcome = refused(2, "", [Complaint.of(text, kind=kind)])
    assert (outcome.reason, outcome.complaints) == (text, (kind,))
