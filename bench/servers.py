"""Program and floor as they run in production: gunicorn, started as the image starts it, with two workers each."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from socket import socket
from urllib.error import URLError
from urllib.request import urlopen

from bench import processors
from bench.databases import Database
from bench.people import PASSWORD, PEOPLE
from bench.sessions import Session, logged_in

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
PATIENCE = 240.0


@dataclass
class Spent:
    """Processor seconds between two moments, those of the workers and those of their connections' backends."""

    application: float = 0.0
    database: float = 0.0

    @property
    def both(self) -> float:
        return self.application + self.database


@dataclass(frozen=True)
class Server:
    """A gunicorn that runs. `application` is the name its connections to the database carry."""

    name: str
    url: str
    login_path: str
    master: int
    database: Database
    sessions: dict[str, Session] = field(default_factory=dict, repr=False)

    @property
    def application(self) -> str:
        return f"bench_{self.name}"

    def pids(self) -> list[int]:
        """The workers."""
        return processors.children_of(self.master)

    def cpu_seconds(self) -> float:
        """Processor time that the workers have spent since they started."""
        return processors.seconds_of_all(self.pids())

    @contextmanager
    def spending(self) -> Iterator[Spent]:
        """Inside, processor time is counted; it stands in the object afterwards.

        Connections live longer than a measurement (CONN_MAX_AGE), so each backend is read before and after. One that
        ended in between would take its time with it, and a worker likewise: that is an error, not a small figure.
        """
        spent = Spent()
        workers, backends = self._workers(), self._backends()
        yield spent
        workers_after, backends_after = self._workers(), self._backends()
        lost = (workers.keys() - workers_after.keys()) | (backends.keys() - backends_after.keys())
        if lost:
            raise RuntimeError(f"{self.name}: processes {sorted(lost)} ended while they were measured")
        spent.application = sum(workers_after.values()) - sum(workers.values())
        spent.database = sum(backends_after.values()) - sum(backends.values())

    def session(self, role: str) -> Session:
        """A logged-in client with a connection of its own; every session of a role is the same person's."""
        if role not in self.sessions:
            self.sessions[role] = logged_in(self.url, self.login_path, PEOPLE[role], PASSWORD)
        return self.sessions[role].clone()

    def _workers(self) -> dict[int, float]:
        return {pid: processors.seconds_of(pid) for pid in self.pids()}

    def _backends(self) -> dict[int, float]:
        pids = self.database.backends(self.application)
        return {pid: processors.seconds_of(pid) for pid in pids if Path(f"/proc/{pid}").exists()}


@contextmanager
def running(
    name: str, wsgi: str, database: Database, environment: Mapping[str, str], *, login_path: str
) -> Iterator[Server]:
    """Serve on a free port of this machine for as long as the context lasts."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with (ROOT / "var" / "bench" / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            _command(wsgi, port), cwd=ROOT, env=_surroundings(environment), stdout=log, stderr=log
        )
        try:
            _wait_for(f"{url}{login_path}", process)
            yield Server(name, url, login_path, process.pid, database)
        finally:
            _stop(process)


def _command(wsgi: str, port: int) -> list[str]:
    """The image's own command, with another application and address."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    (command,) = [json.loads(line.removeprefix("CMD ")) for line in lines if line.startswith("CMD ")]
    kept = [word for word in command[2:] if not word.startswith("--bind")]
    return [sys.executable, "-m", "gunicorn", wsgi, *kept, f"--bind=127.0.0.1:{port}"]


def _surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    return os.environ | environment | {"WEB_CONCURRENCY": str(WORKERS)}


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer; its log is in var/bench/")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.send_signal(SIGKILL)
        process.wait()
