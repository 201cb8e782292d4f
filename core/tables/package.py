"""What a file really is, and whether a workbook is safe to open: both judged by its content, never by its name."""

import re
import zipfile
import zlib
from typing import BinaryIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.tables.limits import Limits, TableRefused

SMALL = 10 * 2**20
CHUNK = 1 << 18
PROLOG = 1 << 16
ROOT = re.compile(rb"<[A-Za-z_:]")
REMARK = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
# Parts that are read row by row; of every other one the whole stands in memory, each element as an object.
IN_PIECES = re.compile(
    r"(^|/)(worksheets/|sharedStrings|comments|threadedComments|media/|embeddings/|drawings/)", re.IGNORECASE
)
LARGEST_WHOLE, MOST_ELEMENTS, MOST_SHEETS = 8 * 2**20, 200_000, 250
A_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")
SAVE_AS = gettext_lazy("Open it in your spreadsheet program and save it as XLSX or CSV.")
PASSWORD = "EncryptedPackage".encode("utf-16-le")


def kind_of(file: BinaryIO, *, limits: Limits) -> str:
    """`xlsx` or `text`; anything else, and any file over the limit, is refused with a hint."""
    size = file.seek(0, 2)
    if size == 0:
        raise TableRefused(_("The file is empty."))
    if size > limits.bytes:
        words = _(
            "The file is larger than the limit of %(limit)s MB. Split it, or ask the programme manager to raise the "
            "limit."
        )
        raise TableRefused(words % {"limit": number_format(limits.bytes / 2**20, 0, force_grouping=True)})
    file.seek(0)
    start = file.read(4096)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx"
    _refuse_others(file, start)
    return "text"


def _refuse_others(file: BinaryIO, start: bytes) -> None:
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        file.seek(0)
        if PASSWORD in file.read():
            raise TableRefused(_("The workbook is protected by a password. Save it without one."))
        raise TableRefused(_("This is an old workbook (.xls).") + f" {SAVE_AS}")
    if start.startswith(b"%PDF"):
        raise TableRefused(_("This is a PDF, not a table. Export the table as XLSX or CSV."))
    if start.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        raise TableRefused(_("This is a packed file. Unpack it and upload the table inside."))
    opening = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if opening.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise TableRefused(_("This is a web page or XML, not a table.") + f" {SAVE_AS}")
    if opening.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8")):
        raise TableRefused(_("This is a picture, not a table."))


def check_package(file: BinaryIO, *, limits: Limits) -> None:
    """Refuse what is no workbook, what unpacks to too much, and XML that declares entities.

    The directory may lie about sizes, so every part is unpacked once and counted while that happens.
    """
    file.seek(0)
    size = file.seek(0, 2)
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            _refuse_foreign({part.filename for part in parts})
            if len(parts) > 10_000:
                raise TableRefused(_("The workbook consists of too many parts."))
            _refuse_bomb(sum(part.file_size for part in parts), size, limits)
            unpacked = 0
            for part in parts:
                unpacked = _unpack(package, part, unpacked, size, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as refusal:
        raise TableRefused(_("The workbook is damaged and does not open.") + f" {SAVE_AS}") from refusal
    except RuntimeError as refusal:
        raise TableRefused(_("The workbook is protected by a password. Save it without one.")) from refusal


def _refuse_foreign(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise TableRefused(_("This is a binary workbook (.xlsb).") + f" {SAVE_AS}")
    if "content.xml" in names and "mimetype" in names:
        raise TableRefused(_("This is an OpenDocument file.") + f" {SAVE_AS}")
    if not any(name.lower().startswith("xl/") for name in names):
        raise TableRefused(_("This packed file holds no workbook. Upload an XLSX or CSV file."))


def _refuse_bomb(unpacked: int, size: int, limits: Limits) -> None:
    if unpacked > limits.unpacked or (unpacked > SMALL and unpacked > size * limits.ratio):
        words = _(
            "The workbook unpacks to more than the program reads (%(limit)s MB, %(ratio)s times its size). Save only "
            "the rows you need, as CSV."
        )
        limit = number_format(limits.unpacked / 2**20, 0, force_grouping=True)
        raise TableRefused(words % {"limit": limit, "ratio": limits.ratio})


def _unpack(package: zipfile.ZipFile, part: zipfile.ZipInfo, before: int, size: int, limits: Limits) -> int:
    """The bytes unpacked so far, with this part; its first bytes are looked through if it is XML."""
    unpacked = before
    with package.open(part) as content:
        start = content.read(PROLOG)
        unpacked += len(start)
        if (
            part.filename.lower().endswith((".xml", ".rels"))
            or start[:4].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n")[:1] == b"<"
        ):
            _refuse_entities(start)
        is_whole, chunk, elements = not IN_PIECES.search(part.filename), start, 0
        while chunk:
            elements += chunk.count(b"<")
            if is_whole and (elements > MOST_ELEMENTS or unpacked - before > LARGEST_WHOLE):
                raise TableRefused(
                    _("The workbook holds more styles, names or sheets than the program reads.") + _csv()
                )
            if part.filename.lower().endswith("workbook.xml") and len(A_SHEET.findall(chunk)) > MOST_SHEETS:
                raise TableRefused(_("The workbook has more than %(count)s sheets.") % {"count": MOST_SHEETS} + _csv())
            chunk = content.read(CHUNK)
            unpacked += len(chunk)
            _refuse_bomb(unpacked, size, limits)
    return unpacked


def _csv() -> str:
    return " " + _("Save only the sheet that you need, as CSV.")


def _refuse_entities(start: bytes) -> None:
    """A document type can only stand before the first element, so nothing else needs to be looked through."""
    plain = REMARK.sub(b"", start)
    root = ROOT.search(plain)
    if root is None or b"<!" in plain[: root.start()]:
        raise TableRefused(_("The workbook contains XML that no spreadsheet program writes.") + f" {SAVE_AS}")
