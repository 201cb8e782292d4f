"""The XML of a sheet and of its strings, an element at a time: what is held in memory at once has a limit."""

from collections.abc import Iterator
from typing import Any, Literal

# The package check has refused every document type before, so there are no entities to expand; this parser is
# several times faster than the one that guards against them.
from xml.etree.ElementTree import Element, iterparse

from django.utils.translation import gettext as _

from core.tables.hidden import HiddenColumns
from core.tables.limits import TableRefused
from core.tables.package import SAVE_AS

NAMESPACES = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",
)
ROWS, COLUMNS, STRINGS, TEXTS, SPOKEN = (
    frozenset(f"{namespace}{name}" for namespace in NAMESPACES) for name in ("row", "col", "si", "t", "rPh")
)
EVENTS: tuple[Literal["start", "end"], ...] = ("start", "end")
# A sheet has at most 16,384 columns, and a cell a few elements; more rows than that, blank ones too, are not read.
MOST_IN_ROW, MOST_ROWS, MOST_BESIDE, DEEPEST = 100_000, 600_000, 600_000, 100
LONGEST_PIECE = 4 * 2**20
MOST_STRINGS, MOST_IN_STRINGS = 500_000, 64 * 2**20


class _Watched:
    """A part of the package; refuses a text or a tag for which it was read on and on."""

    def __init__(self, source: Any) -> None:
        self.source, self.quiet = source, 0

    def read(self, size: int = -1, /) -> bytes:
        read: bytes = self.source.read(size)
        self.quiet += len(read)
        if self.quiet > LONGEST_PIECE:
            raise overfull()
        return read


def overfull() -> TableRefused:
    words = _("The workbook holds more in one place than any spreadsheet program writes.")
    return TableRefused(words + f" {SAVE_AS}")


def _elements(source: Any) -> Iterator[tuple[str, Element]]:
    """The start and the end of every element; what lies too deep, or takes too long to come, is refused."""
    watched, depth = _Watched(source), 0
    for event, element in iterparse(watched, events=EVENTS):  # noqa: S314  see the import
        watched.quiet = 0
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise overfull()
        yield event, element


def row_elements(source: Any, hidden: HiddenColumns) -> Iterator[Element]:
    """The rows of a sheet, each forgotten when the next is asked for, and all that stands beside them at once.

    Which columns are hidden goes into `hidden`.
    """
    parents: list[Element] = []
    rows = beside = inside = 0
    is_inside = False
    for event, element in _elements(source):
        if event == "start":
            parents.append(element)
            beside, inside = (beside, inside + 1) if is_inside else (beside + 1, 0)
            is_inside = is_inside or element.tag in ROWS
            if inside > MOST_IN_ROW or beside > MOST_BESIDE + rows:
                raise overfull()
            continue
        parents.pop()
        if element.tag in ROWS:
            is_inside, rows = False, rows + 1
            if rows > MOST_ROWS:
                raise overfull()
            yield element
        elif element.tag in COLUMNS and not is_inside:
            hidden.take(element)
        if parents and not is_inside:
            parents[-1].clear()


def strings_of(source: Any) -> Iterator[str]:
    """The shared strings of a workbook in their order, without what is only there to be read aloud."""
    watched, strings, length = _Watched(source), 0, 0
    for number, (_event, element) in enumerate(iterparse(watched, events=EVENTS[1:])):  # noqa: S314  see the import
        watched.quiet = 0
        if element.tag in STRINGS:
            is_plain = len(element) == 1 and element[0].tag in TEXTS
            text = element[0].text or "" if is_plain else "".join(_texts(element))
            strings, length = strings + 1, length + len(text)
            yield text
            element.clear()
        if strings > MOST_STRINGS or length > MOST_IN_STRINGS or number > MOST_STRINGS * 8:
            raise overfull()


def _texts(element: Element) -> Iterator[str]:
    for part in element:
        if part.tag in TEXTS:
            yield part.text or ""
        elif part.tag not in SPOKEN:
            yield from _texts(part)
