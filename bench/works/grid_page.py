"""The page on which the programme works: 100 customers with twelve cells each, and how it grows with the customers."""

import re
import time
from collections.abc import Iterator
from functools import partial
from html import unescape
from statistics import median

from bench.measures import Row, alternately
from bench.servers import Server, Spent
from bench.sessions import Session
from bench.stage import Stage

NAME = "grid page"
PAGES = 30
SMALL = 1_000
NEXT = re.compile(r'rel="next" href="([^"]+)"')
# What both know how to filter and sort by; the second sorts without an index on either side.
COMPARED = {"filtered by region, sorted by name": "?region=EMEA", "all, sorted by CSM": "?sort=csm"}
# What fills a page of 100 at either size: a shorter page would only be quicker.
GROWING = {
    "first page": "",
    "filtered by region": "?region=EMEA",
    "search": "?q=ics",
    "action overdue": "?overdue=true",
    "sorted by name, downwards": "?sort=-name",
    "sorted by CSM": "?sort=csm",
    "sorted by a dimension": "?sort=logo",
}


def measure(stage: Stage) -> Iterator[Row]:
    for told, query in COMPARED.items():
        yield from _beside_the_floor(stage, f"{NAME}, {told}", f"/grid/{query}")
    # Beside itself a page would be measured for nothing.
    if stage.customers != SMALL:
        with stage.of_size(SMALL) as small:
            yield from _growth(stage, small)


def _beside_the_floor(stage: Stage, name: str, path: str) -> Iterator[Row]:
    """Neither is asked to compress: that costs both the same."""
    program, floor = stage.program.session("csm"), stage.floor.session("csm")
    spent: dict[str, list[Spent]] = {"program": [], "floor": []}
    waited = alternately(
        lambda: _pages(stage.program, program, path, spent),
        lambda: _pages(stage.floor, floor, path, spent),
        stage.rounds,
    )
    # The first one is the warm-up's.
    costs = [[one.both * 1000 / PAGES for one in spent[side][1:]] for side in ("program", "floor")]
    yield Row.of(f"{name}: CPU of application + database", *costs, unit="ms", target="<= 1.5")
    yield Row.of(f"{name}: p50 with 1 client", *waited, unit="ms", target="<= 1.5")


def _pages(server: Server, session: Session, path: str, spent: dict[str, list[Spent]]) -> float:
    with server.spending() as cost:
        waited = _p50(session, path)
    spent[server.name].append(cost)
    return waited


def _growth(stage: Stage, small: Stage) -> Iterator[Row]:
    big, little = stage.program.session("csm"), small.program.session("csm")
    paths = {told: (f"/grid/{query}", f"/grid/{query}") for told, query in GROWING.items()}
    paths["ten pages on"] = (_paged(big, 9), _paged(little, 8))
    for told, (here, there) in paths.items():
        waited = alternately(partial(_p50, big, here), partial(_p50, little, there), stage.rounds)
        name = f"{NAME}, {told}: p50 at {stage.customers} customers against {SMALL}"
        yield Row.of(name, *waited, unit="ms", target="<= 1.3")


def _p50(session: Session, path: str) -> float:
    waited = []
    for _number in range(PAGES):
        began = time.perf_counter()
        answer = session.get(path)
        waited.append((time.perf_counter() - began) * 1000)
        if answer.status != 200 or b'id="rag-grid"' not in answer.body:
            raise RuntimeError(f"{path} answered {answer.status} without a grid")
    return median(waited)


def _paged(session: Session, times: int) -> str:
    """Where the link to the next page leads after so many pages."""
    path = "/grid/"
    for _number in range(times):
        found = NEXT.search(session.get(path).body.decode())
        if found is None:
            raise RuntimeError(f"{path} has no next page")
        path = unescape(found[1])
    return path
