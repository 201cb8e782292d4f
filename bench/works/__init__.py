"""What is measured: a module per work, which yields rows of the table."""

from collections.abc import Callable, Iterable

from bench.measures import Row
from bench.stage import Stage
from bench.works import edit, memory, poll

Measure = Callable[[Stage], Iterable[Row]]
WORKS: dict[str, Measure] = {
    "edit": edit.measure,
    "poll": poll.measure,
    "memory": memory.measure,
}
