"""The program itself as browser tests meet it: gunicorn, a worker and beat, with a database of their own."""

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
WHAT_FILLS = ("*/migrations/*.py", "*/models/*.py", "*/actions/*.py", "refprogram/demo/*.py")
SESSIONS = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from core.models import User
store = import_module(settings.SESSION_ENGINE).SessionStore
keys = {}
for user in User.objects.active():
    session = store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "password", "at": __import__("time").time()}]
    session.create()
    keys[user.email] = session.session_key
print(json.dumps(keys))
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Live:
    """One running installation. `url` is its address; `manage` and `shell` act on its database from outside."""

    def __init__(self, folder: Path, *, name: str, database_url: str = "", static: Path | None = None) -> None:
        self.folder, self.processes, self.sessions = folder, {}, {}
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "PYTHONWARNINGS": "default",
            "VAR_DIR": str(folder / "var"),
            "STATIC_ROOT": str(static or folder / "static"),
            "SECRET_KEY": "of-one-test-run-" + "k3" * 24,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "HTTPS": "false",
            "SITE_URL": self.url,
            "EMAIL_URL": f"filemail:///{folder / 'mail'}",
            "REDIS_PREFIX": name,
            "DEMO": "true",
        }
        for name in ("DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"):
            self.environment.pop(name, None)
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        else:
            self.environment.pop("REDIS_URL", None)

    def manage(self, *arguments: str, given: str | None = None) -> str:
        """Run a management command against this installation and return what it prints; fails with its errors."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            text=True,
            capture_output=True,
            timeout=300,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def shell(self, code: str) -> str:
        """Run Python with the program's models (import what it needs) and return what it prints."""
        return self.manage("shell", "--no-imports", "-c", code)

    def fill(self) -> None:
        """Migrate an empty database and load the people and customers that browser tests know."""
        self.manage("migrate", "--verbosity=0")
        self.manage("createcachetable")
        self.manage("load_demo")

    def start_web(self) -> None:
        self.start(
            "web",
            "-m",
            "gunicorn",
            "refprogram.wsgi",
            f"--bind=127.0.0.1:{self.port}",
            "--workers=1",
            "--threads=8",
            "--graceful-timeout=1",
            "--no-control-socket",
        )
        self.wait_until_ready()

    def start_jobs(self) -> None:
        """A worker with beat inside, as the demo runs them."""
        self.start(
            "jobs",
            "-m",
            "celery",
            "--app=refprogram",
            "worker",
            "--beat",
            "--pool=solo",
            "--loglevel=INFO",
            f"--schedule={self.folder / 'schedule'}",
        )

    def start(self, name: str, *arguments: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log
        )
        log.close()

    def wait_until_ready(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until and self.processes["web"].poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"The live server did not start:\n{self.log('web')}")

    def log(self, name: str, characters: int = 6000) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-characters:]

    def session_of(self, email: str) -> str:
        """The key of a session of this person. Sessions are made for everybody at once, when one is missing."""
        if email not in self.sessions:
            self.sessions |= json.loads(self.shell(SESSIONS))
        return self.sessions[email]

    def mails(self) -> list[str]:
        """The mails sent so far, oldest first."""
        return [path.read_text() for path in sorted((self.folder / "mail").glob("*"), key=os.path.getmtime)]

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def only_one_at_a_time(lock: Path):
    """Workers of one test run build the filled database once: the first builds, the others wait."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def kept_template() -> Path:
    """A filled SQLite installation, built once and kept while what fills it is the same on the same day."""
    kept = ROOT / "var" / "browser"
    kept.mkdir(parents=True, exist_ok=True)
    template = kept / fingerprint()
    with only_one_at_a_time(kept / "lock"):
        if not (template / "ready").exists():
            for old in kept.glob("*/"):
                shutil.rmtree(old)
            Live(template, name="filled").fill()
            (template / "ready").touch()
    return template


def embedded(own: Path) -> Live:
    """A live installation on SQLite, from a copy of the filled one."""
    shutil.copytree(kept_template() / "var", own / "var")
    return Live(own, name=own.name)


def fingerprint() -> str:
    digest = hashlib.sha256(f"{date.today()}".encode())
    for path in sorted(path for pattern in WHAT_FILLS for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class OnPostgreSQL:
    """Live installations on a server: one filled database per run is the template of each worker's own."""

    def __init__(self, shared: Path, database_url: str, run: str) -> None:
        self.shared, self.database_url, self.template = shared, database_url, f"browser_{run}"

    def create(self, own: Path) -> Live:
        name = f"{self.template}_{own.name.replace('-', '_')}"
        static = self.shared / "static"
        with only_one_at_a_time(self.shared / "filled.lock"):
            if self.template not in self.names():
                self.execute(f'CREATE DATABASE "{self.template}"')
                filled = Live(self.shared, database_url=self.named(self.template), name=self.template)
                filled.fill()
                filled.manage("collectstatic", "--noinput", "--verbosity=0")
            self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        return Live(own, database_url=self.named(name), name=name, static=static)

    def drop(self, live: Live) -> None:
        """Drop the worker's database; the last one takes the template with it."""
        with only_one_at_a_time(self.shared / "filled.lock"):
            self.execute(f'DROP DATABASE "{urlsplit(live.environment["DATABASE_URL"]).path[1:]}" WITH (FORCE)')
            if self.names() == [self.template]:
                self.execute(f'DROP DATABASE "{self.template}" WITH (FORCE)')

    def names(self) -> list[str]:
        rows = self.execute("SELECT datname FROM pg_database")
        return [name for (name,) in rows if name.startswith(self.template)]

    def named(self, name: str) -> str:
        return urlunsplit(urlsplit(self.database_url)._replace(path=f"/{name}"))

    def execute(self, statement: str) -> list[tuple]:
        with closing(psycopg2.connect(self.database_url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
