"""What holds of nominations, the queue, impact, coverage and rankings, whatever they are given."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from references.choices import BottomVisibility, CoverageLevel, NominationState
from references.rules import coverage, growth, impact, nominations, rankings, recruiting_queue
from tests.fuzz import values
from tests.fuzz.cases import cases

few = cases(20, 0.02)
STATES = st.sampled_from(NominationState.values)
MONTHS = values.days_from(date(2026, 1, 1), date(2027, 12, 31))


@cases(60, 0.05)
@given(STATES, STATES, MONTHS)
def test_a_nomination_moves_while_it_is_open_and_is_due_as_long_only_an_enrolment_is_taken_back(before, after, since):
    is_open = before in nominations.OPEN
    if nominations.may_move(before, after) and not is_open:
        assert (before, after) == ("enrolled", "invited")
    policy = nominations.RecruitingPolicy()
    due = nominations.due_on(before, since=since, policy=policy, planned_month=since, parked_until=since)
    assert (due is not None) == is_open
    assert before != "queued" or nominations.due_on(before, since=since, policy=policy) is None, "without a month"
    assert due is None or due >= since


@few
@given(MONTHS, MONTHS, st.integers(1, 400))
def test_a_word_that_was_given_is_stale_after_so_many_days_and_stays_so(verified, today, days):
    if nominations.is_stale(verified, today=today, days=days):
        assert nominations.is_stale(verified, today=today + timedelta(days=1), days=days)
        assert (today - verified).days > days
        assert nominations.is_nearly_stale(verified, today=today, days=days)
    assert not nominations.is_nearly_stale(verified, today=verified, days=days)


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


IN_LINE = st.lists(
    st.builds(recruiting_queue.InLine, st.integers(1, 10**6), st.integers(0, 140), MONTHS, st.booleans()),
    max_size=40,
    unique_by=lambda one: one.pk,
)


@cases(60, 0.05)
@given(IN_LINE, st.integers(1, 9), st.integers(0, 20))
def test_as_many_go_out_as_the_month_has_left_and_none_before_a_more_urgent_one(waiting, capacity, sent):
    found = recruiting_queue.places(waiting, capacity=capacity, invited_this_month=sent)
    assert found.keys() == {one.pk for one in waiting}
    ready = [one for one in waiting if one.is_ready]
    going = [one for one in ready if found[one.pk].may_go_out]
    assert len(going) == min(len(ready), max(capacity - sent, 0))
    kept = [one.score for one in ready if not found[one.pk].may_go_out]
    assert not kept or not going or min(one.score for one in going) >= max(kept)


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


POINTS = st.lists(st.integers(0, impact.MOST_POINTS), min_size=6, max_size=6)
WEIGHTS = st.lists(st.integers(0, 10), min_size=6, max_size=6)
POLICIES = st.builds(
    lambda weights, b_from, more: impact.ImpactPolicy(*weights, a_from=b_from + more, b_from=b_from),
    WEIGHTS,
    st.integers(1, 50),
    st.integers(1, 50),
)


@cases(60, 0.05)
@given(POLICIES, POINTS, st.integers(0, 5))
def test_more_points_never_make_a_reference_worth_less(policy, points, place):
    score = policy.score(points)
    assert 0 <= score <= 100
    more = [*points]
    more[place] = impact.MOST_POINTS
    assert policy.score(more) >= score
    assert policy.tier(policy.score(more)) <= policy.tier(score), "A comes before B, and B before C"
    if sum(policy.weights):
        assert policy.score([impact.MOST_POINTS] * 6) == 100


@few
@given(st.integers(0, 60))
def test_who_takes_part_in_more_ways_has_no_fewer_points(kinds):
    assert 0 <= impact.variety_points(kinds) <= impact.variety_points(kinds + 1) <= impact.MOST_POINTS


COUNTS = st.integers(0, 40)
PLACES = st.builds(
    coverage.Place,
    values.name,
    values.name,
    referenceable=COUNTS,
    pipeline=COUNTS,
    customers=COUNTS,
    target=st.none() | COUNTS,
    weight=st.integers(0, 9),
)


@cases(60, 0.05)
@given(st.lists(PLACES, max_size=20), st.integers(1, 9))
def test_gaps_are_what_misses_a_target_and_matters_the_worst_first(places, most):
    found = coverage.gaps(places, most=most)
    worth = [(place.level != CoverageLevel.COMING, place.missing * place.weight) for place in found]
    assert worth == sorted(worth, reverse=True), "where enough is on the way comes last"
    assert all(points for _is_short, points in worth)
    assert len(found) == min(most, sum(place.missing > 0 and place.weight > 0 and place.is_known for place in places))


@few
@given(PLACES)
def test_a_place_is_met_exactly_where_nothing_is_missing_to_its_target(place):
    assert (place.level == CoverageLevel.OPEN) == (place.target is None)
    if place.target is not None:
        assert (place.level == CoverageLevel.MET) == (place.missing == 0)
        assert (place.level == CoverageLevel.COMING) == (0 < place.missing <= place.pipeline)
