"""Files taken in: customers from another system, and an old sheet with everybody's cells."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2

from bench import databases, files
from bench.databases import Database
from bench.floor import imports as floor
from bench.measures import Row, alternately
from bench.stage import Stage

SHEET_PART = 10
# An import of everybody takes longer than half a minute, together with its floor.
ROUNDS_OF_ALL = 3
JOB = "from bench.jobs import {name}; {name}({path!r})"


def measure(stage: Stage) -> Iterator[Row]:
    dimensions = stage.database.rows("SELECT id, name FROM references_dimension WHERE is_active ORDER BY id")
    part = stage.customers // SHEET_PART
    with TemporaryDirectory() as folder, stage.database.copied(f"{stage.database.name}_imports") as copy:
        path = Path(folder) / "customers.csv"
        files.write_customers(path, stage.customers)
        yield from _rows(copy, path, "import_customers", stage.customers, ROUNDS_OF_ALL, floor.customers)
        for suffix in (".csv", ".xlsx"):
            path = Path(folder) / f"sheet{suffix}"
            files.write_sheet(path, part, [name for _pk, name in dimensions])
            ids = [pk for pk, _name in dimensions]

            def take_in(cursor: Any, path: Path, ids: list[int] = ids) -> float:
                return floor.cells(cursor, path, ids)

            yield from _rows(copy, path, "import_cells", part, stage.rounds, take_in)


def _rows(
    copy: Database, path: Path, job: str, count: int, rounds: int, take_in: Callable[[Any, Path], float]
) -> Iterator[Row]:
    told: list[dict[str, float]] = []

    def program() -> float:
        environment = databases.program_environment(copy, "imports")
        command = JOB.format(name=job, path=str(path))
        found = json.loads(databases.run_manage(environment, "shell", "--verbosity", "0", "--command", command))
        if found["first_created"] != count or found["second_unchanged"] != count:
            raise RuntimeError(f"{path.name} was not taken in as it must be: {found}")
        told.append(found)
        return found["first"]

    def plain() -> float:
        with taken_back(copy) as cursor:
            return take_in(cursor, path)

    ours, theirs = alternately(program, plain, rounds)
    what = "customers" if job == "import_customers" else "customers with their cells"
    name = f"import of {count:,} {what} from {path.suffix[1:].upper()}"
    yield Row.of(name, ours, theirs, unit="s", target="<= 4.0")
    yield Row.of(f"{name}: memory", [one["peak"] for one in told[1:]], unit="MB", target="< 300")
    yield Row.of(f"{name}: the same file again", [one["second"] for one in told[1:]], ours, unit="s", target="<= 1.0")


@contextmanager
def taken_back(database: Database) -> Iterator[Any]:
    """A cursor whose transaction is rolled back."""
    connection = psycopg2.connect(database.url)
    try:
        with connection.cursor() as cursor:
            yield cursor
        connection.rollback()
    finally:
        connection.close()
