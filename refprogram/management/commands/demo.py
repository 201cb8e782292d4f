"""`make demo`: the whole program on one machine, with demo data, until Ctrl-C."""

import fcntl
import os
import re
import shutil
import socket
import sys
from argparse import ArgumentParser
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction

from core.choices import Role
from core.models import User
from refprogram import private
from refprogram.processes import ProcessEnded, Processes, Stopped
from refprogram.scale import loading


class Command(BaseCommand):
    help = "Start the program with demo data: web server, worker and schedule, on the embedded database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8000")

    def handle(self, *, port: str, **_options: Any) -> None:
        number = port_of(port)
        if not settings.EMBEDDED:
            raise CommandError("The demo runs on its embedded database; unset DATABASE_URL first.")
        try:
            with only_demo_here(settings.VAR_DIR):
                refuse_taken(number)
                self.prepare()
                self.run(number)
        except (Stopped, KeyboardInterrupt):
            self.stdout.write("Stopped.")
        except (ProcessEnded, TimeoutError) as problem:
            raise CommandError(f"The demo stopped: {problem}.")

    def prepare(self) -> None:
        """The database, migrated; the demo data, once and whole; no messages of an earlier start."""
        empty_broker()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not User.objects.exists():
            self.stdout.write("Loading the demo data, once; this takes half a minute …")
            with transaction.atomic():
                call_command("load_demo", verbosity=0)
            loading.settle()

    def run(self, port: int) -> None:
        url = f"http://localhost:{port}"
        environment = os.environ | {"DEMO": "true", "SITE_URL": url, "PYTHONWARNINGS": "ignore"}
        with Processes(environment, self.say) as processes:
            for name, command in commands(port).items():
                processes.start(name, [sys.executable, "-m", *command])
            processes.wait_for(f"http://127.0.0.1:{port}/readyz", seconds=90)
            self.stdout.write(f"\nRefProgram is ready: {url}\n\nLog in with the password {settings.DEMO_PASSWORD} as\n")
            for role, email in log_ins():
                self.stdout.write(f"  {email:<34} {role}")
            place = os.path.relpath(settings.VAR_DIR, settings.BASE_DIR)
            place = f"{settings.VAR_DIR}" if place.startswith("..") else place
            self.say(f"\nMails are shown here. Ctrl-C stops everything; the data stays under {place}/.\n\n")
            processes.watch()

    def say(self, words: str) -> None:
        """At once, also where the output is a file that somebody follows."""
        self.stdout.write(words)
        self.stdout.flush()


def commands(port: int) -> dict[str, list[str]]:
    """What the demo consists of, as arguments of `python -m`."""
    celery = ["celery", "--quiet", "--app=refprogram"]
    quiet = ["--loglevel=WARNING"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return {
        "The web server": [
            "gunicorn",
            "refprogram.wsgi",
            f"--bind=127.0.0.1:{port}",
            "--workers=2",
            "--threads=12",
            "--preload",
            "--graceful-timeout=1",
            "--no-control-socket",
            "--log-level=warning",
        ],
        "The worker": [*celery, "worker", "--pool=solo", *alone, *quiet],
        "The schedule": [*celery, "beat", "--pidfile=", f"--schedule={settings.VAR_DIR / 'schedule'}", *quiet],
    }


def log_ins() -> list[tuple[str, str]]:
    """For every role that somebody holds, its name and the address of the first person who holds it."""
    people = list(User.objects.active().order_by("pk"))
    first = {role: next((person for person in people if person.holds([role])), None) for role in Role}
    return [(str(role.label), person.email) for role, person in first.items() if person]


@contextmanager
def only_demo_here(folder: Path) -> Any:
    """Refuse a second demo on the same data. The lock ends with the process, however it ends."""
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError("The demo is already running from this directory; stop it with Ctrl-C first.")
        yield


def port_of(typed: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", typed) or not 0 < int(typed) < 65_536:
        raise CommandError(f"“{typed}” is no port: choose a number from 1 to 65535, as in make demo PORT=8001")
    return int(typed)


def refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(f"Port {port} is taken or cannot be used; choose another one: make demo PORT=8001")


def empty_broker() -> None:
    """Forget messages that no worker took: what must be done stands in rows and is sent again."""
    for name in ("broker", "broker-control"):
        shutil.rmtree(settings.VAR_DIR / name, ignore_errors=True)
        private.make_folder(settings.VAR_DIR / name)
