"""The page of the grid asks every two seconds what others have changed; nearly always nothing."""

import re
from collections.abc import Iterator
from functools import partial

from bench.measures import Row, alternately
from bench.servers import Server
from bench.sessions import Session
from bench.stage import Stage

NAME = "live-update poll with nothing new"
CURSOR = re.compile(rb'data-cursor="([\w.]+)"')


def measure(stage: Stage) -> Iterator[Row]:
    session = stage.program.session("csm")
    asked = partial(_cost, stage.program, session, poll_path(session), stage.requests)
    bare = partial(_cost, stage.floor, stage.floor.session("csm"), "/nothing/", stage.requests)
    costs: dict[str, tuple[list[float], list[float]]] = {"application": ([], []), "both": ([], [])}
    ours, theirs = alternately(lambda: _kept(asked, costs, 0), lambda: _kept(bare, costs, 1), stage.rounds)
    yield Row.of(f"{NAME}: CPU of application + database", ours, theirs, unit="ms", target="<= 1.5")
    application = [values[1:] for values in costs["application"]]
    yield Row.of(f"{NAME}: CPU of application", *application, unit="ms", target="<= 1.5")


def poll_path(session: Session) -> str:
    """Where a page that is opened now asks for what happens after it."""
    found = CURSOR.search(session.get("/grid/").body)
    if found is None:
        raise RuntimeError("the page of the grid names no cursor")
    return f"/grid/changes/?since={found[1].decode()}"


def _kept(take, costs: dict[str, tuple[list[float], list[float]]], side: int) -> float:
    application, both = take()
    costs["application"][side].append(application)
    return both


def _cost(server: Server, session: Session, path: str, polls: int) -> tuple[float, float]:
    """Processor milliseconds a poll: of the application, and with its database."""
    with server.spending() as spent:
        for _number in range(polls):
            answer = session.get(path)
            if answer.status != 204:
                raise RuntimeError(f"{path} answered {answer.status}")
    return spent.application * 1000 / polls, spent.both * 1000 / polls
