"""The databases that are measured: made once, filled by the program's own `load_scale`, kept if one asks."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg2

from bench.people import PASSWORD, PEOPLE

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/0"


@dataclass(frozen=True)
class Database:
    """One database on the server under measurement."""

    url: str

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.lstrip("/")

    def called(self, name: str) -> "Database":
        """Another database of the same server."""
        return Database(urlunsplit(urlsplit(self.url)._replace(path=f"/{name}")))

    def as_application(self, name: str) -> str:
        """The address, with the name under which the server lists its connections."""
        parts = urlsplit(self.url)
        query = urlencode([*parse_qsl(parts.query), ("application_name", name)])
        return urlunsplit(parts._replace(query=query))

    def run(self, *statements: str) -> None:
        """Run each statement in a transaction of its own."""
        with self.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """A cursor of a connection that commits every statement."""
        connection = psycopg2.connect(self.url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def backends(self, application: str) -> list[int]:
        """The processes that serve the connections of this name."""
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = %s"
        return [pid for (pid,) in self.rows(asked, self.name, application)]

    def exists(self) -> bool:
        server = self.called("postgres")
        return bool(server.rows("SELECT 1 FROM pg_database WHERE datname = %s", self.name))

    def drop(self) -> None:
        self.called("postgres").run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def mark(self) -> str:
        """What `note` last wrote; empty if nothing."""
        asked = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        return "".join(text or "" for (text,) in self.called("postgres").rows(asked, self.name))

    def note(self, text: str) -> None:
        self.run(f"COMMENT ON DATABASE \"{self.name}\" IS '{text}'")

    @contextmanager
    def copied(self, name: str) -> Iterator["Database"]:
        """A copy that is thrown away afterwards, for work that cannot be taken back.

        The server copies only what nobody has open, so connections are cut first; program and floor open new ones.
        """
        copy = self.called(name)
        copy.drop()
        server = self.called("postgres")
        with server.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.name])
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        try:
            yield copy
        finally:
            copy.drop()


def program_environment(database: Database, name: str = "program") -> dict[str, str]:
    """What the program, and `manage.py`, run with; the name is how the server lists the connections."""
    place = ROOT / "var" / "bench" / database.name
    return {
        "DATABASE_URL": database.as_application(f"bench_{name}"),
        # Longer than a measurement: a connection that is let go takes with it what its backend has spent.
        "CONN_MAX_AGE": "36000",
        "REDIS_URL": os.environ.get("REDIS_URL", REDIS),
        "REDIS_PREFIX": database.name,
        "SECRET_KEY": "of-the-measurement-only-" + "k3" * 20,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "false",
        "VAR_DIR": str(place),
        "STATIC_ROOT": str(place / "static"),
        "DJANGO_SETTINGS_MODULE": "refprogram.settings",
    }


def floor_environment(database: Database) -> dict[str, str]:
    return {"DATABASE_URL": database.url, "DJANGO_SETTINGS_MODULE": "bench.floor.settings"}


def prepared(server_url: str, name: str, customers: int) -> Database:
    """The database with so many customers and everybody who works in it, made anew where none of this code is there."""
    database = Database(server_url).called(f"{name}_{customers}")
    wanted = f"ready {_digest()}"
    if not database.exists() or database.mark() != wanted:
        database.drop()
        database.called("postgres").run(f'CREATE DATABASE "{database.name}"')
        _fill(database, customers)
        database.note(wanted)
    run_manage(program_environment(database), "collectstatic", "--noinput", "--clear")
    return database


def _fill(database: Database, customers: int) -> None:
    environment = program_environment(database)
    run_manage(environment, "migrate", "--noinput")
    run_manage(environment, "createcachetable")
    run_manage(environment, "load_scale", "--customers", str(customers))
    for role, email in PEOPLE.items():
        run_manage(environment, "create_user", email, "--role", role, "--password-stdin", said=f"{PASSWORD}\n")
    _fill_floor(database)


def _fill_floor(database: Database) -> None:
    """The floor's tables are in a schema of their own; what it reads of the customers it reads where they are."""
    database.run("CREATE SCHEMA floor")
    environment = floor_environment(database)
    own = environment | {"SEARCH_PATH": "floor"}
    run_manage(own, "migrate", "--noinput")
    # Its models have no migrations, and what they point to must be there first.
    run_manage(own, "migrate", "--run-syncdb", "--noinput")
    run_manage(environment, "shell", "--verbosity", "0", "--command", "from bench.floor.people import hire; hire()")
    database.run(
        "INSERT INTO floor.floor_cell (customer_id, dimension_id, status, version, updated_at) "
        "SELECT customer_id, dimension_id, status, version, updated_at FROM references_cell",
        "VACUUM (ANALYZE) floor.floor_cell",
    )


def run_manage(environment: Mapping[str, str], *arguments: str, said: str = "") -> str:
    """Run a management command to its end; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | dict(environment),
        input=said,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _digest() -> str:
    """Changes when the tables, the data or the people would be others."""
    kept = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("refprogram/scale/*.py")]
    kept += [ROOT / "bench" / "floor" / "models.py", ROOT / "bench" / "people.py"]
    return sha256(b"".join(path.read_bytes() for path in sorted(kept))).hexdigest()[:16]
