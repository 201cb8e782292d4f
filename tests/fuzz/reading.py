"""Read files, each in a process of its own that may not take more than so much memory, and tell what came of it.

`python -m tests.fuzz.reading FILE …` prints a line of JSON for each: `told` (what was read, or the refusal), `trouble`
(anything else), the processor's seconds, and the megabytes at most in use above those of the program alone.
"""

import json
import os
import resource
import sys
import traceback
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import django

from customers.rules.import_outcomes import TRIED_AT_ONCE

MIB = 2**20
# Far above what is asserted: a file that would take the whole machine ends here, with a MemoryError.
MOST_MEMORY = 3072 * MIB


def table(file: BinaryIO) -> str:
    """As an upload of customers looks at it: its header and the rows that are tried at once."""
    from core.tables import open_table

    with open_table(file) as found:
        rows = problems = 0
        for row in islice(found.rows, TRIED_AT_ONCE + 1):
            assert len(row.values) == len(found.headers)
            rows, problems = rows + 1, problems + bool(row.problem)
    return f"{len(found.headers)} columns, {rows} rows, {problems} with a problem"


def sheet(file: BinaryIO) -> str:
    """As an upload of a RAG sheet looks at it."""
    from references.formats.rag_sheets import open_sheet, read_cell

    names = {"logo": "Logo", "reference_call": "Reference call"}
    with open_sheet(file, names=names) as found:
        rows = [[read_cell(cell) for cell in row.cells.values()] for row in islice(found.rows, TRIED_AT_ONCE + 1)]
    return f"{len(found.headers)} columns, {len(rows)} rows"


def last(file: BinaryIO) -> str:
    """As a worker reads it, to its last row."""
    from core.tables import open_table

    with open_table(file) as found:
        return f"{sum(1 for _row in found.rows)} rows"


READERS: dict[str, Callable[[BinaryIO], str]] = {"table": table, "sheet": sheet, "last": last}


def read(reader: Callable[[BinaryIO], str], path: Path) -> dict[str, str]:
    from core.tables import TableRefused

    try:
        with path.open("rb") as file:
            return {"told": reader(file)}
    except TableRefused as refusal:
        return {"told": f"refused: {refusal}"}
    except BaseException:
        return {"trouble": traceback.format_exc(limit=-4)}


def measured(name: str, path: Path) -> dict[str, Any]:
    """What a child of this process made of the file; this process has no threads and no database."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        came = read(READERS[name], path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        with os.fdopen(outlet, "w") as tell:
            json.dump({**came, "peak_mb": round(peak / 1024)}, tell)
        os._exit(0)
    os.close(outlet)
    with os.fdopen(inlet) as heard:
        came = heard.read()
    _child, status, usage = os.wait4(child, 0)
    found = json.loads(came) if came else {"trouble": f"the process ended with {status}", "peak_mb": 0}
    return {"file": path.name, "reader": name, "seconds": round(usage.ru_utime + usage.ru_stime, 2), **found}


def results(paths: list[Path], *, quick: bool) -> Iterator[dict[str, Any]]:
    """Every file by every reader; when in a hurry each by one of the two that a page uses."""
    for number, path in enumerate(paths):
        for name in [[*READERS][number % 2]] if quick else READERS:
            yield measured(name, path)


if __name__ == "__main__":
    django.setup()
    from references.formats import rag_sheets  # noqa: F401  # so that its memory counts as the program's

    arguments = sys.argv[1:]
    files = [Path(argument) for argument in arguments if argument != "--quick"]
    for result in results(files, quick="--quick" in arguments):
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
