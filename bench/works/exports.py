"""The grid as a file: a table with the notes beside, and a workbook with colours."""

import json
from collections.abc import Iterator
from tempfile import TemporaryFile

from bench.floor import exports as floor
from bench.measures import Row, alternately
from bench.stage import Stage
from bench.works.imports import taken_back

SMALL_PART = 10
# A workbook of everybody takes minutes.
ROUNDS_OF_ALL = 3
JOB = "from bench.jobs import export_grid; export_grid({kind!r}, {count})"


def measure(stage: Stage) -> Iterator[Row]:
    ids = [
        pk
        for (pk,) in stage.database.rows(
            'SELECT id FROM references_dimension WHERE is_active ORDER BY "group" DESC, position, id'
        )
    ]
    for count in (stage.customers // SMALL_PART, stage.customers):
        query = floor.rows_of_grid(ids, count)
        rounds = stage.rounds if count < stage.customers else ROUNDS_OF_ALL
        yield from _csv(stage, query, count, rounds)
        yield from _workbook(stage, query, count, rounds)


def _csv(stage: Stage, query: str, count: int, rounds: int) -> Iterator[Row]:
    def plain() -> float:
        with taken_back(stage.database) as cursor:
            return floor.csv_table(cursor, query)

    peaks: list[float] = []
    ours, theirs = alternately(lambda: _written(stage, "csv", count, peaks), plain, rounds)
    name = f"export of the grid, {count:,} customers, CSV"
    yield Row.of(name, ours, theirs, unit="s", target="<= 2.0")
    yield Row.of(f"{name}: memory", peaks[1:], unit="MB")


def _workbook(stage: Stage, query: str, count: int, rounds: int) -> Iterator[Row]:
    with taken_back(stage.database) as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()

    def plain() -> float:
        with TemporaryFile() as file:
            return floor.workbook(rows, file)

    peaks: list[float] = []
    ours, theirs = alternately(lambda: _written(stage, "xlsx", count, peaks), plain, rounds)
    name = f"export of the grid, {count:,} customers, XLSX"
    yield Row.of(name, ours, theirs, unit="s", target="<= 1.5")
    yield Row.of(f"{name}: memory", peaks[1:], unit="MB")


def _written(stage: Stage, kind: str, count: int, peaks: list[float]) -> float:
    told = json.loads(stage.manage("shell", "--verbosity", "0", "--command", JOB.format(kind=kind, count=count)))
    peaks.append(told["peak"])
    return float(told["write"])
