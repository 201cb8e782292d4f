"""What holds of the rows that a check has shown, and of the words that files bring."""

from hypothesis import example, given
from hypothesis import strategies as st

from core.choices import ImportOutcome
from customers.rules.import_outcomes import MET, Complaint, Outcome, Tally, refused
from customers.rules.row_sets import RowSet
from customers.rules.spellings import Spellings
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


@few
@given(st.lists(values.text, max_size=6), st.lists(values.text, max_size=6))
@example(["Software", "SOFTWARE"], ["software", "Software", "retail", "Retail"])
def test_a_file_spells_nothing_anew_and_brings_no_word_twice(here, brought):
    spellings = Spellings(here)
    said = [spellings.of(word) for word in brought]
    assert [word.casefold() for word in said] == [word.casefold() for word in brought]
    assert said == [word if word in here else spellings.of(word) for word in brought], "what stands here stays as it is"
    new = {word for word in said if word not in here}
    assert len({word.casefold() for word in new}) == len(new)
    assert not {word.casefold() for word in new} & {word.casefold() for word in here}
