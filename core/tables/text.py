"""Comma, semicolon, tab and pipe separated text in the encodings that spreadsheets and CRM systems write.

A text is UTF-16 if it says so; else UTF-8, and Windows-1252 wherever it is not UTF-8.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.tables.limits import TableRefused
from core.tables.tidy import Row

SEPARATORS = ",;\t|"
SAMPLE = 65_536
NAMED_SEPARATOR = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
# Half of a pair, which no encoding yields: it marks what none of them explains, so that the row can be named.
UNKNOWN = "\udc80"
# What has to be held in memory at once, and what has to be looked through before the first row is found.
LONGEST_RECORD, MOST_RECORDS = 4 * 2**20, 1_000_000


def _encoding_of(file: BinaryIO) -> str:
    file.seek(0)
    return "utf-16" if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def _as_windows_1252(refusal: UnicodeError) -> tuple[str, int]:
    """What is not UTF-8 in a text that is UTF-8 elsewhere, or nowhere: lines of several systems meet in one file."""
    if not isinstance(refusal, UnicodeDecodeError) or not refusal.encoding.startswith("utf-8"):
        raise refusal
    read = refusal.object[refusal.start : refusal.end].decode("cp1252", "replace")
    return read.replace("\ufffd", UNKNOWN), refusal.end


codecs.register_error("windows-1252", _as_windows_1252)


def separator_of(sample: str) -> str:
    """The separator that cuts the header and most rows of the sample into the same number of cells."""
    named = NAMED_SEPARATOR.match(sample)
    if named:
        return named[1]
    return max(SEPARATORS, key=lambda separator: _fitness(sample, separator))


def _fitness(sample: str, separator: str) -> tuple[bool, float, int]:
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            if any(record):
                widths.append(len(record))
    except csv.Error:
        return (False, 0.0, 0)
    whole = widths[:-1] if len(sample) >= SAMPLE else widths
    if not whole:
        return (False, 0.0, 0)
    usual, times = Counter(whole).most_common(1)[0]
    if max(usual, whole[0]) == 1:
        return (False, 0.0, 0)
    # A header cut in many is better evidence than rows that happen to hold a decimal comma.
    return (whole[0] > 1, round(times / len(whole), 1) if usual == whole[0] else 0.0, whole[0])


def records(file: BinaryIO) -> Iterator[Row]:
    """Every record with the row number that a spreadsheet would show."""
    encoding = _encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="windows-1252", newline="")
    try:
        yield from _parsed(text)
    finally:
        text.detach()


class _Lines:
    """The lines of a text. What belongs to one record is counted in `held`; whoever takes a record says so."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text, self.held, self.records = text, 0, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self.text)
        self.held += len(line)
        if self.held > LONGEST_RECORD:
            words = _("a row is longer than any table needs. Is this a table, with a row on each line?")
            raise TableRefused(words, row=self.records + 1)
        return line

    def taken(self, number: int) -> None:
        """The record of this number is whole: what follows belongs to the next one."""
        self.held, self.records = 0, number


def _parsed(text: io.TextIOWrapper) -> Iterator[Row]:
    number = 0
    try:
        sample = text.read(SAMPLE)
        text.seek(0)
        lines = _Lines(text)
        for number, values in enumerate(csv.reader(lines, delimiter=separator_of(sample), strict=True), start=1):
            lines.taken(number)
            if number > MOST_RECORDS:
                words = _("the file has more lines than any table that the program reads; split it.")
                raise TableRefused(words, row=number)
            if not values or (number == 1 and NAMED_SEPARATOR.match(sample)):
                continue
            _refuse_unreadable(values, row=number)
            yield Row(number, values)
    except csv.Error as refusal:
        raise TableRefused(_in_words(refusal), row=number + 1) from refusal
    except UnicodeDecodeError as refusal:
        words = _("the text is damaged: it is not what its encoding promises.")
        raise TableRefused(words, row=number + 1) from refusal


def _refuse_unreadable(values: list[str], *, row: int) -> None:
    line = "".join(values)
    if "\0" in line:
        raise TableRefused(_("there is a NUL character. Is this a text file? Save it as CSV (UTF-8) or XLSX."), row=row)
    if UNKNOWN in line:
        raise TableRefused(_("there are bytes that are neither UTF-8 nor Windows-1252."), row=row)


def _in_words(refusal: csv.Error) -> str:
    if "field limit" in str(refusal):
        return _("a cell is longer than a spreadsheet can hold; perhaps a quotation mark is opened and never closed.")
    if "unexpected end" in str(refusal):
        return _("a quotation mark is opened and never closed.")
    return _("a quotation mark stands in the middle of a cell; write it twice inside a quoted cell.")
