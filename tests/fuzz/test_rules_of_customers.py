"""What holds of quarters, names, matches and the reading of foreign cells, whatever they are given."""

from calendar import isleap
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.both_sides import three_way
from core.choices import ImportOutcome
from core.quarters import FiscalCalendar, Quarter, years_after
from core.texts import CONTROL
from customers.choices import Adoption, CaseSeverity, ContactRole, EvangelistLevel, EvangelistScope, Lifecycle, SizeBand
from customers.rules import import_values, names
from customers.rules.evangelists import EARLIEST, EvangelistPolicy, attendance_is_known, is_too_early, is_too_far
from customers.rules.import_outcomes import SHOWN_OTHERS, Outcome, Tally, refused
from customers.rules.import_values import Unreadable
from customers.rules.matching import Candidate, Wanted, match
from tests.fuzz import values
from tests.fuzz.cases import cases

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"])
CALENDARS = st.builds(FiscalCalendar, st.integers(1, 12), ZONES)
QUARTERS = st.builds(Quarter, st.integers(2, 9997), st.integers(1, 4))
INSTANTS = st.datetimes(datetime(3, 1, 1), datetime(9996, 1, 1), timezones=st.just(UTC))
FIELDS = st.fixed_dictionaries({name: st.integers(0, 2) for name in "abc"})
few = cases(20, 0.02)


@few
@given(values.text)
@example("٢٠٢٦-Q4")
@example("٠٠٠٠-Q1")
def test_a_label_that_is_read_is_the_label_of_its_quarter(text):
    try:
        quarter = Quarter.parse(text)
    except ValueError:
        return
    assert (quarter.label, str(quarter)) == (text, text)


