"""Run the trials, print the table; exit code 1 if anything that must hold does not."""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.faults.__main__ import scratch
from tests.faults.servers import PostgreSQL, Redis
from tests.machines import costs, operation, trials
from tests.machines.buckets import bucket
from tests.machines.installation import Installation
from tests.machines.networks import network

Trial = tuple[str, Callable[[], str]]


def main() -> int:
    with ExitStack() as stack:
        folder, net = stack.enter_context(scratch()), stack.enter_context(network())
        say("A network for each machine" if net.is_divided else "One network: no namespaces could be made here")
        postgresql, redis = PostgreSQL(folder, net.here), Redis(folder, net.here)
        stack.callback(redis.stop)
        stack.callback(postgresql.stop)
        place = folder / "site"
        place.mkdir()
        site = Installation(place, net, postgresql, redis, stack.enter_context(bucket(net.here)))
        say("Preparing the database …")
        site.prepare()
        stack.callback(site.close)
        site.set_up()
        rows = [one(name, trial) for name, trial in chosen(site, folder)]
        if not all(holds for _name, holds in rows):
            say(tails(site))
    say("")
    for name, holds in rows:
        say(f"{name:<28}{'holds' if holds else 'VIOLATED'}")
    return int(not all(holds for _name, holds in rows))


def chosen(site: Installation, folder: Path) -> list[Trial]:
    """Those whose names were given, or all."""
    known: dict[str, Callable[[], str]] = {
        "sessions": partial(trials.sessions, site),
        "edits": partial(trials.edits, site),
        "limits": partial(trials.limits, site),
        "files": partial(trials.files, site),
        "jobs": partial(trials.jobs, site),
        "costs": partial(costs.costs, site),
        "restarts": partial(operation.rolling_restart, site),
        "replica": partial(operation.replica, site, folder),
        "history": partial(operation.history, site),
        "schedule": partial(operation.schedule, site),
        "disks": partial(operation.disks, site),
    }
    return [(name, trial) for name, trial in known.items() if name in (sys.argv[1:] or known)]


def one(name: str, trial: Callable[[], str]) -> tuple[str, bool]:
    began = time.monotonic()
    try:
        words, holds = trial(), True
    except (trials.Broken, OSError, KeyError, ValueError, RuntimeError) as broken:
        words, holds = f"VIOLATED: {type(broken).__name__} {broken}", False
    say(f"{name}: {words} ({time.monotonic() - began:.0f} s)")
    return name, holds


def tails(site: Installation) -> str:
    """The ends of all logs, for whoever looks for the reason."""
    texts = {path: path.read_text(errors="replace") for path in sorted(site.folder.glob("*/*.log"))}
    return "\n".join(f"--- {path.relative_to(site.folder)}\n{text[-1500:]}" for path, text in texts.items())


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
