"""The quarter's dashboard with every figure, and the one figure that shows whether the indexes serve."""

import re
import time
from collections.abc import Iterator, Mapping
from datetime import date
from statistics import median
from typing import Any

from bench.floor.dashboard import FIGURES
from bench.measures import Row, alternately
from bench.sessions import Session
from bench.stage import Stage

NAME = "dashboard, all its figures"
PAGES = 5
# The program's own query, as its coverage asks it; EXPLAIN tells what the database took.
BY_REGION = """
from django.db.models import Count
from django.utils import timezone
from references.reports.counts import Present, referenceable
greens = referenceable(Present.seen(timezone.now())).order_by().values_list("customer__region")
for number in range({rounds}):
    print(greens.annotate(number=Count("customer")).explain(analyze=True, timing=False))
"""
TOOK = re.compile(r"Execution Time: ([\d.]+) ms")


def measure(stage: Stage) -> Iterator[Row]:
    session, asked = stage.program.session("programme_manager"), _parameters(stage)
    waited = alternately(lambda: _page(session), lambda: _figures(stage, asked), stage.rounds)
    yield Row.of(f"{NAME}: wall", *waited, unit="ms", target="<= 1.5")
    printed = stage.manage("shell", "--verbosity", "0", "--command", BY_REGION.format(rounds=stage.rounds + 1))
    took = [float(found) for found in TOOK.findall(printed)][1:]
    yield Row.of("green count by region: in the database", took, unit="ms", target="<= 20")


def _page(session: Session) -> float:
    return median(_timed(lambda: _answered(session)) for _number in range(PAGES))


def _answered(session: Session) -> None:
    if session.get("/quarter/").status != 200:
        raise RuntimeError("the dashboard did not answer")


def _figures(stage: Stage, asked: Mapping[str, Any]) -> float:
    with stage.database.cursor() as cursor:
        return median(_timed(lambda: _all(cursor, asked)) for _number in range(PAGES))


def _all(cursor: Any, asked: Mapping[str, Any]) -> None:
    for statement in FIGURES.values():
        cursor.execute(statement, asked)
        cursor.fetchall()


def _timed(do: Any) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def _parameters(stage: Stage) -> dict[str, Any]:
    """Today, the running quarter with its last day, and the dimension that is paid for."""
    ((today,),) = stage.database.rows("SELECT (now() AT TIME ZONE time_zone)::date FROM core_programme")
    ((first,),) = stage.database.rows("SELECT first_month FROM core_programme")
    if first != 1:
        raise RuntimeError("the floor counts in calendar quarters")
    number = (today.month - 1) // 3 + 1
    after = date(today.year + number // 4, number % 4 * 3 + 1, 1)
    definitions = "SELECT dimension_id FROM references_definition ORDER BY from_quarter DESC, id DESC LIMIT 1"
    ((trigger,),) = stage.database.rows(definitions)
    ends = date.fromordinal(after.toordinal() - 1)
    return {"today": today, "ends": ends, "trigger": trigger, "quarter": f"{today.year}-Q{number}"}
