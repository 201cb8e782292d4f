"""`python -m bench`: measure, print the table, keep it; exit code 1 where a target is missed."""

import argparse
import os
import sys
import time
from datetime import UTC, datetime

from bench import tables
from bench.databases import DEFAULT
from bench.measures import Row
from bench.stage import raised
from bench.works import WORKS


def main() -> int:
    wanted = arguments()
    server, rows, day = os.environ.get("DATABASE_URL", DEFAULT), list[Row](), datetime.now(tz=UTC).date()
    say(f"Preparing {wanted.customers} customers …")
    sizes = {"customers": wanted.customers, "rounds": wanted.rounds, "requests": wanted.requests}
    with raised(server, name=wanted.database, **sizes) as stage:
        for name in wanted.only:
            began = time.monotonic()
            measured = list(WORKS[name](stage))
            rows += measured
            path = tables.store(measured, day)
            say(f"{name}: measured in {time.monotonic() - began:.0f} s\n{tables.text(measured)}\n")
    if not wanted.keep:
        stage.database.drop()
    say(f"\n{tables.text(rows)}\n\nKept in {path}")
    return int(any(row.holds is False for row in rows))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=400, help="small requests that make a round")
    parser.add_argument("--only", type=works, default=[*WORKS], metavar="WORK,…", help=f"of {', '.join(WORKS)}")
    parser.add_argument("--keep", action="store_true", help="leave the database for the next run")
    parser.add_argument(
        "--database",
        default=os.environ.get("BENCH_DATABASE", "refprogram_bench"),
        metavar="NAME",
        help="how the databases' names begin, for checkouts that share a server (default: BENCH_DATABASE)",
    )
    return parser.parse_args()


def works(text: str) -> list[str]:
    named = text.split(",")
    unknown = [name for name in named if name not in WORKS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such work: {', '.join(unknown)}")
    # In their own order: the later ones copy the database, for which it closes the connections of the servers.
    return [name for name in WORKS if name in named]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
