"""The program on two machines: each with a network, a working directory and a VAR_DIR of its own."""

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests
from redis import Redis as RedisClient

from tests.faults.servers import PostgreSQL, Redis
from tests.faults.stack import ROOT, Production
from tests.faults.supervisor import Kept, Supervisor
from tests.machines.networks import Network, Place

CALLS = 120


class Machine:
    """Processes of one machine, named as `web-a`."""

    def __init__(self, place: Place, port: int, environment: dict[str, str], folder: Path) -> None:
        self.place, self.port, self.folder = place, port, folder / place.name
        self.url, self.address = f"http://{place.address}:{port}", (place.address, port)
        self.var, self.work = self.folder / "var", self.folder / "work"
        for path in (self.folder, self.var, self.work):
            path.mkdir()
        self.environment = environment | {"VAR_DIR": str(self.var), "TMPDIR": str(self.work)}
        self.supervisor = Supervisor(self.folder)
        self.commands = {
            "web": ["gunicorn", "refprogram.wsgi", f"--bind={place.address}:{port}", "--workers=2", "--threads=4",
                    "--preload", "--worker-tmp-dir=/dev/shm", "--no-control-socket"],
            "worker": ["celery", "--app=refprogram", "worker", "--concurrency=1", "--loglevel=INFO",
                       f"--hostname=worker@{place.name}"],
            "beat": ["celery", "--app=refprogram", "beat", "--loglevel=INFO", "--pidfile=",
                     f"--schedule={self.var / 'schedule'}"],
        }  # fmt: skip

    def keep(self, name: str) -> Kept:
        command = [*self.place.prefix, "env", f"--chdir={self.work}", sys.executable, "-m", *self.commands[name]]
        return self.supervisor.keep(name, command, self.environment)

    def end(self, name: str) -> None:
        self.supervisor.end(name, seconds=30)

    def kill(self, name: str) -> None:
        """As if the machine had lost its power: it is not started again."""
        with self.supervisor.lock:
            process = self.supervisor.kept.pop(name)
        process.kill()
        process.process.wait()

    def wait(self, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while True:
            with suppress(requests.RequestException):
                if requests.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            if time.monotonic() > until:
                raise TimeoutError(f"machine {self.place.name} did not get ready; see {self.folder}")
            time.sleep(0.2)

    def ended_tasks(self, task: str) -> list[str]:
        """When its worker brought runs of the task to their end, as its log says."""
        path = self.folder / "worker.log"
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        told = [json.loads(line) for line in lines if line.startswith("{") and task in line]
        return [line["at"] for line in told if line.get("task") == task and line.get("end") == "done"]


class Installation(Production):
    """The database, Redis and bucket that both share, and the machines."""

    def __init__(self, folder: Path, net: Network, postgresql: PostgreSQL, redis: Redis, s3: dict[str, str]) -> None:
        super().__init__(folder, postgresql, redis)
        self.environment |= {
            "ALLOWED_HOSTS": "*", "API_CALLS_PER_MINUTE": str(CALLS), "PYTHONPATH": str(ROOT),
            "S3_BUCKET": s3["bucket_name"], "S3_ENDPOINT": s3["endpoint_url"], "S3_ACCESS_KEY": s3["access_key"],
            "S3_SECRET_KEY": s3["secret_key"],
        }  # fmt: skip
        self.net, self.own = net, {}
        self.machines: list[Machine] = []

    def prepare(self) -> None:
        super().prepare()
        self.own: dict[str, Any] = json.loads(self.python("-m", "tests.machines.preparation"))

    def set_up(self, **more: str) -> None:
        """Make both machines and start everything on them."""
        for number, place in enumerate(self.net.places):
            self.machines.append(Machine(place, self.port + number, self.environment | more, self.folder))
        for machine in self.machines:
            for name in machine.commands:
                machine.keep(name)
        for machine in self.machines:
            machine.wait()

    def close(self) -> None:
        for machine in self.machines:
            machine.supervisor.close()

    @property
    def client(self) -> RedisClient:
        return RedisClient.from_url(self.redis.url)


class Visitor:
    """A browser: the cookies of one person, who asks the machine that is named."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, machine: Machine, path: str, **options: Any) -> requests.Response:
        return self._ask("GET", machine, path, **options)

    def post(self, machine: Machine, path: str, **options: Any) -> requests.Response:
        return self._ask("POST", machine, path, **options)

    def _ask(self, method: str, machine: Machine, path: str, **options: Any) -> requests.Response:
        """Cookies are those of the site, whichever machine answers, as behind a proxy."""
        cookies = {cookie.name: cookie.value for cookie in self.session.cookies}
        self.session.cookies.clear()
        headers = {"X-CSRFToken": cookies.get("csrftoken", ""), "Referer": machine.url} | options.pop("headers", {})
        answer = self.session.request(
            method, machine.url + path, cookies=cookies, headers=headers, timeout=30, allow_redirects=False, **options
        )
        merged = cookies | {cookie.name: cookie.value for cookie in self.session.cookies}
        gone = {name for name, value in merged.items() if not value}
        self.session.cookies.clear()
        for name in merged.keys() - gone:
            self.session.cookies.set(name, merged[name])
        return answer

    def log_in(self, machine: Machine, email: str, password: str) -> requests.Response:
        self.get(machine, "/accounts/login/")
        return self.post(machine, "/accounts/login/", data={"login": email, "password": password})
