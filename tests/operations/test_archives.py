"""An archive is what was put into it, bit by bit, or it is refused."""

import io

import pytest

from core.errors import RuleBroken
from operations.formats import archives

NAMES = [archives.DATABASE, "files/evidence/Zusage für Müller.pdf", f"files/{'long/' * 40}name.pdf"]


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "monday.tar"
    with path.open("wb") as target:
        writer = archives.Writer(target)
        for name in NAMES:
            writer.add(name, io.BytesIO(name.encode() * 3000))
        writer.finish(archives.Manifest("sqlite", "2026-11-22T09:00:00+00:00", ["core.0001_initial"], writer.checksums))
    return path


def test_what_was_put_in_comes_out(archive):
    manifest = archives.check(archive)
    assert (manifest.engine, manifest.migrations) == ("sqlite", ["core.0001_initial"])
    assert manifest.files == {name.removeprefix("files/") for name in NAMES[1:]}
    assert {name: content.read() for name, content in archives.members(archive) if name in NAMES} == {
        name: name.encode() * 3000 for name in NAMES
    }


@pytest.mark.parametrize(
    "found", [b"database" * 20, b"ller.pdffiles", b"2026-11-22", b'"seal": "', b"core.0001", b"ustar"]
)
def test_a_single_flipped_bit_is_found(archive, found):
    content = bytearray(archive.read_bytes())
    content[content.index(found) + len(found)] ^= 1
    archive.write_bytes(content)
    with pytest.raises(archives.Damaged, match="damaged"):
        archives.check(archive)


@pytest.mark.parametrize("part", [0, 1, 300, 512, 5_000, 20_000, -11_000])
def test_an_archive_that_was_cut_short_is_found(archive, part):
    archive.write_bytes(archive.read_bytes()[:part])
    with pytest.raises(archives.Damaged, match="damaged"):
        archives.check(archive)


def test_something_else_is_no_backup(tmp_path):
    (tmp_path / "letter.tar").write_text("Dear Alex,")
    with pytest.raises(RuleBroken, match="no backup of this program"):
        archives.check(tmp_path / "letter.tar")
    with pytest.raises(RuleBroken, match="no such file"):
        archives.check(tmp_path / "nowhere.tar")
