"""The whole program as it is installed: in production on PostgreSQL and Redis, or embedded in one folder."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing, suppress
from copy import copy
from pathlib import Path
from typing import Any

from celery import Celery

from tests.faults.ledger import Change
from tests.faults.servers import PostgreSQL, Redis, free_port
from tests.faults.supervisor import Kept, Supervisor

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS, EDITORS = 800, 50
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "DEMO",
    "VAR_DIR",
    "MEDIA_ROOT",
    "STATIC_ROOT",
    "DJANGO_SETTINGS_MODULE",
    "PYTHONDONTWRITEBYTECODE",
)
COLUMNS = (
    "customer_id, dimension_id, version, status, note, next_action, next_action_due, owner_id, forecast_on, "
    "forecast_confidence, blocker, evidence_id, evidence_agreed_on, evidence_valid_until"
)


class Stack:
    """What both installations have in common. A subclass knows its databases, its commands and its broker."""

    name: str
    commands: dict[str, list[str]]

    def __init__(self, folder: Path, code: Path = ROOT) -> None:
        self.folder, self.code, self.port = folder, code, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mails = folder / "mails"
        kept = {key: value for key, value in os.environ.items() if key not in OURS}
        self.environment = kept | self.settings() | {
            "SECRET_KEY": "of the faults " * 5, "ALLOWED_HOSTS": "127.0.0.1,localhost", "HTTPS": "false",
            "VAR_DIR": str(folder / "var"), "STATIC_ROOT": str(folder / "static"), "API_CALLS_PER_MINUTE": "100000",
            "EMAIL_URL": f"filemail:///{self.mails}", "LOG_LEVEL": "INFO",
            "DJANGO_SETTINGS_MODULE": "refprogram.settings",
            "PYTHONPATH": str(code), "PYTHONWARNINGS": "ignore", "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }  # fmt: skip
        self.known: dict[str, Any] = {}
        self.supervisor: Supervisor | None = None

    def settings(self) -> dict[str, str]:
        raise NotImplementedError

    def rows(self, statement: str, parameters: tuple = ()) -> list[tuple]:
        """What the database answers, past the program. Parameters are written as %s."""
        raise NotImplementedError

    def renew(self) -> None:
        """Put the database back as it was prepared."""
        raise NotImplementedError

    def python(self, *arguments: str, **variables: str) -> str:
        """A Python process of the program, run to its end; what it said."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.code,
            env=self.environment | variables,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def manage(self, *arguments: str) -> str:
        return self.python("manage.py", *arguments)

    def prepare(self) -> None:
        """Fill the database once; the customers are those with which the program is measured."""
        for folder in ("var", "static", "mails"):
            (self.folder / folder).mkdir(exist_ok=True)
        self.known = json.loads(self.python("-m", "tests.faults.preparation", str(EDITORS), str(CUSTOMERS)))

    def start(self, *names: str) -> None:
        """Start these of the processes (all, if none is named) and wait until the program answers."""
        self.supervisor = Supervisor(self.folder)
        for name in names or self.commands:
            self.keep(name)
        self.wait_for("/readyz", seconds=90)

    def keep(self, name: str, *, like: str = "", **variables: str) -> Kept:
        command = self.commands[like or name]
        if like:
            command = [word.replace("/schedule", f"/{name}") for word in command]
        return self.supervisor.keep(name, [sys.executable, "-m", *command], self.environment | variables)

    def stop(self) -> None:
        if self.supervisor is not None:
            self.supervisor.close()
            self.supervisor = None

    def process(self, name: str) -> Kept:
        return self.supervisor.kept[name]

    def restart(self, name: str, **variables: str) -> None:
        """Stop it as an installation does, and start it again with these variables besides its own."""
        self.supervisor.end(name)
        self.keep(name, **variables)

    def wait_for(self, path: str, *, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            with suppress(OSError), urllib.request.urlopen(self.url + path, timeout=5) as answer:
                if answer.status == 200:
                    return
            if time.monotonic() > until:
                raise TimeoutError(f"{path} did not answer with 200 within {seconds} seconds; see {self.folder}")
            time.sleep(0.1)

    def runs_of(self, task: str) -> int:
        """How often the workers' log says that the task has come to its end."""
        path = self.folder / "worker.log"
        text = path.read_text(errors="replace") if path.exists() else ""
        return sum(task in line and "done" in line for line in text.splitlines())

    def wait_for_run(self, task: str, *, before: int, seconds: float) -> bool:
        """Whether the task came to its end once more than `before` within that time."""
        until = time.monotonic() + seconds
        while self.runs_of(task) <= before:
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
        return True

    @property
    def celery(self) -> Celery:
        """Who sends messages as the schedule does."""
        raise NotImplementedError

    def send(self, task: str, *arguments: int, times: int = 1) -> None:
        for _time in range(times):
            self.celery.send_task(task, args=list(arguments), retry=False)

    def history(self, *, table: str = "references_cellchange", by: str = "by_id") -> list[Change]:
        """Every row of the cells' history; or, of the other table, every cell."""
        keys = dict(self.rows("SELECT id, key FROM references_dimension"))
        found = self.rows(f"SELECT {COLUMNS}, {by} FROM {table}")  # noqa: S608
        return [Change(row[0], keys[row[1]], *row[2:5], row[-1], row[5:-1]) for row in found]

    def cells(self) -> list[Change]:
        return self.history(table="references_cell", by="updated_by_id")

    def verified(self) -> str:
        """What verify_closings complains of; empty if nothing."""
        try:
            self.manage("verify_closings")
        except RuntimeError as complaint:
            return str(complaint)[-500:]
        return ""


class Production(Stack):
    """gunicorn, worker and schedule with the commands of Dockerfile and docker-compose.yml."""

    name = "production"

    def __init__(self, folder: Path, postgresql: PostgreSQL, redis: Redis, code: Path = ROOT) -> None:
        self.postgresql, self.redis, self.database = postgresql, redis, "refprogram"
        super().__init__(folder, code)
        self.commands = {
            "web": ["gunicorn", "refprogram.wsgi", f"--bind=127.0.0.1:{self.port}", "--threads=4", "--preload",
                    "--worker-tmp-dir=/dev/shm", "--no-control-socket"],
            "worker": ["celery", "--app=refprogram", "worker", "--concurrency=2", "--loglevel=INFO"],
            "beat": ["celery", "--app=refprogram", "beat", "--loglevel=INFO", "--pidfile=",
                     f"--schedule={folder / 'schedule'}"],
        }  # fmt: skip

    def settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.postgresql.url("refprogram"), "REDIS_URL": self.redis.url, "WEB_CONCURRENCY": "3",
        }  # fmt: skip

    def rows(self, statement: str, parameters: tuple = ()) -> list[tuple]:
        return self.postgresql.rows(self.database, statement, parameters)

    def elsewhere(self, folder: Path) -> "Production":
        """The same program on an empty database and with a folder of its own."""
        twin = copy(self)
        twin.database = "restored"
        twin.environment = self.environment | {"VAR_DIR": str(folder), "DATABASE_URL": self.postgresql.url("restored")}
        self.postgresql.copy("template0", "restored")
        return twin

    def prepare(self) -> None:
        self.postgresql.rows("postgres", "CREATE DATABASE refprogram")
        super().prepare()
        self.postgresql.copy("refprogram", "prepared")

    def renew(self) -> None:
        self.postgresql.copy("prepared", "refprogram")

    @property
    def celery(self) -> Celery:
        app = Celery(broker=self.redis.url)
        app.conf.broker_transport_options = {"global_keyprefix": "refprogram:"}
        return app