@few
@given(QUARTERS, st.integers(-400, 400))
def test_quarters_are_counted_forwards_and_back(quarter, by):
    assume(quarter.year + by // 4 - 1 >= 1 and quarter.year + by // 4 + 1 <= 9999)
    later = quarter.shifted(by)
    assert later.shifted(-by) == quarter
    assert quarter.next.previous == quarter == quarter.previous.next
    assert (later > quarter) == (by > 0) == (later.label > quarter.label)


@few
@given(CALENDARS, QUARTERS)
def test_a_year_is_cut_into_quarters_without_gap_or_overlap(calendar, quarter):
    first, last = calendar.starts_on(quarter), calendar.ends_on(quarter)
    assert calendar.zone.key == calendar.time_zone
    assert 88 <= (last - first).days <= 91
    assert last + timedelta(days=1) == calendar.starts_on(quarter.next)
    assert calendar.quarter_of(first) == calendar.quarter_of(last) == quarter
    assert calendar.starts_at(quarter) < calendar.ends_at(quarter) == calendar.starts_at(quarter.next)


@few
@given(CALENDARS, INSTANTS)
def test_every_instant_lies_in_exactly_one_quarter(calendar, instant):
    quarter = calendar.quarter_at(instant)
    assert calendar.quarter_of(calendar.day_of(instant)) == quarter
    assert calendar.starts_at(quarter) <= instant < calendar.ends_at(quarter)
    assert not calendar.has_ended(quarter, at=instant)
    assert calendar.has_ended(quarter.previous, at=instant)


@cases(40, 0.06)
@given(values.text | values.name)
@example("Acme™")
@example("ℋooli GmbH")
@example("a" * 196 + " inc")
@example("a" * 196 + " co inc ltd")
def test_the_key_of_a_name_is_its_own_key_and_no_matter_of_case(name):
    key = names.name_key(name)
    assert names.name_key(key) == key
    assert len(key) <= 200
    assert names.name_key(f"  {name}  ") == key
    system = names.system_key(name)
    assert names.system_key(f" {system} ") == system
    assert names.name_key(name.casefold()) == key


@few
@given(
    values.text,
    st.sampled_from(["", "https://", "http://www.", "mailto:x@", "www."]),
    st.sampled_from(["", "/eu?a=b", ":8080"]),
)
@example("acme.com", "https://", "/eu")
@example("www.www.acme.com", "", "")
def test_a_domain_is_its_own_domain_however_it_is_written(text, before, after):
    domain = names.domain_of(text)
    assert names.domain_of(domain) == domain
    assert len(domain) <= 253
    assert not domain or ("." in domain and not {*"/@:? "} & {*domain})
    if domain == text:
        assert names.domain_of(f"{before}{domain}{after}") == domain


NAMES, DOMAINS = st.sampled_from(["acme", "bluth"]), st.sampled_from(["", "a.com", "b.com"])
IDS = st.sampled_from([(), ("1",), ("2",), ("1", "2")])
CANDIDATES = st.lists(st.builds(Candidate, st.integers(1, 9), NAMES, DOMAINS, IDS), max_size=5)


@cases(40, 0.04)
@given(st.builds(Wanted, st.sampled_from(["", "1"]), NAMES, DOMAINS), CANDIDATES, st.randoms(use_true_random=False))
def test_whom_a_row_means_does_not_hang_on_the_order_of_the_candidates(wanted, candidates, shuffler):
    assume(len({one.pk: one for one in candidates}) == len(candidates))
    found = match(wanted, by_external_id=None, candidates=candidates)
    mixed = candidates.copy()
    shuffler.shuffle(mixed)
    again = match(wanted, by_external_id=None, candidates=mixed)
    assert (found.pk, found.problem is None) == (again.pk, again.problem is None)
    assert found.pk is None or found.problem is None


@few
@given(NAMES, DOMAINS, DOMAINS)
def test_two_records_alone_match_each_other_or_neither_does(name, one, other):
    there = match(Wanted("", name, one), by_external_id=None, candidates=[Candidate(1, name, other)])
    back = match(Wanted("", name, other), by_external_id=None, candidates=[Candidate(1, name, one)])
    assert there == back


def read(reader, *arguments, **options):
    """What the reader takes the text for, or None if it refuses in words."""
    try:
        return reader(*arguments, **options)
    except Unreadable:
        return None


@cases(40, 0.06)
@given(
    values.text
    | st.from_regex(import_values.YEAR_LAST, fullmatch=True)
    | st.from_regex(import_values.NAMED, fullmatch=True)
)
def test_a_day_is_never_guessed(text):
    """Without being told which comes first, a day is read only where both answers agree."""
    as_day, as_month, unsaid = (read(import_values.day, text, order=order) for order in ("dmy", "mdy", "auto"))
    assert unsaid is None or unsaid == as_day == as_month
    if as_day is not None and as_month is not None and as_day != as_month:
        assert unsaid is None


@cases(40, 0.06)
@given(values.text | st.from_regex(r"[-+(]?[0-9]{1,4}([.,' ][0-9]{3}){0,3}([.,][0-9]{1,3})?[km)]?", fullmatch=True))
def test_an_amount_is_finite_in_cents_and_read_back_as_it_is_written(text):
    value = read(import_values.amount, text)
    if value is not None:
        assert abs(value) < 10**12
        assert value == value.quantize(Decimal("0.01"))
        assert import_values.amount(str(value)) == value
        assert read(import_values.revenue, text) == (None if value < 0 else value)
    else:
        assert read(import_values.revenue, text) is None


@few
@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_more_employees_are_never_a_smaller_band(one, other):
    order = [*SizeBand.values]
    small, large = sorted([one, other])
    bands = [import_values.size_band(str(number)) for number in (small, large)]
    assert order.index(bands[0]) <= order.index(bands[1])


WORDS = {
    import_values.yes_or_no: {True, False},
    import_values.size_band: {*SizeBand.values},
    import_values.lifecycle: {*Lifecycle.values},
    import_values.evangelist_level: {*EvangelistLevel.values},
    import_values.evangelist_scope: {*EvangelistScope.values},
    import_values.adoption: {*Adoption.values},
    import_values.case_severity: {*CaseSeverity.values},
    import_values.is_open_case: {True, False},
    import_values.satisfaction: {1, 2, 3, 4, 5},
}


@cases(30, 0.04)
@given(st.sampled_from([*WORDS]), values.text)
def test_a_word_means_something_of_the_glossary_or_is_refused(reader, text):
    found = read(reader, text)
    assert found is None or found in WORDS[reader]


@few
@given(values.text)
def test_roles_come_once_in_the_order_of_the_glossary(text):
    found = read(import_values.contact_roles, text)
    assert found is None or found == [role for role in ContactRole.values if role in found]


@cases(30, 0.04)
@given(values.text)
def test_what_is_cleaned_is_clean(text):
    plain = import_values.cleaned(text)
    assert import_values.cleaned(plain) == plain
    assert plain == plain.strip()
    assert not CONTROL.search(plain)
    assert len(plain) <= len(text)
    parts = import_values.parts(text)
    assert parts == [*dict.fromkeys(parts)]
    assert all(part and part == part.strip() and not {*";,\n|"} & {*part} for part in parts)


OUTCOMES = st.builds(Outcome, st.integers(1, 10**6), st.sampled_from(ImportOutcome), values.name, reason=values.name)


@few
@given(st.lists(OUTCOMES, max_size=SHOWN_OTHERS + 20))
def test_a_tally_counts_every_row_and_shows_the_first_of_each_kind(outcomes):
    tally = Tally()
    for outcome in outcomes:
        tally.take(outcome)
    report = tally.as_report()
    assert sum(report["counts"].values()) == len(outcomes)
    assert tally.problems == sum(outcome.kind == ImportOutcome.PROBLEM for outcome in outcomes)
    for kind, rows in report["shown"].items():
        assert [row["row"] for row in rows] == [one.row for one in outcomes if one.kind == kind][: len(rows)]


@few
@given(st.lists(values.name, min_size=1))
def test_a_refused_row_tells_each_of_its_problems_once_and_in_order(wrong):
    outcome = refused(7, "Bluth", wrong)
    assert (outcome.kind, outcome.reason) == (ImportOutcome.PROBLEM, " ".join(outcome.complaints))
    assert list(outcome.complaints) == sorted(set(wrong), key=wrong.index)


@pytest.mark.parametrize("order", import_values.DAY_ORDERS)
@few
@given(text=values.written_day)
def test_a_day_with_its_year_first_is_the_same_in_any_order(order, text):
    assert read(import_values.day, text, order=order).isoformat() == text


@few
@given(st.dates(), st.none() | st.dates(), st.integers(1, 400))
def test_who_is_briefed_stays_up_to_date_for_so_many_days(today, briefed_on, days):
    policy = EvangelistPolicy(brief_every_days=days)
    since = policy.briefed_since(today)
    assert since == max(EARLIEST, since)
    assert (today - since).days <= days or since == EARLIEST
    assert policy.is_stale(None, today)
    assert policy.is_stale(briefed_on, today) == (briefed_on is None or briefed_on < since)


@few
@given(st.dates(), st.integers(-400, 400))
def test_nobody_was_at_what_lies_ahead(today, days):
    assume(date.min.toordinal() <= today.toordinal() + days <= date.max.toordinal())
    assert attendance_is_known(today + timedelta(days=days), today) == (days <= 0)


@few
@given(st.dates(), st.dates())
def test_a_slip_of_the_year_is_one(day, today):
    assert is_too_early(day) == (day.year < 1990)
    assert is_too_far(day, today) == (day > years_after(today, 5))


@few
@given(st.dates(), st.integers(0, 200))
def test_some_years_later_it_is_the_same_day_but_on_a_leap_day(day, years):
    later = years_after(day, years)
    if day.year + years > date.max.year:
        assert later == date.max
    else:
        is_short = (day.month, day.day) == (2, 29) and not isleap(day.year + years)
        assert (later.year, later.month, later.day) == (day.year + years, day.month, 28 if is_short else day.day)


@few
@given(FIELDS, FIELDS, FIELDS)
def test_of_two_who_save_one_row_nobody_takes_back_unseen_what_the_other_changed(seen, typed, theirs):
    taken, both = three_way(seen, typed, theirs)
    for name in seen:
        if typed[name] == seen[name]:
            assert (typed | taken)[name] == theirs[name]
        assert (name in both) == (seen[name] != typed[name] != theirs[name] != seen[name])
