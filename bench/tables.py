"""The table of a run: on the terminal, and as a file that the next run can be compared with."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from bench.measures import Row

RESULTS = Path(__file__).parent / "results"
HEAD = ("work", "program", "floor", "unit", "ratio", "target", "holds")


def store(rows: Iterable[Row], day: date) -> Path:
    """Keep the rows as the day's result; rows of the same name from earlier that day are replaced."""
    path = RESULTS / f"{day.isoformat()}.json"
    kept = {row["name"]: row for row in json.loads(path.read_text())} if path.exists() else {}
    kept |= {row.name: asdict(row) for row in rows}
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps([*kept.values()], indent=2, ensure_ascii=False) + "\n")
    return path


def text(rows: Sequence[Row]) -> str:
    """The rows as a table of Markdown, so that it can be pasted."""
    lines = [HEAD, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    written = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines]
    written.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join(written)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        _figure(row.program, row.program_range),
        _figure(row.floor, row.floor_range),
        row.unit,
        "" if row.ratio is None else f"{row.ratio:g}",
        row.target or "",
        {None: "", True: "yes", False: "NO"}[row.holds],
    )


def _figure(value: float | None, between: tuple[float, float] | None) -> str:
    """A median with its range; rounds that all came to the same need none."""
    if value is None or between is None:
        return ""
    return f"{value:g}" if between[0] == between[1] else f"{value:g} ({between[0]:g} to {between[1]:g})"
