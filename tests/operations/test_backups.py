"""Alex Kim backs the installation up while people work, and puts it back when he must."""

import os
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections

from core.errors import RuleBroken
from core.models import AuditEvent
from customers.models import Customer
from operations import dumps
from operations.actions import backups, restores
from operations.formats import archives
from references.actions import closings
from references.models import Cell, CellChange, Closing
from tests.factories import person
from tests.references.ledger import FIVE_PAST, IN_Q1, Q4, company, green, set_cell

EVIDENCE = "evidence/agreement.pdf"


@pytest.fixture
def acme(transactional_db, own_files):
    """A small installation: one closed quarter, one uploaded file."""
    default_storage.save(EVIDENCE, ContentFile(b"We agree. " * 5000))
    acme = green("Acme", by=person("Maria Chen", "csm"))
    closings.close(Q4, by=None, at=FIVE_PAST)
    return acme


def backup(path):
    said = StringIO()
    call_command("backup", str(path), stdout=said)
    return said.getvalue()


def restore(path, *options):
    said = StringIO()
    call_command("restore", str(path), *options, stdout=said, stderr=said)
    return said.getvalue()


@pytest.fixture
def kept(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("kept")


def test_everything_is_as_it_was_after_a_restore(acme, kept, own_files):
    before = Closing.objects.get().seal, CellChange.objects.count()
    assert "is written and verified" in backup(kept / "monday.tar")
    assert AuditEvent.objects.get(event="backup.made").detail["file"].endswith("monday.tar")
    assert (kept / "monday.tar").stat().st_mode & 0o077 == 0, "nobody else may read it"

    company("Founded on Tuesday", at=IN_Q1)
    set_cell(Customer.objects.get(name="Acme"), "red", key="logo", at=IN_Q1)
    default_storage.delete(EVIDENCE)
    default_storage.save("evidence/of-tuesday.pdf", ContentFile(b"later"))
    said = restore(kept / "monday.tar", "--replace")

    assert "with 1 files" in said
    assert "1 closings verified" in said
    assert [one.name for one in Customer.objects.all()] == ["Acme"]
    assert (Closing.objects.get().seal, CellChange.objects.count()) == before
    assert list(backups.stored_files(default_storage)) == [EVIDENCE]
    assert (own_files / EVIDENCE).read_bytes() == b"We agree. " * 5000
    assert AuditEvent.objects.filter(event="backup.restored").count() == 1
    assert company("Founded on Wednesday", at=IN_Q1).pk > acme.pk
    with pytest.raises(Exception, match="insert-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM references_cellchange")


def test_a_backup_replaces_a_backup_and_no_other_file(acme, kept):
    backup(kept / "daily.tar")
    first = (kept / "daily.tar").stat().st_ino
    backup(kept / "daily.tar")
    assert (kept / "daily.tar").stat().st_ino != first
    (kept / "minutes.txt").write_text("Of the board")
    with pytest.raises(CommandError, match=r"minutes\.txt is there already and no backup; choose another name"):
        backup(kept / "minutes.txt")
    assert (kept / "minutes.txt").read_text() == "Of the board"
    with pytest.raises(CommandError, match=r"There is no folder .*nowhere\."):
        backup(kept / "nowhere" / "daily.tar")


def test_a_restore_is_refused_in_a_line_before_anything_is_touched(acme, kept, monkeypatch):
    backup(kept / "monday.tar")
    company("Founded on Tuesday", at=IN_Q1)
    content = bytearray((kept / "monday.tar").read_bytes())
    content[2000] ^= 1
    (kept / "damaged.tar").write_bytes(content)
    monkeypatch.setattr(backups, "_migrations", lambda: ["core.9999_of_next_year"])
    backup(kept / "newer.tar")
    for name, options, words in [
        ("monday", [], "in use: .* say --replace"),
        ("damaged", ["--replace"], "database is not as it was written"),
        ("newer", ["--replace"], "newer program, which knows core.9999_of_next_year"),
        ("nowhere", ["--replace"], "no such file"),
    ]:
        with pytest.raises(CommandError, match=words):
            restore(kept / f"{name}.tar", *options)
    assert Customer.objects.count() == 2


def test_a_backup_of_another_database_is_refused():
    with pytest.raises(RuleBroken, match="one of oracle, this installation runs on"):
        restores.refuse_foreign(archives.Manifest("oracle", "2026-11-22", []))


def test_an_interrupted_backup_leaves_the_former_one_and_nothing_else(acme, kept, monkeypatch):
    backup(kept / "daily.tar")
    former = (kept / "daily.tar").read_bytes()

    def interrupted(*_arguments):
        raise KeyboardInterrupt

    for step in ("write", "check"):
        with monkeypatch.context() as patched:
            patched.setattr(dumps, step, interrupted)
            with pytest.raises(KeyboardInterrupt):
                backup(kept / "daily.tar")
        assert (kept / "daily.tar").read_bytes() == former
        assert [path.name for path in kept.iterdir()] == ["daily.tar"]
    assert AuditEvent.objects.filter(event="backup.made").count() == 1

    left = kept / f"{backups.UNFINISHED}killed-last-week"
    left.mkdir()
    (left / "archive").write_text("half")
    os.utime(left, (0, 0))
    backup(kept)
    assert sorted(path.suffix for path in kept.iterdir()) == [".tar", ".tar"]

    def full(_target):
        raise OSError("No space left on device")

    monkeypatch.setattr(dumps, "write", full)
    with pytest.raises(CommandError, match="could not be written: No space left on device"):
        backup(kept)


def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(acme, kept, monkeypatch):
    """PostgreSQL's script is cut short behind the tables; SQLite's copy is no database."""
    backup(kept / "monday.tar")
    company("Founded on Tuesday", at=IN_Q1)
    if connection.vendor == "postgresql":
        monkeypatch.setattr(dumps, "EMPTY", f"{dumps.EMPTY}; SELECT 1 / 0;")
    else:
        monkeypatch.setattr(dumps, "check", lambda path: path.write_bytes(b"no database" * 1000))
    with pytest.raises(CommandError, match=r"division by zero|not a database"):
        restore(kept / "monday.tar", "--replace")
    assert Customer.objects.count() == 2


def test_a_backup_taken_while_people_edit_holds_every_cell_with_its_history(acme, kept):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("a database in memory has one connection, so nothing happens at the same moment")
    over, edits = threading.Event(), []

    def edit_on():
        try:
            while not over.is_set():
                set_cell(company(f"Company {len(edits)}", at=IN_Q1), "amber", key="logo", at=IN_Q1)
                edits.append(1)
        finally:
            connections.close_all()

    editor = threading.Thread(target=edit_on)
    editor.start()
    try:
        for number in range(3):
            backup(kept / f"{number}.tar")
    finally:
        over.set()
        editor.join(timeout=30)
    assert edits
    assert "1 closings verified" in restore(kept / "2.tar", "--replace")
    assert Cell.objects.count() == CellChange.objects.count() >= 1
