"""The number of a bar can be read: the target's line never runs through it."""

import pytest

from references.formats import charts
from references.formats.charts import BOTTOM, Bar

# A figure of 13 pixels: its top above the baseline, and half the line's width with a little air below it;
# a number in a bar has its baseline so far below the edge that it hangs from.
RISE, AIR = 10, 3
BASELINE = 17


def drawn(count, target, **values):
    bar = Bar("2026-Q3", 0, count, str(count), "", "past", target=target, **values)
    ahead = Bar("2026-Q4", 0, 45, "45", "", "past", target=50)
    return charts.bars([bar, ahead], labels_inside=True).bars[0]


def is_crossed(mark, y):
    return mark.target_y is not None and y - RISE - AIR < mark.target_y < y + AIR


@pytest.mark.parametrize("count", [4, 5, 9, 39, 42])
@pytest.mark.parametrize("distance", range(-9, 10))
def test_no_target_runs_through_the_number_of_its_bar(count, distance):
    mark = drawn(count, max(0, count + distance))
    assert not is_crossed(mark, mark.label_y)
    assert not mark.label_is_inside or mark.y < mark.label_y - RISE < mark.label_y < BOTTOM


def test_no_target_runs_through_the_number_of_a_forecast():
    for target in range(36, 50):
        mark = drawn(42, target, projected=45, projected_shown="45")
        assert not is_crossed(mark, mark.label_y)
        assert not is_crossed(mark, mark.ghost_label_y)


def test_a_number_steps_below_a_target_that_the_count_has_passed():
    mark = drawn(42, 40)
    assert mark.label_is_inside
    assert mark.label_y == mark.target_y + BASELINE
    far_below, missed = drawn(42, 10), drawn(42, 43)
    assert far_below.label_y == missed.label_y == far_below.y + BASELINE
