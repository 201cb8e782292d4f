"""A backup as one file: a tar of the database's copy, the uploaded files and, last, a manifest with their checksums."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from core.errors import RuleBroken

MANIFEST, DATABASE, FILES = "manifest.json", "database", "files/"
LAYOUT, CHUNK = 1, 1 << 20


class Damaged(RuleBroken):
    """What is in the archive is not what was put into it."""


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: which kind of database, with which migrations, and the SHA-256 of every member."""

    engine: str
    made_at: str
    migrations: list[str]
    checksums: dict[str, str] = field(default_factory=dict)
    layout: int = LAYOUT

    @property
    def files(self) -> set[str]:
        """The names under which the storage knows the uploaded files."""
        return {name.removeprefix(FILES) for name in self.checksums if name.startswith(FILES)}

    def as_json(self) -> bytes:
        """The manifest with a seal over itself, so that a flipped bit in it is seen too."""
        told = asdict(self)
        return json.dumps(told | {"seal": _seal(told)}, indent=1, sort_keys=True).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Manifest":
        try:
            told = json.loads(content)
            sealed = told.pop("seal") == _seal(told)
            manifest = cls(**told)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Damaged(_("The backup is damaged: its manifest cannot be read."))
        if not sealed or manifest.layout != LAYOUT:
            raise Damaged(
                _("The backup is damaged, or made by a newer program: its manifest is not as it was written.")
            )
        return manifest


class _Hashing:
    """A file that remembers the checksum of what was read from it."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.content.read(size)
        self.digest.update(chunk)
        return chunk


class Writer:
    """Adds members, each read once, and at the end the manifest."""

    def __init__(self, target: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=target, mode="w")  # noqa: SIM115
        self.checksums: dict[str, str] = {}

    def add(self, name: str, content: IO[bytes]) -> None:
        """Add as much as the file holds now; one that shrinks meanwhile is an OSError."""
        info = tarfile.TarInfo(name)
        info.size = content.seek(0, io.SEEK_END)
        content.seek(0)
        hashing = _Hashing(content)
        self.tar.addfile(info, hashing)
        self.checksums[name] = hashing.digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        content = manifest.as_json()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(content)
        self.tar.addfile(info, io.BytesIO(content))
        self.tar.close()


def check(path: Path) -> Manifest:
    """Read the whole archive; raise Damaged unless it holds exactly what its manifest says, bit by bit."""
    found: dict[str, str] = {}
    manifest = None
    with _damage_in_words():
        for name, content in members(path):
            if name == MANIFEST:
                manifest = Manifest.parse(content.read())
            else:
                found[name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    if manifest is None:
        raise Damaged(_("The backup is damaged: it ends before its manifest."))
    wrong = sorted({name for name, _sum in found.items() ^ manifest.checksums.items()})
    if wrong or DATABASE not in found:
        raise Damaged(
            _("The backup is damaged: %(name)s is not as it was written.") % {"name": (wrong or [DATABASE])[0]}
        )
    return manifest


def is_archive(path: Path) -> bool:
    """Whether the file begins as a backup does, whole or not."""
    try:
        return next(members(path), ("", None))[0] == DATABASE
    except (tarfile.TarError, EOFError):
        return False


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Every file of the archive with its content, which is read before the next one is asked for."""
    with tarfile.open(path, mode="r:") as tar:
        for info in tar:
            content = tar.extractfile(info)
            if content is not None:
                yield info.name, content


@contextmanager
def _damage_in_words() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise RuleBroken(_("There is no such file."))
    except (tarfile.TarError, EOFError, OSError) as trouble:
        raise Damaged(_("The backup is damaged or no backup of this program: %(reason)s.") % {"reason": trouble})


def _seal(told: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
