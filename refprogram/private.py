"""What an installation keeps on its own disk is for the account that it runs under, and for no other on the machine."""

import os
from contextlib import suppress
from pathlib import Path

FOLDER, FILE, OTHERS = 0o700, 0o600, 0o077
# What SQLite writes beside a database takes the rights of it, but only when it is made.
BESIDE = ("", "-wal", "-shm", "-journal")


def make_folder(path: Path, *, is_chosen: bool = True) -> None:
    """One that somebody chose and that exists already keeps its rights: others may need it. One that nobody chose is
    the program's own, and is closed if an earlier version made it open."""
    path.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    if not is_chosen:
        close(path, FOLDER)


def close_database(path: Path) -> None:
    """Call this before SQLite opens the file: it would make one that everybody may read. Of a database that exists
    already, made by an earlier version, the rights of others are taken away. Never fails: what the disk or its owner
    does not allow is left as it is."""
    with suppress(OSError):
        # Only a file that is new: closing one that SQLite has open in this process would drop the locks it holds.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE))
    for ending in BESIDE:
        close(path.with_name(path.name + ending), FILE)


def close(path: Path, mode: int) -> None:
    """Take the rights of others away from what exists already, if it is ours."""
    with suppress(OSError):
        if path.stat().st_mode & OTHERS:
            path.chmod(mode)
