"""A PostgreSQL and a Redis of the harness's own, on ports and in folders of their own, to be stopped and crashed."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg2

SECONDS = 30
SERVER_SETTINGS = [
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "shared_buffers=64MB",
    "max_connections=100",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def heard(host: str) -> list[str]:
    """The addresses at which a server listens: this machine's own, and `host` where that is another."""
    return sorted({"127.0.0.1", host})


def postgresql_tools() -> Path:
    """Where initdb and pg_ctl are: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
    if not found[-1].is_file():
        raise SystemExit("initdb was not found: the harness needs PostgreSQL's server programs.")
    return found[-1].parent


class PostgreSQL:
    """A cluster that writes through to the disk; owned by `postgres` where we are root, whom it refuses to serve."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.host = host
        self.tools, self.data, self.port = postgresql_tools(), folder / "postgresql", free_port()
        self.log = folder / "postgresql.log"
        self.owner = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        for path in (self.data, self.log):
            path.mkdir() if path == self.data else path.touch()
            if self.owner:
                shutil.chown(path, **self.owner)
        self._fill()
        self.start()

    def _fill(self) -> None:
        self._call("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")
        with (self.data / "pg_hba.conf").open("a") as access:
            access.write(f"host all all {self.host}/24 trust\n")

    def _call(self, tool: str, *arguments: str) -> None:
        command = [self.tools / tool, f"--pgdata={self.data}", *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=SECONDS, **self.owner)

    def start(self) -> None:
        options = [f"-c {setting}" for setting in SERVER_SETTINGS]
        listening = [f"-p {self.port}", f"-k {self.data}", f"-c listen_addresses={','.join(heard(self.host))}"]
        self._call("pg_ctl", "start", "--wait", f"--log={self.log}", f"--options={' '.join(listening + options)}")

    def stop(self, mode: str = "fast") -> None:
        """`fast` cuts everybody off; `immediate` is a crash from which the next start recovers."""
        self._call("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def restart(self, mode: str) -> None:
        self.stop(mode)
        self.start()

    def url(self, name: str) -> str:
        return f"postgres://postgres@{self.host}:{self.port}/{name}"

    def rows(self, name: str, statement: str, parameters: tuple = ()) -> list[tuple]:
        """What the statement answers, past the program; committed at once."""
        where = {"host": "127.0.0.1", "port": self.port, "user": "postgres", "dbname": name}
        with closing(psycopg2.connect(**where)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []

    def copy(self, source: str, target: str) -> None:
        """Make `target` a fresh copy of `source`, whoever works in it."""
        self.rows("postgres", f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
        self.rows("postgres", f"CREATE DATABASE {target} TEMPLATE {source}")


class Redis:
    """A Redis as docker-compose.yml runs it, with an append-only file."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.host = host
        self.data, self.port = folder / "redis", free_port()
        self.data.mkdir()
        self.start()

    def start(self) -> None:
        command = ["redis-server", f"--port {self.port}", f"--bind {' '.join(heard(self.host))}", "--protected-mode no"]
        words = " ".join([*command, "--appendonly yes", f"--dir {self.data}", f"--logfile {self.data / 'log'}"]).split()
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        until = time.monotonic() + SECONDS
        while not self.says("PING", "+PONG"):
            if time.monotonic() > until:
                raise TimeoutError("redis-server did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)

    def says(self, command: str, wanted: str) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(f"{command}\r\n".encode())
            return line.recv(1000).decode().startswith(wanted)
        return False

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"
