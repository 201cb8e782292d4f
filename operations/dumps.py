"""The whole database copied into a file while people work, and put back in one transaction."""

import os
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _

from core.errors import RuleBroken

# Everything of ours goes before the copy comes in, also what the copy does not know; all in the transaction of psql.
EMPTY = """
SET lock_timeout = '30s';
SET client_min_messages = warning;
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', one.tablename);
  END LOOP;
  FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e') LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', one.name);
  END LOOP;
END $$
"""


def write(target: Path) -> None:
    """Copy the database as it is at one instant; nobody who works in it waits."""
    if connection.vendor == "postgresql":
        _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)


def check(path: Path) -> None:
    """Raise RuleBroken unless the database server's own tools can read the copy."""
    if connection.vendor == "postgresql":
        _call(["pg_restore", "--list", str(path)], os.environ)
        return
    with closing(sqlite3.connect(path)) as copy:
        try:
            (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as trouble:
            said = str(trouble)
    if said != "ok":
        raise RuleBroken(_("The copy of the database cannot be read: %(reason)s") % {"reason": said})


def read(path: Path) -> None:
    """Put the copy in the place of the database: all of it, or nothing has changed."""
    if connection.vendor == "postgresql":
        connection.close()
        script = path.with_suffix(".sql")
        _call(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(path)], os.environ)
        once = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        _run("psql", [*once, f"--command={EMPTY}", f"--file={script}"])
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        try:
            copy.backup(connection.connection)
        except sqlite3.Error as trouble:
            raise RuleBroken(_("The copy of the database cannot be read: %(reason)s") % {"reason": trouble})


def _run(program: str, arguments: Sequence[str]) -> None:
    """A program of PostgreSQL on our database; the password travels in its environment, where nobody can list it."""
    (_psql, *server), environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    _call([program, *server[:-1], *arguments, f"--dbname={server[-1]}"], os.environ | (environment or {}))


def _call(command: Sequence[str], environment: "os._Environ[str] | dict[str, str]") -> None:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=settings.BASE_DIR)  # noqa: S603
    except FileNotFoundError:
        raise RuleBroken(
            _("%(program)s is not installed: it comes with PostgreSQL's client.") % {"program": command[0]}
        )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or [str(done.returncode)]
        reason = next((line for line in lines if "error" in line.lower()), lines[0])
        raise RuleBroken(_("%(program)s failed: %(reason)s") % {"program": command[0], "reason": reason})
