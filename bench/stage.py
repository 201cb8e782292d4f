"""What a work is measured on: a filled database, and program and floor serving from it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from bench import databases
from bench.databases import ROOT, Database
from bench.servers import Server, running

PROGRAM, PROGRAM_LOGIN = "refprogram.wsgi", "/accounts/login/"
FLOOR, FLOOR_LOGIN = "bench.floor.wsgi", "/login/"


@dataclass(frozen=True)
class Stage:
    """`environment` is what `manage.py` of the program runs with, beside what the shell has; `requests` is how many
    small requests a round takes.
    """

    customers: int
    rounds: int
    database: Database
    environment: Mapping[str, str]
    program: Server
    floor: Server
    name: str
    requests: int = 400

    @property
    def database_url(self) -> str:
        return self.database.url

    def manage(self, *arguments: str) -> str:
        """Run a management command of the program on this stage's database; returns what it printed."""
        return databases.run_manage(self.environment, *arguments)

    @contextmanager
    def another_program(self, name: str) -> Iterator[Server]:
        """The program once more on the same database, in workers that have done nothing yet."""
        environment = databases.program_environment(self.database, name)
        with running(name, PROGRAM, self.database, environment, login_path=PROGRAM_LOGIN) as server:
            yield server

    @contextmanager
    def of_size(self, customers: int) -> Iterator["Stage"]:
        """A second stage beside this one, with another number of customers, whose database is dropped at the end."""
        with raised(
            self.database_url, name=self.name, customers=customers, rounds=self.rounds, requests=self.requests
        ) as other:
            yield other
        other.database.drop()


@contextmanager
def raised(server_url: str, *, name: str, customers: int, rounds: int, requests: int = 400) -> Iterator[Stage]:
    """Prepare the database and start program and floor; both stop when the context ends."""
    (ROOT / "var" / "bench").mkdir(parents=True, exist_ok=True)
    database = databases.prepared(server_url, name, customers)
    environment = databases.program_environment(database)
    with (
        running("program", PROGRAM, database, environment, login_path=PROGRAM_LOGIN) as program,
        running("floor", FLOOR, database, databases.floor_environment(database), login_path=FLOOR_LOGIN) as floor,
    ):
        yield Stage(customers, rounds, database, environment, program, floor, name, requests)
