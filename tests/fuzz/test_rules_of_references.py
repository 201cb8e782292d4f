"""What holds of verdicts, bridges, forecasts, pay and seals, whatever they are given."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from customers.choices import Lifecycle
from references.choices import BottomVisibility, Movement, NominationState, Reason, Status
from references.reports.as_of import REASON
from references.rules import bridges, evidence, forecasts, growth, nominations, pay, rankings, recruiting_queue, seals
from references.rules.verdicts import CellFacts, CustomerFacts, verdict
from tests.fuzz import values
from tests.fuzz.cases import cases

few = cases(20, 0.02)
ON = date(2026, 12, 31)
DAYS = st.none() | values.days_from(date(2026, 12, 1), date(2027, 1, 31)) | st.just(ON)
CUSTOMERS = st.builds(CustomerFacts, st.sampled_from(Lifecycle.values), DAYS, st.booleans())
CELLS = st.builds(CellFacts, st.sampled_from(Status.values), st.booleans(), DAYS, DAYS)


@cases(60, 0.08)
@given(CUSTOMERS, CELLS, st.booleans())
def test_every_customer_has_one_verdict_and_counts_for_one_reason_alone(customer, cell, needed):
    found = verdict(customer, cell, evidence_needed=needed, on=ON)
    assert found.is_referenceable == (found.reason == Reason.COUNTS)
    green = replace(cell, status=Status.GREEN)
    assert verdict(customer, green, evidence_needed=needed, on=ON).is_referenceable >= found.is_referenceable
    assert verdict(customer, cell, evidence_needed=False, on=ON).is_referenceable >= found.is_referenceable
    for gone in (replace(customer, is_merged=True), replace(customer, lifecycle="churned", churned_on=None)):
        assert not verdict(gone, cell, evidence_needed=needed, on=ON).is_referenceable


@pytest.mark.django_db
@cases(40, 0.04)
@given(customer=CUSTOMERS, cell=CELLS, needed=st.booleans())
def test_the_database_decides_as_the_rule_does(customer, cell, needed):
    """`as_of.REASON` closes a quarter; `verdict` is what people read and what the closing is checked by."""
    row = {
        "day": ON, "evidence_needed": needed, "merged": 1 if customer.is_merged else None, "status": cell.status,
        "lifecycle": customer.lifecycle, "churned_on": customer.churned_on, "agreed": cell.agreed_on,
        "until": cell.valid_until, "evidence": 1 if cell.has_evidence else None,
    }  # fmt: skip
    day = "%({})s" if connection.vendor == "sqlite" else "CAST(%({})s AS date)"
    number = "CAST(%({})s AS integer)"
    reason = REASON.replace("%(day)s", day.format("day"))
    tables = f"""(SELECT {number.format("merged")} AS merged_into_id, %(lifecycle)s AS lifecycle,
            {day.format("churned_on")} AS churned_on) c,
        (SELECT %(status)s AS status) r, (SELECT CAST(NULL AS integer) AS id) w,
        (SELECT {number.format("evidence")} AS evidence_id, {day.format("agreed")} AS evidence_agreed_on,
            {day.format("until")} AS evidence_valid_until) p"""
    with connection.cursor() as cursor:
        adapted = {key: str(value) if isinstance(value, date) else value for key, value in row.items()}
        cursor.execute(f"SELECT {reason} FROM {tables}", adapted)  # noqa: S608
        assert cursor.fetchone()[0] == verdict(customer, cell, evidence_needed=needed, on=ON).reason


@few
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from(Reason.values)), max_size=60))
def test_a_bridge_over_any_customers_adds_up(customers):
    moved = [bridges.movement(before=before, now=now, reason=reason) for before, now, reason in customers]
    opening, closing = sum(before for before, _now, _why in customers), sum(now for _before, now, _why in customers)
    counted = {kind: moved.count(kind) for kind in Movement}
    bridge = bridges.Bridge(
        opening, 0, counted[Movement.GAINED], counted[Movement.LOST], counted[Movement.CHURNED], closing
    )
    assert bridge.balances
    assert not replace(bridge, closing=closing + 1).balances
    assert moved.count(None) == sum(before == now for before, now, _why in customers)


AGREED = values.days_from(evidence.EARLIEST, evidence.LATEST)


@few
@given(AGREED, st.none() | st.integers(0, 3653), values.near_day)
def test_evidence_is_missing_before_its_first_and_after_its_last_day(agreed, days, today):
    until = evidence.valid_until(agreed, days=days)
    asked = {"agreed_on": agreed, "until": until, "today": today}
    missing = evidence.is_missing(Status.GREEN, evidence_needed=True, **asked)
    assert missing == (today < agreed or (until is not None and until < today))
    assert not evidence.is_missing(Status.AMBER, evidence_needed=True, **asked)
    assert not evidence.is_missing(Status.GREEN, evidence_needed=False, **asked)
    assert until is None or evidence.has_plausible_end(agreed, until)
    policy = evidence.EvidencePolicy()
    soon = evidence.expires_soon(until, today=today, policy=policy)
    assert not soon or (until is not None and 0 <= (until - today).days <= policy.warn_days)


@few
@given(values.day, values.day)
def test_what_is_plausible_lies_in_our_time_and_ends_within_ten_years(agreed, until):
    assert evidence.has_plausible_start(agreed) == (1990 <= agreed.year <= 2199 or agreed == date(2200, 1, 1))
    if evidence.has_plausible_start(agreed):
        assert evidence.has_plausible_end(agreed, until) == ((until - agreed).days <= 3653)


COUNTS = st.integers(0, 10**6)


@few
@given(st.builds(forecasts.Outlook, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS))
def test_a_forecast_lies_within_its_range(outlook):
    assert 0 <= outlook.low <= outlook.forecast <= outlook.high
    more = replace(outlook, commit=outlook.commit + 1)
    assert (more.forecast, more.high) == (outlook.forecast + 1, outlook.high + 1)
    assert replace(outlook, losses=outlook.losses + 1).forecast <= outlook.forecast
    assert replace(outlook, pipeline=0) == replace(outlook, pipeline=0)


@few
@given(COUNTS, COUNTS)
def test_how_far_a_forecast_was_off(forecast, closing):
    found = forecasts.accuracy(forecast, closing)
    assert found.error == forecast - closing
    assert (found.percent is None) == (closing == 0) == (found.share is None)
    assert found.share is None or found.share >= 0


@few
@given(st.none() | values.near_day, st.none() | values.near_day, values.near_day)
def test_late_is_what_one_of_two_days_says(expected, due, today):
    assert forecasts.is_late(expected, due, today=today) == (min(expected or today, due or today) < today)


CURVES = st.builds(pay.Curve, st.integers(1, 100), st.integers(0, 100), st.integers(100, 1000), st.integers(100, 1000))
TARGETS = st.integers(1, 10**6)


@cases(40, 0.06)
@given(CURVES, TARGETS, COUNTS, st.integers(0, 10**6))
def test_more_customers_never_pay_less_and_never_more_than_the_cap(curve, target, count, more):
    less, greater = pay.payout_percent(count, target, curve), pay.payout_percent(count + more, target, curve)
    assert 0 <= less <= greater <= curve.cap_payout
    assert pay.payout_percent(target, target, curve) == pay.payout_at(Decimal(100), curve) == 100
    assert pay.attainment(count, target) <= pay.attainment(count + more, target)
    assert pay.attainment(count, 0) is None is pay.payout_percent(count, None, curve)


@few
@given(st.decimals(0, 10**8, places=2), CURVES, TARGETS, COUNTS, COUNTS)
def test_what_a_correction_owes_makes_up_the_difference_to_the_cent(bonus, curve, target, settled, corrected):
    paid, due = (pay.payout_percent(count, target, curve) for count in (settled, corrected))
    owed = pay.difference(bonus, settled=paid, corrected=due)
    assert pay.money(bonus, paid) + owed == pay.money(bonus, due)
    assert pay.rounded(owed) == owed
    assert owed == -pay.difference(bonus, settled=due, corrected=paid)


@few
@given(CURVES, st.integers(1, 500), st.integers(0, 500), st.integers(1, 20))
def test_the_gains_of_all_steps_sum_up_to_the_payout(curve, target, first, number):
    rows = pay.steps(range(first, first + number), target, curve)
    before = pay.payout_percent(first - 1, target, curve) if first else 0
    assert before + sum(row.gain for row in rows) == rows[-1].payout
    assert all(row.gain >= 0 for row in rows)


ENTRIES = st.lists(st.lists(values.name | st.integers() | st.none() | st.dates(), min_size=1, max_size=5), max_size=8)


@cases(40, 0.06)
@given(ENTRIES, ENTRIES)
def test_two_closings_have_the_same_seal_only_if_they_say_the_same(one, other):
    head = {"quarter": "2026-Q4", "count": 3}
    plain = [[seals.line(entry) for entry in entries] for entries in (one, other)]
    assert (seals.seal(head, one) == seals.seal(head, other)) == (plain[0] == plain[1])
    assert seals.seal(head | {"count": 4}, one) != seals.seal(head, one)
    assert seals.seal(head, [*one, [1]]) != seals.seal(head, one) == seals.seal(dict(reversed(head.items())), iter(one))


@few
@given(st.dictionaries(values.name, values.name | st.integers(), max_size=5), values.near_day)
def test_a_line_of_the_seal_is_one_line_and_instants_are_told_in_utc(values_of, day):
    written = seals.line(values_of)
    assert (
        written.count("\n") == 1 == len(written.splitlines(keepends=False))
        or "\\" in written
        or any(mark in written for mark in "\x85\u2028\u2029")
    )
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    elsewhere = noon.astimezone(tz=None) + timedelta(0)
    assert seals.line({"at": noon}) == seals.line({"at": elsewhere})
    assert seals.line({"on": day}) != seals.line({"on": day + timedelta(days=1)})


STATES = st.sampled_from(NominationState.values)
MONTHS = values.days_from(date(2026, 1, 1), date(2027, 12, 31))


@cases(60, 0.05)
@given(STATES, STATES, MONTHS)
def test_a_nomination_moves_only_while_it_is_open_and_is_due_as_long(before, after, since):
    is_open = before in nominations.OPEN
    assert not nominations.may_move(before, after) or is_open
    due = nominations.due_on(before, since=since, policy=nominations.RecruitingPolicy(), parked_until=since)
    assert (due is not None) == is_open
    assert due is None or due >= since


@few
@given(MONTHS, MONTHS, st.integers(1, 400))
def test_a_word_that_was_given_is_stale_after_so_many_days_and_stays_so(verified, today, days):
    if nominations.is_stale(verified, today=today, days=days):
        assert nominations.is_stale(verified, today=today + timedelta(days=1), days=days)
        assert (today - verified).days > days


@few
@given(MONTHS)
def test_months_follow_each_other_without_a_gap(day):
    assert nominations.next_month(day) - nominations.end_of_month(day) == timedelta(days=1)
    assert nominations.end_of_month(day) >= day
    assert nominations.next_month(day).day == 1


CANDIDATES = st.lists(
    st.builds(recruiting_queue.Candidate, st.integers(1, 10**6), st.integers(0, 100), st.booleans(), MONTHS),
    max_size=40,
    unique_by=lambda one: one.pk,
)


@cases(60, 0.05)
@given(CANDIDATES, st.integers(1, 9), st.integers(0, 20), MONTHS)
def test_no_month_is_overfilled_and_nobody_is_planned_before_a_more_urgent_one(waiting, capacity, sent, today):
    planned = list(recruiting_queue.plan(waiting, capacity=capacity, invited_this_month=sent, today=today))
    assert {pk for pk, _score, _month in planned} == {one.pk for one in waiting}
    used = Counter(month for _pk, _score, month in planned)
    assert used[today.replace(day=1)] <= max(capacity - sent, 0)
    assert all(count <= capacity for count in used.values())
    months = [month for _pk, _score, month in planned]
    assert months == sorted(months)
    scores = {one.pk: recruiting_queue.score(one, today=today) for one in waiting}
    assert all(0 <= points <= 140 for points in scores.values())
    assert [points for _pk, points, _month in planned] == sorted(scores.values(), reverse=True)


AMOUNTS = st.decimals(0, 10**11, places=2, allow_nan=False, allow_infinity=False)


@few
@given(AMOUNTS, AMOUNTS, st.integers(-3, 10**6))
def test_growth_has_the_sign_of_the_difference_and_a_base(before, now, evangelists):
    found = growth.growth(before, now)
    assert (found is None) == (before == 0)
    if found is not None:
        assert found >= -100
        assert found == 0 or (found > 0) == (now > before)
    assert 0 <= growth.band(evangelists) <= growth.MOST
    assert growth.band(evangelists) <= growth.band(evangelists + 1)


FIGURES = st.builds(
    rankings.Figures, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), high_impact=st.just(0)
).flatmap(lambda one: st.integers(0, one.submitted).map(lambda high: replace(one, high_impact=high)))
LEVELS = st.lists(
    st.builds(rankings.Level, st.text(min_size=1, max_size=5), st.integers(1, 20)), unique_by=lambda one: one.needed
)


@cases(60, 0.05)
@given(st.lists(FIGURES, max_size=30), st.integers(1, 9))
def test_a_place_is_one_more_than_how_many_did_better_and_equals_share_it(everybody, count):
    found = rankings.places(everybody)
    for own, place in zip(everybody, found, strict=True):
        assert place == 1 + sum(other.standing > own.standing for other in everybody)
        at_top = rankings.is_top(place, own, count=count)
        assert at_top == (place <= count and not own.is_nothing)
        assert not (at_top and rankings.is_bottom(own, takes_part=True))
    sums = [sum(one.standing[step] for one in everybody) for step in range(3)]
    assert [*rankings.total(everybody).standing] == sums


@few
@given(FIGURES)
def test_a_share_lies_between_nothing_and_all_and_nothing_has_none(figures):
    assert (figures.share is None) == (figures.submitted == 0)
    assert figures.share is None or 0 <= figures.share <= 100
    assert figures.is_nothing == (figures.standing == (0, 0, 0))
    assert not rankings.is_bottom(figures, takes_part=False)


@few
@given(st.sampled_from(BottomVisibility.values), st.booleans())
def test_a_manager_sees_no_less_of_the_bottom_than_others(visibility, is_manager):
    seen = rankings.sees_bottom(visibility, is_manager=is_manager)
    assert seen == (visibility == "everyone" or (visibility == "managers" and is_manager))
    assert rankings.sees_bottom(visibility, is_manager=True) >= seen


@few
@given(LEVELS, st.integers(0, 30))
def test_more_enrolled_nominations_never_reach_a_lower_level(levels, enrolled):
    found, more = (rankings.level_of(count, levels) for count in (enrolled, enrolled + 1))
    assert found is None or (found.needed <= enrolled and more is not None and more.needed >= found.needed)
    assert (found is None) == all(level.needed > enrolled for level in levels)
