"""`make test`: every test on the embedded default, then on PostgreSQL and Redis where they are named; one exit code."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import psycopg2
import redis

from tests.browser import chromium

SERVERS = ("DATABASE_URL", "REDIS_URL")


@dataclass(frozen=True)
class Outcome:
    """What one run of pytest came to. A run that did not get as far as a report counts as one failure."""

    name: str
    exit_code: int
    passed: int = 0
    failed: int = 1
    skipped: int = 0
    seconds: float = 0


def main() -> int:
    in_ci = os.environ.get("CI") == "true"
    named = [name for name in SERVERS if os.environ.get(name)]
    problem = what_is_wrong_with(named) if named or in_ci else ""
    if problem:
        say(f"PostgreSQL and Redis: {problem}")
        return 1
    if chromium.find() is None:
        say("No Chromium found; installing one …")
        chromium.install()
    say(f"Browser tests: {chromium.find() or 'no Chromium, and none could be installed, so they are skipped'}")
    outcomes = [run("embedded", without=SERVERS, arguments=["tests"])]
    if named:
        outcomes.append(run("PostgreSQL and Redis", without=(), arguments=["tests", "-m", "not static"]))
    else:
        say("PostgreSQL and Redis: not tested, because DATABASE_URL and REDIS_URL are not set")
    return report(outcomes)


def what_is_wrong_with(named: list[str]) -> str:
    """Why the tests cannot run on the servers; empty if they can."""
    if len(named) < len(SERVERS):
        return f"set both {' and '.join(SERVERS)}" + (
            "; with CI=true they are tested always" if not named else ", or neither"
        )
    try:
        psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
        redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=5).ping()
    except (psycopg2.Error, redis.RedisError, ValueError) as refusal:
        return f"a server is named that does not answer: {' '.join(str(refusal).split())}"
    return ""


def run(name: str, *, without: tuple[str, ...], arguments: list[str]) -> Outcome:
    """One run of pytest in an environment in which nothing of the machine's own settings is left."""
    say(f"\n=== {name} ===")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        settings = {"SECRET_KEY": secrets.token_hex(32), "ALLOWED_HOSTS": "*", "HTTPS": "false", "VAR_DIR": folder}
        environment = {key: value for key, value in os.environ.items() if key not in without}
        written = Path(folder) / "report.xml"
        # In the order of the folders: the browser's files, which hold few tests and take long, do not come last, alone.
        workers = ["-n", "2", "--dist=loadfile", "--no-loadscope-reorder"]
        command = ["-m", "pytest", *arguments, "-q", *workers, f"--junitxml={written}"]
        code = subprocess.run([sys.executable, *command], env=environment | settings).returncode
        if not written.exists():
            return Outcome(name, code or 1)
        suites = ElementTree.parse(written).getroot().iter("testsuite")  # noqa: S314
        counts = [
            {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")} for suite in suites
        ]
    total = {key: sum(count[key] for count in counts) for key in counts[0]}
    failed = total["failures"] + total["errors"]
    passed = total["tests"] - failed - total["skipped"]
    return Outcome(name, code, passed, max(failed, int(code != 0)), total["skipped"], time.monotonic() - began)


def report(outcomes: list[Outcome]) -> int:
    say("")
    for one in outcomes:
        say(f"{one.name}: {one.passed} passed, {one.failed} failed, {one.skipped} skipped in {one.seconds:.0f} s")
    passed, failed, skipped = (sum(getattr(one, key) for one in outcomes) for key in ("passed", "failed", "skipped"))
    say(f"{passed} passed, {failed} failed, {skipped} skipped")
    return int(failed > 0 or any(one.exit_code for one in outcomes))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
