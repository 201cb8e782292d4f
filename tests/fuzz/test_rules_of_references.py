"""What holds of verdicts, bridges, forecasts, pay and seals, whatever they are given."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from customers.choices import Lifecycle
from references.choices import Movement, Reason, Status
from references.reports.as_of import REASON
from references.rules import bridges, evidence, forecasts, pay, seals
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


@few
@given(DAYS, DAYS)
def test_of_two_pieces_of_evidence_one_at_most_is_shorter(until, other):
    shorter = evidence.is_shorter(until, than=other)
    assert shorter == ((until or date.max) < (other or date.max))
    assert not (shorter and evidence.is_shorter(other, than=until))


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


@few
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.sampled_from(Reason.values)), max_size=60))
def test_a_bridge_over_a_change_of_definition_adds_up_and_counts_who_came_and_went_by_it(customers):
    """Of each: whether it counted by the old definition, by the new one at the same instant, and now."""
    by_new = [bridges.movement(before=new, now=now, reason=reason) for _old, new, now, reason in customers]
    came = sum(new and not old for old, new, _now, _why in customers)
    went = sum(old and not new for old, new, _now, _why in customers)
    counted = {kind: by_new.count(kind) for kind in Movement}
    opening, closing = sum(old for old, *_rest in customers), sum(now for _old, _new, now, _why in customers)
    told = (counted[Movement.GAINED], counted[Movement.LOST], counted[Movement.CHURNED])
    bridge = bridges.Bridge(opening, 0, *told, closing, newly_counted=came, no_longer_counted=went)
    assert bridge.balances
    assert bridge.redefined == came - went
    assert bridge.is_redefined == any(old != new for old, new, _now, _why in customers)
    assert tuple(bridge.moved(kind) for kind in Movement) == (came + went, *told)


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
    for named in (curve.threshold, 100, curve.cap):
        assert (pay.attainment(count, target) >= named) == (100 * count >= named * target), (
            "nothing looks reached early"
        )


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
