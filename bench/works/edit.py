"""A status set by a key on the page of the grid, as its script sends it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from bench.loads import seconds_for
from bench.measures import Row, alternately
from bench.servers import Server, Spent
from bench.sessions import Session
from bench.stage import Stage

NAME = "cell edit from the page"
CLIENTS, CELLS = 8, 400
STATUSES = ("red", "amber")


@dataclass
class Cell:
    """A cell as the client knows it; the floor asks by number and looks at no version."""

    program_path: str
    floor_path: str
    version: int
    status: str

    def next_status(self) -> str:
        return STATUSES[self.status == STATUSES[0]]


def measure(stage: Stage) -> Iterator[Row]:
    for clients in (1, CLIENTS):
        ours = [Editing(stage.program, targets) for targets in shares(stage, clients)]
        theirs = [Editing(stage.floor, targets) for targets in shares(stage, clients)]
        spent: dict[str, list[Spent]] = {"program": [], "floor": []}
        rates = alternately(
            lambda ours=ours, spent=spent: _rate(stage.program, ours, stage.requests, spent),
            lambda theirs=theirs, spent=spent: _rate(stage.floor, theirs, stage.requests, spent),
            stage.rounds,
        )
        yield Row.of(f"{NAME}, {_people(clients)}", *rates, unit="requests/s", target=">= 0.8")
        for what in ("application", "both"):
            # The first one is the warm-up's.
            costs = [
                [getattr(one, what) * 1000 / stage.requests for one in spent[side][1:]] for side in ("program", "floor")
            ]
            told = "application" if what == "application" else "application + database"
            yield Row.of(f"{NAME}, {_people(clients)}: CPU of {told}", *costs, unit="ms")
    yield Row.of(f"{NAME}: statements beyond the session's two", [_statements(stage)], unit="statements", target="<= 8")


class Editing:
    """One client at the cells that are its own."""

    def __init__(self, server: Server, targets: Sequence[Cell]) -> None:
        self.session, self.targets = server.session("csm"), targets
        self.is_floor = server.name == "floor"

    def edits(self, count: int) -> Iterator:
        for target in islice(cycle(self.targets), count):
            yield lambda target=target: self._edit(self.session, target)

    def _edit(self, session: Session, target: Cell) -> None:
        status = target.next_status()
        path = target.floor_path if self.is_floor else target.program_path
        answer = session.post(path, {"status": status, "version": target.version})
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {answer.body[:300]!r}")
        told = json.loads(answer.body)
        target.version, target.status = told.get("cell", told)["version"], status


def _rate(server: Server, clients: Sequence[Editing], edits: int, spent: dict[str, list[Spent]]) -> float:
    """Requests a second, and what they cost."""
    with server.spending() as cost:
        seconds = seconds_for([client.edits(edits // len(clients)) for client in clients])
    spent[server.name].append(cost)
    return edits / seconds


def _people(clients: int) -> str:
    return "1 client" if clients == 1 else f"{clients} clients"


def shares(stage: Stage, clients: int) -> list[list[Cell]]:
    """Cells in dimensions that need no evidence, spread over the customers, shared out among the clients."""
    rows = stage.database.rows(
        "SELECT cell.customer_id, dimension.key, dimension.id, cell.version, cell.status FROM references_cell cell "
        "JOIN references_dimension dimension ON dimension.id = cell.dimension_id "
        "JOIN customers_customer customer ON customer.id = cell.customer_id "
        "WHERE NOT dimension.needs_evidence AND dimension.position = 1 AND customer.merged_into_id IS NULL "
        "AND cell.customer_id %% %s = 0 ORDER BY cell.customer_id, dimension.id LIMIT %s",
        max(1, stage.customers // CELLS),
        CELLS,
    )
    targets = [
        Cell(f"/grid/{customer}/{key}/status/", f"/cells/{customer}/{dimension}/", version, status)
        for customer, key, dimension, version, status in rows
    ]
    return [targets[number::clients] for number in range(clients)]


def _statements(stage: Stage) -> int:
    """Counted in the program itself, as the server is sent them: docs/performance.md says what is among them."""
    told = stage.manage("shell", "--verbosity", "0", "--command", "from bench.statements import tell; tell()")
    return int(json.loads(told)["beyond_the_session"])