class Embedded(Stack):
    """The processes of `make demo`: SQLite, a worker of one, and a broker of files."""

    name = "embedded"

    def __init__(self, folder: Path, code: Path = ROOT) -> None:
        super().__init__(folder, code)
        alone = ["--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.database = folder / "var" / "refprogram.sqlite3"
        self.commands = {
            "web": ["gunicorn", "refprogram.wsgi", f"--bind=127.0.0.1:{self.port}", "--workers=2", "--threads=4",
                    "--preload", "--graceful-timeout=1", "--no-control-socket"],
            "worker": ["celery", "--app=refprogram", "worker", *alone, "--loglevel=INFO"],
            "beat": ["celery", "--app=refprogram", "beat", "--loglevel=INFO", "--pidfile=",
                     f"--schedule={folder / 'schedule'}"],
        }  # fmt: skip

    def settings(self) -> dict[str, str]:
        return {}

    def rows(self, statement: str, parameters: tuple = ()) -> list[tuple]:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            found = connection.execute(statement.replace("%s", "?"), parameters).fetchall()
            connection.commit()
            return found

    def elsewhere(self, folder: Path) -> "Embedded":
        """The same program with a folder of its own."""
        twin = copy(self)
        twin.database = folder / self.database.name
        twin.environment = self.environment | {"VAR_DIR": str(folder)}
        return twin

    def prepare(self) -> None:
        super().prepare()
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.database, self.folder / "prepared.sqlite3")

    def renew(self) -> None:
        """Only while nothing of the program runs; messages of before are forgotten as well."""
        for path in self.database.parent.glob("broker/*"):
            path.unlink()
        for path in self.database.parent.glob("refprogram.sqlite3*"):
            path.unlink()
        shutil.copy(self.folder / "prepared.sqlite3", self.database)

    @property
    def celery(self) -> Celery:
        app = Celery(broker="filesystem://localhost")
        broker, control = str(self.folder / "var" / "broker"), str(self.folder / "var" / "broker-control")
        app.conf.broker_transport_options = {
            "data_folder_in": broker, "data_folder_out": broker, "control_folder": control,
        }  # fmt: skip
        return app


def numbers_of(rows: Sequence[tuple]) -> list[Any]:
    """The first column."""
    return [row[0] for row in rows]
