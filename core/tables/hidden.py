"""Rows and columns that a workbook hides: they are read as the others are, and told of."""

from collections.abc import Iterator
from typing import Protocol, TypeVar
from xml.etree.ElementTree import Element

from django.utils.formats import number_format
from django.utils.translation import ngettext
from openpyxl.utils import get_column_letter

# As many as a sheet can have; what a file claims beyond is not believed.
MOST_COLUMNS = 16_384


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...

    @property
    def is_hidden(self) -> bool: ...


SomeRow = TypeVar("SomeRow", bound=_Numbered)


def is_hidden(element: Element) -> bool:
    """Whether a row's or a column's element says that it is hidden."""
    return element.get("hidden") in ("1", "true")


class HiddenColumns:
    """The hidden columns of a sheet, complete with its first row: a bit for each, however many elements hide them."""

    def __init__(self) -> None:
        self._bits = 0

    def take(self, element: Element) -> None:
        """Look at an element that describes a span of columns; one that makes no sense hides nothing."""
        first, last = (element.get(name, "")[:9] for name in ("min", "max"))
        if is_hidden(element) and first.isdecimal() and last.isdecimal():
            low, high = max(int(first), 1), min(int(last), MOST_COLUMNS)
            if low <= high:
                self._bits |= (1 << high) - (1 << (low - 1))

    def notes(self, width: int) -> list[str]:
        """In words which of the first `width` columns are hidden, by their letters; nothing if none is."""
        hidden = [column for column in range(1, width + 1) if self._bits >> (column - 1) & 1]
        words = ngettext(
            "Hidden column %(columns)s is read too.", "Hidden columns are read too: %(columns)s.", len(hidden)
        )
        return [words % {"columns": ", ".join(_spans(hidden))}] if hidden else []


def _spans(columns: list[int]) -> Iterator[str]:
    """The columns by their letters, neighbours taken together: `B`, `D–F`."""
    start = 0
    for end, column in enumerate(columns, start=1):
        if end == len(columns) or columns[end] != column + 1:
            first, last = get_column_letter(columns[start]), get_column_letter(column)
            yield first if first == last else f"{first}–{last}"
            start = end


def told_hidden(rows: Iterator[SomeRow], notes: list[str]) -> Iterator[SomeRow]:
    """The rows; after the last one `notes` tells how many of them the workbook hides."""
    count = first = 0
    for row in rows:
        if row.is_hidden:
            count, first = count + 1, first or row.number
        yield row
    if count:
        words = ngettext(
            "%(count)s hidden row is read too, row %(row)s.",
            "%(count)s hidden rows are read too, first row %(row)s.",
            count,
        )
        notes.append(words % {"count": number_format(count, force_grouping=True), "row": first})
