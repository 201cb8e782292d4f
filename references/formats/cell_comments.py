"""The comments of a sheet, which the row-by-row reader of workbooks leaves out."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _

from core.texts import plain

NOTE, THREAD = "/comments", "/threadedComment"
OPTIONS = {"forbid_dtd": True, "forbid_entities": True, "forbid_external": True}
LONGEST = 32_767


class CommentsUnreadable(ValueError):
    """The part of the workbook that holds the comments is damaged."""


def comments_of(file: BinaryIO, sheet_path: str) -> dict[str, str]:
    """The comments of a sheet by the address of their cell; of a thread, all its remarks one below the other."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = dict(_related(package, sheet_path))
            notes = _notes(package, parts[NOTE]) if NOTE in parts else {}
            threads = _threads(package, parts[THREAD]) if THREAD in parts else {}
    except (ParseError, DefusedXmlException, zipfile.BadZipFile, KeyError, ValueError, OSError) as problem:
        raise CommentsUnreadable(_("The comments of the sheet could not be read.")) from problem
    # A thread leaves a note behind for old programs, which says that it is one.
    return notes | threads


def clean(text: str) -> str:
    """The text as a workbook can hold it: one kind of line end, no control characters, no blanks around it."""
    if text.isprintable():
        return text.strip()[:LONGEST]
    return plain(text.replace("\r\n", "\n").replace("\r", "\n")).strip()[:LONGEST]


def _related(package: zipfile.ZipFile, sheet_path: str) -> Iterator[tuple[str, str]]:
    folder, name = posixpath.split(sheet_path.lstrip("/"))
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in package.namelist():
        return
    for element in _elements(package, rels, "Relationship"):
        kind, target = element.get("Type", ""), element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        for wanted in (NOTE, THREAD):
            if kind.endswith(wanted) and path in package.namelist():
                yield wanted, path


def _notes(package: zipfile.ZipFile, path: str) -> dict[str, str]:
    authors: list[str] = []
    found: dict[str, str] = {}
    for element in _elements(package, path, "author", "comment"):
        if element.tag.endswith("author"):
            authors.append((element.text or "").strip())
            continue
        text = "".join(part.text or "" for part in element.iter() if part.tag.endswith("}t"))
        found[element.get("ref", "")] = _without_author(text, authors, element.get("authorId", ""))
    return {address: clean(text) for address, text in found.items() if text.strip()}


def _without_author(text: str, authors: list[str], number: str) -> str:
    """Spreadsheet programs begin a comment with its author's name and a colon."""
    author = authors[int(number)] if number.isdigit() and int(number) < len(authors) else ""
    return re.sub(rf"\A{re.escape(author)}:\n", "", text, count=1) if author else text


def _threads(package: zipfile.ZipFile, path: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for element in _elements(package, path, "threadedComment"):
        text = "".join(part.text or "" for part in element.iter() if part.tag.endswith("}text"))
        found.setdefault(element.get("ref", ""), []).append(text)
    return {address: clean("\n".join(texts)) for address, texts in found.items()}


def _elements(package: zipfile.ZipFile, path: str, *names: str) -> Iterator[Any]:
    with package.open(path) as source:
        for _event, element in iterparse(source, events=("end",), **OPTIONS):
            if element.tag.rpartition("}")[2] in names:
                yield element
                element.clear()
