"""What holds of the months of a drive and of quotas, whatever they are given."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.choices import Role
from core.quarters import FiscalCalendar
from references.choices import QuotaMode, QuotaPeriod, QuotaVerdict
from references.rules import drives, quotas
from references.rules.drives import Asked
from references.rules.shares import percent, tenths
from tests.fuzz import values
from tests.fuzz.cases import cases

NAMES = (
    st.sampled_from(["Sam Ortiz", "Åsa Öberg", "Örs", "van der Berg", "李 小龍", "4711", "", "O'Brien"]) | values.name
)
PEOPLE = st.lists(st.tuples(NAMES, st.sampled_from(["North", "north ", "West", ""])), max_size=60).map(
    lambda rows: [Asked(number, name, group) for number, (name, group) in enumerate(rows)]
)
MONTHS = st.integers(1, 24)
DAYS = values.days_from(date(2000, 1, 1), date(2100, 1, 1))


@cases(60, 0.08)
@given(PEOPLE, MONTHS)
def test_everybody_is_asked_once_whatever_the_months_are_split_by(people, months):
    for split in (drives.split_by_last_name, drives.split_by_group):
        parts = split(people, months=months)
        assert len(parts) == months
        assert sorted(pk for part in parts for pk in part.people) == [one.pk for one in people]
        assert parts == split(reversed(people), months=months)


@cases(60, 0.08)
@given(PEOPLE, MONTHS)
def test_letters_follow_one_another_and_no_month_is_twice_as_full_as_it_need_be(people, months):
    letters = {one.pk: drives.letter_of(one.name) for one in people}
    parts = drives.split_by_last_name(people, months=months)
    told = [letters[pk] for part in parts for pk in part.people]
    assert told == sorted(told)
    share = max(len(people) / months, 1)
    assert max((len(part.people) for part in parts), default=0) <= 2 * share + 1
    small = {letter for letter in told if told.count(letter) <= share * 1.4}
    for letter in small:
        assert sum(any(letters[pk] == letter for pk in part.people) for part in parts) == 1


@cases(40, 0.05)
@given(PEOPLE, MONTHS)
def test_a_team_stays_together_and_the_months_differ_by_no_more_than_the_largest(people, months):
    parts = drives.split_by_group(people, months=months)
    sizes = [len(part.people) for part in parts]
    groups = {one.pk: " ".join(one.group.split()).casefold() for one in people}
    found = [{groups[pk] for pk in part.people} for part in parts]
    assert sum(len(names) for names in found) == len(set(groups.values()))
    largest = max((list(groups.values()).count(name) for name in groups.values()), default=0)
    assert max(sizes) - min(sizes) <= largest


def works(day):
    return day.weekday() < 5 and (day.month, day.day) != (1, 1)


@cases(60, 0.05)
@given(DAYS)
def test_the_first_working_day_is_a_weekday_and_what_is_due_has_had_one(day):
    first = drives.first_working_day(day)
    assert works(first)
    assert first.day <= 4
    assert not any(works(first - timedelta(days=back)) for back in range(1, first.day))
    due = drives.due_month(day)
    assert drives.first_working_day(due) <= day
    assert drives.first_working_day(drives.months_from(due, 2)[1]) > day


@cases(60, 0.05)
@given(DAYS, st.integers(0, 900), st.integers(1, 24))
def test_everybody_is_asked_on_a_working_day_and_before_the_drive_is_over(month, later, count):
    today = month.replace(day=1) - timedelta(days=200) + timedelta(days=later)
    closes_on = drives.months_from(month, count + 1)[-1]
    if today < closes_on:
        day = drives.asking_day(month, today=today, closes_on=closes_on)
        assert max(today, month.replace(day=1)) <= day < closes_on
        assert works(day) or drives.next_working_day(day) >= closes_on
        assert not works(today) or day in (today, drives.first_working_day(month))
        assert drives.due_month(day) >= month.replace(day=1)


@cases(40, 0.05)
@given(DAYS, st.lists(st.integers(0, 500), min_size=1, max_size=12), st.integers(0, 500), st.integers(1, 50))
def test_nobody_waits_who_could_be_invited(day, expected, waiting, capacity):
    months = drives.months_from(day, len(expected))
    found = drives.loads(list(zip(months, expected, strict=True)), waiting=waiting, capacity=capacity, today=day)
    assert [load.month for load in found] == months
    invited = sum(expected) + waiting - found[-1].waiting
    assert 0 <= invited <= capacity * len(expected)
    assert all(load.waiting <= capacity * load.months_to_wait for load in found)
    assert not any(load.is_too_much and load.waiting <= capacity for load in found)


@cases(30, 0.02)
@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_hundred_percent_are_all(part, whole):
    found = percent(min(part, whole), whole)
    assert (found is None) == (whole == 0)
    assert (found == 100) == (0 < whole <= part)
    exact = tenths(min(part, whole), whole)
    assert (exact is None) == (whole == 0)
    assert (exact == 100) == (0 < whole <= part)
    assert exact is None or abs(exact * whole - 100 * min(part, whole)) * 10 <= whole


@cases(60, 0.05)
@given(st.integers(0, 20), st.integers(0, 20), st.sampled_from(QuotaMode.values), st.booleans())
def test_only_block_forbids_and_only_who_misses_something(accepted, quota, mode, is_lifted):
    found = quotas.standing(accepted, quota, mode=mode, is_lifted=is_lifted)
    assert found.missing == max(quota - accepted, 0)
    assert found.may_ask == (mode != QuotaMode.BLOCK or is_lifted or not found.missing)
    assert found.is_warned == (mode == QuotaMode.WARN and bool(found.missing) and not is_lifted)
    assert (found.verdict == QuotaVerdict.FREE) == (mode == QuotaMode.OFF or not quota)


@cases(30, 0.02)
@given(st.sets(st.sampled_from(Role.values)), st.dictionaries(st.sampled_from(Role.values), st.integers(1, 9)))
def test_a_quota_is_the_highest_of_the_roles(roles, numbers):
    found = quotas.quota_of(roles, numbers)
    assert all(found >= numbers.get(role, 0) for role in roles)
    assert found in {0, *(numbers.get(role, 0) for role in roles)}


CALENDARS = st.builds(
    FiscalCalendar, st.integers(1, 12), st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland", "US/Pacific"])
)


@cases(60, 0.05)
@given(CALENDARS, st.sampled_from(QuotaPeriod.values), values.days_from(date(1990, 1, 1), date(2100, 1, 1)))
def test_periods_follow_one_another_without_a_gap(calendar, kind, day):
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    period = quotas.period_at(kind, at, calendar=calendar)
    assert period.starts_at <= at < period.ends_at
    assert period == quotas.period_named(period.label, calendar=calendar)
    earlier = quotas.before(period, calendar=calendar)
    assert (earlier.ends_at, earlier.kind) == (period.starts_at, kind)


@pytest.mark.parametrize("label", ["", "2026-Q5", "2026-", "٢٠٢٦", "year", "99999", "0001"])
def test_what_is_no_period_is_refused(label):
    with pytest.raises(ValueError, match="is not a quarter"):
        quotas.period_named(label, calendar=FiscalCalendar())
