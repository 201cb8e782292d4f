"""The arithmetic of `make bench`, and that no work of its table is without a measurement."""

import json
from datetime import date

import pytest

from bench import tables
from bench.measures import Row, Target, alternately
from bench.works import WORKS

pytestmark = pytest.mark.static

MEASURED = {"cell edit from the page": "edit", "live-update poll": "poll", "resident memory of a web worker": "memory"}


def test_a_row_compares_the_medians_of_program_and_floor():
    row = Row.of("edit", [30, 10, 20, 1000, 15], [10, 11, 9, 10, 500], unit="ms", target="<= 2")
    assert (row.program, row.floor, row.ratio, row.holds) == (20, 10, 2, True)
    assert (row.program_range, row.floor_range) == ((10, 1000), (9, 500))


@pytest.mark.parametrize(
    ("target", "ratio", "holds"),
    [("<= 1.5", 1.5, True), ("<= 1.5", 1.6, False), (">= 0.8", 0.8, True), (">= 0.8", 0.7, False), ("< 1", 1, False)],
)
def test_a_target_is_one_of_the_ratio(target, ratio, holds):
    assert Row.of("edit", [ratio * 100], [100], unit="ms", target=target).holds is holds


def test_without_a_floor_the_target_is_one_of_the_figure_itself():
    row = Row.of("fresh worker", [131.0], unit="MB", target="<= 130")
    assert (row.floor, row.ratio, row.holds) == (None, None, False)


def test_a_row_without_a_target_neither_holds_nor_fails():
    assert Row.of("processor time", [3], [2], unit="ms").holds is None


@pytest.mark.parametrize("text", ["1.5", "= 1.5", "<= fast", "", "<= 1.5 ms"])
def test_what_is_no_target_is_refused(text):
    with pytest.raises(ValueError, match="is not a target"):
        Target.parse(text)


def test_program_and_floor_take_turns_after_a_warm_up_and_begin_in_turn():
    taken = []
    ours, theirs = alternately(lambda: taken.append("p") or 1.0, lambda: taken.append("f") or 2.0, rounds=3)
    assert ("".join(taken), ours, theirs) == ("pf" + "pf" + "fp" + "pf", [1.0] * 3, [2.0] * 3)


def test_results_of_one_day_are_kept_together(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "RESULTS", tmp_path)
    rows = [Row.of("edit", [2], [1], unit="ms", target="<= 1.5"), Row.of("poll", [1], [1], unit="ms")]
    tables.store(rows, date(2026, 11, 28))
    path = tables.store([Row.of("edit", [1], [1], unit="ms", target="<= 1.5")], date(2026, 11, 28))
    kept = {row["name"]: row for row in json.loads(path.read_text())}
    assert (path.name, [*kept], kept["edit"]["holds"]) == ("2026-11-28.json", ["edit", "poll"], True)
    assert {"name", "program", "floor", "unit", "ratio", "target", "holds"} <= kept["poll"].keys()


def test_every_work_of_the_table_is_measured():
    assert {*MEASURED.values()} <= WORKS.keys()


def test_the_table_can_be_pasted_as_markdown():
    head, rule, line = tables.text([Row.of("edit", [2, 3, 4], [1], unit="ms", target="<= 1.5")]).splitlines()
    assert head.startswith("| work")
    assert set(rule) <= {"|", "-"}
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "edit",
        "3 (2 to 4)",
        "1",
        "ms",
        "3",
        "<= 1.5",
        "NO",
    ]
