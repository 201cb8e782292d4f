"""What a web worker holds in memory: fresh, after a thousand mixed requests, after ten thousand."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice

from bench import processors
from bench.loads import Work, seconds_for
from bench.measures import Row
from bench.people import PEOPLE
from bench.servers import Server
from bench.sessions import Session
from bench.stage import Stage
from bench.works.edit import Cell, Editing, shares
from bench.works.poll import poll_path

NAME = "resident memory of a web worker"
FIRST, LAST = 1_000, 10_000
CLIENTS = 4
# Twenty requests as a day has them: mostly polls, then edits and pages, and a program that reads over the API.
PAGES = ("/grid/", "/customers/", "/quarter/", "/grid/?region=Europe", "/", "/forecast/", "/notices/")
CALLS = ("/api/v1/customers/?limit=50", "/api/v1/changes/?limit=100", "/api/v1/quarters/")
DAY = (
    *("poll", "poll", "edit", "poll", "page", "poll", "edit", "poll", "call", "poll"),
    *("poll", "edit", "poll", "page", "poll", "edit", "poll", "poll", "edit", "page"),
)


def measure(stage: Stage) -> Iterator[Row]:
    with stage.another_program("memory") as server:
        yield Row.of(f"{NAME}: fresh", [largest(server)], unit="MB", target="<= 130")
        token = stage.manage("create_api_token", PEOPLE["programme_manager"]).strip()
        clients = [Mixed(server, targets, token).works() for targets in shares(stage, CLIENTS)]
        seconds_for([islice(client, FIRST // CLIENTS) for client in clients])
        early = largest(server)
        seconds_for([islice(client, (LAST - FIRST) // CLIENTS) for client in clients])
        late = largest(server)
    yield Row.of(f"{NAME}: after 10,000 mixed requests", [late], [early], unit="MB", target="<= 1.10")


def largest(server: Server) -> float:
    """Resident memory of the larger worker."""
    return max(processors.resident_mb(pid) for pid in server.pids())


class Mixed:
    """One client that does a little of everything, for ever."""

    def __init__(self, server: Server, targets: Sequence[Cell], token: str) -> None:
        self.session, self.outside = server.session("csm"), Session(server.url)
        self.editing = Editing(server, targets)
        self.poll_path = poll_path(self.session)
        self.headers = {"Authorization": f"Bearer {token}"}

    def works(self) -> Iterator[Work]:
        pages, calls, edits = cycle(PAGES), cycle(CALLS), self.editing.edits(LAST)
        for kind in cycle(DAY):
            if kind == "edit":
                yield next(edits)
            elif kind == "call":
                yield partial(self._ask, self.outside, next(calls), self.headers)
            else:
                yield partial(self._ask, self.session, next(pages) if kind == "page" else self.poll_path, {})

    def _ask(self, session: Session, path: str, headers: dict[str, str]) -> None:
        answer = session.get(path, headers)
        if answer.status not in (200, 204):
            raise RuntimeError(f"{path} answered {answer.status}")
        if path == self.poll_path and answer.status == 200:
            self.poll_path = f"/grid/changes/?since={json.loads(answer.body)['cursor']}"
