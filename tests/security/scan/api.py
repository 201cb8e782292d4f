"""The whole API with made-up calls, as every role and as those whom no token, or half a token, lets in.

    python -m tests.security.scan.api [--seconds N] [--servers] [--only administrator,…]

`--servers` runs the program on PostgreSQL and Redis, in a database beside the one that DATABASE_URL names.
"""

import argparse
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql

from tests.security.scan.__main__ import FOLDER, PEOPLE, report, told
from tests.security.scan.program import Program, running
from tests.security.scan.tools import Outcome, Scanners, schemathesis_outcome

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method", "ignored_auth",
)  # fmt: skip
EXPIRE = (
    "from core.models import ApiToken; from django.utils.timezone import now; from datetime import timedelta;"
    "ApiToken.objects.filter(name='expired').update(expires_at=now() - timedelta(days=1))"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.security.scan.api", description="Call the API at random.")
    parser.add_argument("--seconds", type=int, default=120, help="for each caller")
    parser.add_argument("--servers", action="store_true", help="on the servers of DATABASE_URL and REDIS_URL")
    parser.add_argument("--only", default="", help="some of the callers")
    chosen = parser.parse_args()
    folder = FOLDER / "api"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    scanners = Scanners(FOLDER)
    scanners.install()
    with database() if chosen.servers else no_servers() as servers, running(folder, servers=servers) as program:
        callers = callers_of(program)
        (folder / "openapi.json").write_bytes(description(program, callers["administrator"]))
        wanted = chosen.only.split(",") if chosen.only else [*callers]
        outcomes = [told(calls(scanners, program, name, callers[name], seconds=chosen.seconds)) for name in wanted]
        outcomes.append(told(Outcome("the program's own log", "answers with 500", sorted(program.failures()))))
    return report(outcomes)


def callers_of(program: Program) -> dict[str, str | None]:
    """The tokens by who calls with them."""
    manager = PEOPLE["programme manager"]
    expired = program.token(manager, "--name", "expired")
    subprocess.run([sys.executable, "manage.py", "shell", "-c", EXPIRE], env=program.environment, check=True)
    roles = {role: program.token(email) for role, email in PEOPLE.items()}
    return {**roles, "read only": program.token(manager, "--read-only"), "expired token": expired, "no token": None}


def description(program: Program, token: str | None) -> bytes:
    """The API's description, read once by one who may: an expired token would not be given it."""
    asked = urllib.request.Request(f"{program.url}/api/v1/openapi.json", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked) as answer:
        return bytes(answer.read())


def calls(scanners: Scanners, program: Program, name: str, token: str | None, *, seconds: int) -> Outcome:
    """Every operation with right and wrong values, and chains of calls that lead to each other."""
    arguments = [
        "run", str(scanners.folder / "api" / "openapi.json"), "--url", program.url,
        "--mode", "all", "--phases", "examples,coverage,fuzzing,stateful",
        "--max-time", str(seconds), "--max-examples", "100000", "--continue-on-failure", "--request-timeout", "5",
        "--workers", "1", "--no-color", "--checks", ",".join(CHECKS),
        *([] if token is None else ["--header", f"Authorization: Bearer {token}"]),
    ]  # fmt: skip
    code, said, took = scanners.call("schemathesis", arguments, seconds=seconds + 240)
    (scanners.folder / f"api-{name.replace(' ', '-')}.log").write_text(said)
    return schemathesis_outcome(name, code, said, took)


@contextmanager
def no_servers() -> Iterator[None]:
    yield None


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """A database of its own beside the one that is named, dropped at the end."""
    named, redis = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    base, _slash, name = named.rpartition("/")
    connection = psycopg2.connect(named)
    connection.autocommit = True
    own = sql.Identifier(f"{name}_scan")
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(own))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(own))
    try:
        yield {"DATABASE_URL": f"{base}/{name}_scan", "REDIS_URL": redis, "REDIS_PREFIX": "scan", "LOG_FORMAT": "text"}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(own))
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
