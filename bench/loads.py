"""A bounded load: so many requests by so many clients, each with a connection of its own."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

Work = Callable[[], None]


def seconds_for(works: Sequence[Iterable[Work]]) -> float:
    """How long the clients take together; each does its works one after the other."""
    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        began = time.perf_counter()
        for done in [pool.submit(_one_after_the_other, own) for own in works]:
            done.result()
        return time.perf_counter() - began


def _one_after_the_other(works: Iterable[Work]) -> None:
    for work in works:
        work()
