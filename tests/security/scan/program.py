"""The program under attack: embedded, with demo data, in a folder that is thrown away, on a port of this machine."""

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from refprogram.processes import Processes

PASSWORD = "demo-reference-1"
FAILURE = re.compile(r'"([A-Z]+ \S+) HTTP/[\d.]+" 5\d\d ')


@dataclass(frozen=True)
class Program:
    """Where it answers, what it writes to its log, and how its people come in."""

    url: str
    log: Path
    environment: dict[str, str]
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, email: str, *options: str) -> str:
        command = [sys.executable, "manage.py", "create_api_token", email, *options]
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def cookies(self, email: str) -> dict[str, str]:
        """The cookies of a person, who logs in the first time: a scanner may have used up the attempts."""
        if email in self.sessions:
            return self.sessions[email]
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = f"{self.url}/accounts/login/"
        browser.open(page).close()
        form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": next(one.value for one in jar)}
        browser.open(page, urllib.parse.urlencode(form).encode()).close()
        kept = {one.name: one.value for one in jar}
        if "sessionid" not in kept:
            raise RuntimeError(f"{email} could not log in")
        self.sessions[email] = kept
        return kept

    def failures(self) -> set[str]:
        """Addresses that were answered with 500 so far."""
        return set(FAILURE.findall(self.log.read_text(errors="replace")))


@contextmanager
def running(folder: Path, *, servers: dict[str, str] | None = None, demo: bool = True) -> Iterator[Program]:
    """The program, with demo data or empty, until the end of the block: embedded, or on a database of these servers."""
    port = free_port()
    settings = {
        "VAR_DIR": str(folder), "STATIC_ROOT": str(folder / "static"),
        "SECRET_KEY": "scanned " * 8, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "false",
        "API_CALLS_PER_MINUTE": "0", "EMAIL_URL": "dummymail://", "WEB_CONCURRENCY": "2",
    }  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL", "DEMO")}
    environment |= settings | (servers or {})
    commands = [["migrate"], ["createcachetable"], ["collectstatic", "--no-input"], *([["load_demo"]] if demo else [])]
    for command in commands:
        subprocess.run([sys.executable, "manage.py", *command, "-v", "0"], env=environment, check=True)
    program = Program(f"http://127.0.0.1:{port}", folder / "program.log", environment)
    served = f"-m gunicorn refprogram.wsgi --bind 127.0.0.1:{port} --threads 2 --timeout 30 --access-logfile -"
    # A shell of its own would only be needed to send what it says to a file.
    logged = f"exec {sys.executable} {served} >{program.log} 2>&1"
    with Processes(environment, sys.stderr.write) as processes:
        processes.start("web", ["sh", "-c", logged])
        processes.wait_for(f"{program.url}/healthz", seconds=60)
        yield program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
