"""What is measured: a module per work, which yields rows of the table."""

from collections.abc import Callable, Iterable

from bench.measures import Row
from bench.stage import Stage
from bench.works import browser, closings, coverage, dashboard, edit, exports, grid_page, imports, memory, poll

Measure = Callable[[Stage], Iterable[Row]]
WORKS: dict[str, Measure] = {
    "edit": edit.measure,
    "poll": poll.measure,
    "grid_page": grid_page.measure,
    "dashboard": dashboard.measure,
    "coverage": coverage.measure,
    "browser": browser.measure,
    "memory": memory.measure,
    "closings": closings.measure,
    "imports": imports.measure,
    "exports": exports.measure,
}
