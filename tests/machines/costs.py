"""What a poll, a page, an edit and the counts cost in CPU time, of the web server and of the database."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from tests.machines.installation import Installation
from tests.machines.trials import entered, must

TIMES, WARM = 200, 20


def used(process: int) -> float:
    """CPU time in ms that this process and those it has started have used."""
    total = 0.0
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    for one in [str(process), *children]:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
    return total


def costs(site: Installation) -> str:
    """The four kinds of requests that nearly all others are, each asked of A one after the other."""
    a = site.machines[0]
    web = a.supervisor.kept["web"].process.pid
    database = int((site.postgresql.data / "postmaster.pid").read_text().split()[0])
    maria = entered(a, "maria@example.com")
    cursor = re.search(r'data-cursor="([\d.]+)"', maria.get(a, "/grid/").text)
    version = iter(range(10_000))
    keys = [key for (key,) in site.rows("SELECT key FROM references_dimension ORDER BY id")]
    place = f"/grid/{site.own['acme']}/{keys[-1]}/status/"

    def edit() -> int:
        data = {"status": "red" if (seen := next(version)) % 2 else "amber", "version": seen}
        return maria.post(a, place, data=data).status_code

    kinds: dict[str, Callable[[], int]] = {
        "poll": lambda: maria.get(a, f"/grid/changes/?since={cursor[1]}").status_code,
        "page": lambda: maria.get(a, "/grid/").status_code,
        "figures": lambda: maria.get(a, "/grid/figures/").status_code,
        "edit": edit,
    }
    return "; ".join(f"{kind} {cost(ask, web, database)}" for kind, ask in kinds.items())


def cost(ask: Callable[[], int], web: int, database: int) -> str:
    for _time in range(WARM):
        must(ask() in (200, 204), f"answered {ask()}")
    before = used(web), used(database)
    for _time in range(TIMES):
        ask()
    w, d = ((after - then) / TIMES for after, then in zip((used(web), used(database)), before, strict=True))
    return f"w {w:.1f} + d {d:.1f} ms"
