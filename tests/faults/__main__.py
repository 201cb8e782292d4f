"""Run the faults, print the table, keep it under var/faults; exit code 1 if anything that must hold does not."""

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.faults import backups, deliveries, outages, processes, together
from tests.faults.servers import PostgreSQL, Redis
from tests.faults.stack import ROOT, Embedded, Production, Stack
from tests.faults.trials import Outcome

Fault = Callable[[Stack, int, int], Outcome]
MOST_DISK = 1.4
# Which processes run while these happen, and what happens, by the name that `--only` takes.
SCHEDULED: dict[str, Fault] = {
    "web": processes.web_workers, "master": processes.web_master, "beat": processes.beat,
    "beats": deliveries.two_beats, "import": processes.worker_in_import, "decay": processes.worker_in_decay,
    "postgresql": outages.postgresql, "redis": outages.redis, "flush": outages.flushed, "clock": outages.clock,
    "migration": outages.migration,
}  # fmt: skip
UNSCHEDULED: dict[str, Fault] = {
    "closing": processes.worker_in_closing, "deliveries": deliveries.many, "editors": together.editors,
    "presses": together.presses, "backup": backups.backup, "merges": together.merges,
}  # fmt: skip
EMBEDDED: dict[str, Fault] = {
    "embedded-web": processes.web_workers, "embedded-master": processes.web_master,
    "embedded-import": processes.worker_in_import, "embedded-decay": processes.worker_in_decay,
    "embedded-clock": outages.clock, "embedded-disk": outages.disk, "embedded-migration": outages.migration,
}  # fmt: skip
EMBEDDED_UNSCHEDULED: dict[str, Fault] = {
    "embedded-editors": together.editors, "embedded-presses": together.presses, "embedded-backup": backups.backup,
    "embedded-merges": together.merges,
}  # fmt: skip
NAMES = [*SCHEDULED, *UNSCHEDULED, *EMBEDDED, *EMBEDDED_UNSCHEDULED]


def main() -> int:
    asked = arguments()
    # Whoever asks us to end gets our processes ended and our disk unmounted first.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    say(f"seed {asked.seed}, {asked.rounds} rounds")
    outcomes: list[Outcome] = []
    began = time.monotonic()
    with scratch() as folder:
        try:
            for outcome in run(folder, asked):
                outcomes.append(outcome)
                say(f"{row(outcome)}  {time.monotonic() - began:.0f} s")
                for words in outcome.words:
                    say(f"    {words}")
        finally:
            if asked.keep:
                left_out = shutil.ignore_patterns(
                    "var", "aside", "bytecode", "static", "newer", "postgresql", "*.sqlite3"
                )
                shutil.copytree(folder, asked.keep, ignore=left_out, dirs_exist_ok=True)
    return report(outcomes, asked, time.monotonic() - began)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each fault strikes, at least")
    parser.add_argument("--seconds", type=float, default=20, help="how long Redis is away, each time")
    parser.add_argument("--only", default="", help=f"some of these, with commas: {', '.join(NAMES)}")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--keep", type=Path, help="a folder for the logs of the processes")
    asked = parser.parse_args()
    asked.names = asked.only.split(",") if asked.only else NAMES
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    return asked


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that others may enter, because PostgreSQL runs as somebody else there; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="refprogram-faults-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def run(folder: Path, asked: argparse.Namespace) -> Iterator[Outcome]:
    SCHEDULED["redis"] = partial(outages.redis, seconds=asked.seconds)
    if {*SCHEDULED, *UNSCHEDULED} & {*asked.names}:
        yield from in_production(folder, asked)
    if {*EMBEDDED, *EMBEDDED_UNSCHEDULED} & {*asked.names}:
        yield from embedded(folder, asked)


def in_production(folder: Path, asked: argparse.Namespace) -> Iterator[Outcome]:
    place = folder / "production"
    place.mkdir()
    postgresql, redis = PostgreSQL(folder), Redis(folder)
    try:
        stack = Production(place, postgresql, redis)
        say("Preparing PostgreSQL …")
        stack.prepare()
        yield from strikes(stack, SCHEDULED, asked)
        stack.renew()
        yield from strikes(stack, UNSCHEDULED, asked, "web", "worker")
    finally:
        redis.stop()
        postgresql.stop("immediate")


def embedded(folder: Path, asked: argparse.Namespace) -> Iterator[Outcome]:
    place = folder / "embedded"
    place.mkdir()
    stack = Embedded(place)
    say("Preparing SQLite …")
    stack.prepare()
    with small_disk(stack):
        yield from strikes(stack, EMBEDDED, asked)
        stack.renew()
        yield from strikes(stack, EMBEDDED_UNSCHEDULED, asked, "web", "worker")


@contextmanager
def small_disk(stack: Embedded) -> Iterator[None]:
    """A disk of memory that is a little larger than what lies on it, mounted over `var`."""
    var = stack.database.parent
    aside = var.rename(var.with_name("aside"))
    var.mkdir()
    used = sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
    stack.disk_size = int(used * MOST_DISK) + 100_000_000
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={stack.disk_size}", "tmpfs", str(var)], capture_output=True
    ).returncode
    shutil.copytree(aside, var, dirs_exist_ok=True)
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(var)], check=True)


def strikes(stack: Stack, faults: dict[str, Fault], asked: argparse.Namespace, *names: str) -> Iterator[Outcome]:
    """Those of the faults that are wanted, one after the other on the same running program."""
    wanted = [name for name in faults if name in asked.names]
    if not wanted:
        return
    stack.start(*names)
    try:
        for number, name in enumerate(wanted):
            yield attempted(faults[name], stack, name, asked.seed + number, asked.rounds)
        if complaint := stack.verified():
            yield Outcome(f"{stack.name}: closings at the end", words=[complaint])
    finally:
        stack.stop()


def attempted(fault: Fault, stack: Stack, name: str, seed: int, rounds: int) -> Outcome:
    """What came of it; a program that does not come back is a violation, not the end of the run."""
    try:
        stack.wait_for("/readyz", seconds=60)
        return fault(stack, seed, rounds)
    except Exception as failure:
        return Outcome(f"{stack.name}: {name}", words=[f"{type(failure).__name__}: {failure}"])


def report(outcomes: list[Outcome], asked: argparse.Namespace, seconds: float) -> int:
    say("\n| fault | rounds | confirmed edits | lost | doubled | 5xx outside | answers again after | verdict |")
    say("|---|---|---|---|---|---|---|---|")
    for one in outcomes:
        say(row(one))
    say("")
    for one in outcomes:
        for words in [*one.words, *one.notes]:
            say(f"{one.name}: {words}")
    written = ROOT / "var" / "faults" / f"{datetime.now(tz=UTC):%Y-%m-%d-%H%M%S}.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(one) | {"holds": one.holds} for one in outcomes]
    written.write_text(json.dumps({"seed": asked.seed, "seconds": round(seconds), "faults": rows}, indent=1) + "\n")
    say(
        f"{len(outcomes)} kinds of fault in {seconds:.0f} s with seed {asked.seed}; kept in {written.relative_to(ROOT)}"
    )
    return int(not outcomes or not all(one.holds for one in outcomes))


def row(one: Outcome) -> str:
    counts = f"{one.rounds} | {one.confirmed:,} | {one.lost} | {one.doubled} | {one.outside}"
    return f"| {one.name} | {counts} | {one.longest:.1f} s | {'holds' if one.holds else 'VIOLATED'} |"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
