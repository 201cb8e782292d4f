"""The last quarter that has ended, closed over all the history there is, and the check of what came of it."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from bench import databases
from bench.databases import Database
from bench.floor import closings as floor
from bench.measures import Row, alternately
from bench.stage import Stage
from bench.works.imports import taken_back

# Together with the check and the floor, one round takes longer than half a minute.
ROUNDS = 3


def measure(stage: Stage) -> Iterator[Row]:
    with stage.database.copied(f"{stage.database.name}_closings") as copy:
        terms = _prepared(copy)
        told: list[dict[str, float]] = []

        def program() -> float:
            told.append(_job(copy, "close"))
            return told[-1]["close"]

        def plain() -> float:
            with taken_back(copy) as cursor:
                seconds = floor.close(cursor, **terms)
                if floor.counted(cursor) != (told[-1]["customers"], told[-1]["count"]):
                    raise RuntimeError("program and floor do not agree on who counts")
            return seconds

        ours, theirs = alternately(program, plain, min(ROUNDS, stage.rounds))
    name = f"closing a quarter of {stage.customers:,} customers"
    yield Row.of(name, ours, theirs, unit="s", target="<= 2.0")
    over_idle = [one["peak"] - one["idle"] for one in told[1:]]
    yield Row.of(f"{name}: memory of the worker over idle", over_idle, unit="MB", target="< 200")
    checks = [one["verify"] for one in told[1:]]
    yield Row.of(f"verify_closings of {stage.customers:,} customers", checks, ours, unit="s", target="<= 3.0")


def _prepared(copy: Database) -> dict[str, Any]:
    """Close all quarters but the last, and make the floor's table; returns what the last is closed with."""
    last = _job(copy, "close_all_but_last")
    copy.run(floor.TABLES)
    return {
        "closing": copy.rows("SELECT max(id) FROM references_closing")[0][0],
        "instant": datetime.fromisoformat(last["ends_at"]),
        "day": date.fromisoformat(last["day"]),
        "pays": last["pays"],
        "dimension_ids": [pk for (pk,) in copy.rows("SELECT id FROM references_dimension ORDER BY id")],
    }


def _job(copy: Database, name: str) -> dict[str, Any]:
    environment = databases.program_environment(copy, "closings")
    command = f"from bench.jobs import {name}; {name}()"
    found: dict[str, Any] = json.loads(
        databases.run_manage(environment, "shell", "--verbosity", "0", "--command", command)
    )
    return found
