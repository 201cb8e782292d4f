"""The coverage matrix, and what a reference of everybody is worth: both look at every customer at once."""

import time
from collections.abc import Iterator
from statistics import median

from bench.measures import Row
from bench.sessions import Session
from bench.stage import Stage

PAGES = 3
# Most groups, two columns, a join that multiplies rows, and an attribute.
AXES = (("industry", "region"), ("product", "size"), ("attribute_use_case", "region"))
REFRESH = """
import time
from django.utils import timezone
from references.actions import impact
began = time.perf_counter()
impact.refresh(at=timezone.now())
print(time.perf_counter() - began)
"""


def measure(stage: Stage) -> Iterator[Row]:
    session = stage.program.session("programme_manager")
    for rows, columns in AXES:
        address = f"/coverage/?rows={rows}&columns={columns}"
        took = [median(_timed(session, address) for _number in range(PAGES)) for _round in range(stage.rounds)]
        yield Row.of(f"coverage, {rows} by {columns}: wall", took, unit="s", target="<= 1")
    looked = [float(stage.manage("shell", "--verbosity", "0", "--command", REFRESH)) for _round in range(3)]
    yield Row.of("impact of everybody, nothing moved: wall", looked, unit="s")


def _timed(session: Session, address: str) -> float:
    began = time.perf_counter()
    if session.get(address).status != 200:
        raise RuntimeError("the coverage page did not answer")
    return time.perf_counter() - began
