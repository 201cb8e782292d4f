"""Make a backup of everything while people work: the database as of one instant, then the uploaded files."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from django.core.files.storage import Storage, default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from operations import dumps
from operations.formats import archives

UNFINISHED = ".refprogram-backup-"
SECONDS_LEFT_ALONE = 86_400


def make(path: Path, *, by: User | None, at: datetime) -> Path:
    """Write the backup to `path`, or under a name with the time into it if it is a folder; tells which file it is.

    It stands there only once it is whole and was read again; a backup that was there before stays until then, and
    anything else is not replaced: RuleBroken, as for a folder that there is not. Files are
    read after the database, so that every file of which it knows is there; one that went away meanwhile is left out.
    """
    target = path / f"refprogram-{at:%Y%m%d-%H%M%S}.tar" if path.is_dir() else path
    try:
        _refuse_strange(target)
        with _unfinished(target.parent) as folder:
            manifest = _write(folder, at=at)
            _check(folder, manifest)
            (folder / "archive").replace(target)
            _settle(target.parent)
    except OSError as trouble:
        raise RuleBroken(_("The backup could not be written: %(reason)s") % {"reason": trouble})
    size = target.stat().st_size
    audit.record("backup.made", Programme.current(), by=by, at=at, file=str(target), size=size)
    return target


def _refuse_strange(target: Path) -> None:
    if not target.parent.is_dir():
        raise RuleBroken(_("There is no folder %s.") % target.parent)
    if target.exists() and target.stat().st_size and not archives.is_archive(target):
        raise RuleBroken(_("%s is there already and no backup; choose another name.") % target)


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A folder beside the target, on the same disk; what a backup that was killed left behind is swept away."""
    for left in folder.glob(f"{UNFINISHED}*"):
        if left.stat().st_mtime < time.time() - SECONDS_LEFT_ALONE:
            shutil.rmtree(left, ignore_errors=True)
    made = Path(mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _write(folder: Path, *, at: datetime) -> archives.Manifest:
    copy = folder / "copy"
    dumps.write(copy)
    with (folder / "archive").open("wb") as target:
        (folder / "archive").chmod(0o600)
        writer = archives.Writer(target)
        with copy.open("rb") as content:
            writer.add(archives.DATABASE, content)
        for name in stored_files(default_storage):
            try:
                with default_storage.open(name) as file:
                    writer.add(archives.FILES + name, file)
            except FileNotFoundError:
                continue
        manifest = archives.Manifest(connection.vendor, at.isoformat(), _migrations(), writer.checksums)
        writer.finish(manifest)
        target.flush()
        os.fsync(target.fileno())
    return manifest


def _check(folder: Path, manifest: archives.Manifest) -> None:
    if archives.check(folder / "archive") != manifest:
        raise archives.Damaged(_("The backup could not be read as it was written."))
    dumps.check(folder / "copy")


def _settle(folder: Path) -> None:
    """Have the new name on the disk, not only in the memory of the machine."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def stored_files(storage: Storage, folder: str = "") -> Iterator[str]:
    """The name of every uploaded file and result."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from stored_files(storage, f"{folder}{name}/")


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
