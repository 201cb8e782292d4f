"""The pay curve: nothing below the threshold, 100 at 100, a straight line up to the cap, never down with the count."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from references.rules import pay
from references.rules.pay import Curve

USUAL = Curve()


@pytest.mark.parametrize(
    ("count", "percent"),
    [
        (0, "0.00"),
        (39, "0.00"),
        (40, "50.00"),
        (45, "75.00"),
        (47, "85.00"),
        (50, "100.00"),
        (51, "105.00"),
        (60, "150.00"),
        (61, "150.00"),
        (5000, "150.00"),
    ],
)
def test_the_usual_curve_by_table(count, percent):
    assert pay.payout_percent(count, 50, USUAL) == Decimal(percent)


@pytest.mark.parametrize("target", [None, 0])
def test_without_a_target_there_is_no_percentage(target):
    assert pay.payout_percent(10, target, USUAL) is None
    assert pay.attainment(10, target) is None


def test_a_cap_at_the_target_pays_100_at_it_and_the_cap_above():
    curve = Curve(threshold=100, threshold_payout=80, cap=100, cap_payout=130)
    assert [pay.payout_percent(count, 10, curve) for count in (9, 10, 11)] == [0, 100, 130]


def test_percentages_and_money_are_rounded_half_up():
    # 2 of 3 above a threshold of 50 %: 50 + 16.666… = 66.67
    curve = Curve(threshold=50, threshold_payout=50, cap=120, cap_payout=150)
    assert pay.payout_percent(2, 3, curve) == Decimal("66.67")
    assert pay.money(Decimal("0.50"), Decimal("1.00")) == Decimal("0.01")
    assert pay.money(Decimal("1000.00"), Decimal("66.67")) == Decimal("666.70")


def test_a_target_does_not_look_reached_before_it_is():
    assert [pay.attainment(count, 42) for count in (38, 39, 42)] == [Decimal("90.4"), Decimal("92.8"), 100]
    assert pay.attainment(24_999, 25_000) == Decimal("99.9")
    assert pay.attainment(19_999, 25_000) == Decimal("79.9")
    assert [row.attainment for row in pay.steps([24_999], 25_000, USUAL)] == [Decimal("99.9")]


def test_a_correction_owes_the_difference_of_two_printed_payouts():
    owed = pay.difference(Decimal("999.99"), settled=Decimal("75.00"), corrected=Decimal("70.00"))
    assert owed == Decimal("699.99") - Decimal("749.99") == Decimal("-50.00")


def test_what_each_more_customer_is_worth():
    rows = pay.steps(range(39, 42), 50, USUAL)
    assert [(row.count, row.payout, row.gain) for row in rows] == [(39, 0, 0), (40, 50, 50), (41, 55, 5)]


curves = st.builds(
    Curve,
    threshold=st.integers(1, 100),
    threshold_payout=st.integers(0, 100),
    cap=st.integers(100, 1000),
    cap_payout=st.integers(100, 1000),
)


@given(curves, st.integers(1, 10_000), st.integers(0, 30_000), st.integers(0, 50))
def test_more_customers_never_pay_less_and_the_payout_stays_within_the_cap(curve, target, count, more):
    less, greater = pay.payout_percent(count, target, curve), pay.payout_percent(count + more, target, curve)
    assert 0 <= less <= greater <= max(curve.cap_payout, 100)


@given(curves, st.integers(1, 10_000))
def test_exactly_the_target_pays_exactly_the_target_bonus(curve, target):
    assert pay.payout_percent(target, target, curve) == 100


@given(curves, st.integers(1, 10_000), st.integers(0, 30_000))
def test_below_the_threshold_nothing_is_paid(curve, target, count):
    if count * 100 < curve.threshold * target:
        assert pay.payout_percent(count, target, curve) == 0
