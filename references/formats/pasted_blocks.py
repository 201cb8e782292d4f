"""A block copied from a spreadsheet: clipboard text in, statuses or notes out."""

import csv
import io
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import texts
from references.choices import Status

MOST_ROWS, MOST_CELLS = 500, 20_000
NOTE_LIMIT = 32_767

WORDS = {
    **dict.fromkeys(["r", "red"], Status.RED),
    **dict.fromkeys(["a", "amber", "yellow"], Status.AMBER),
    **dict.fromkeys(["g", "green"], Status.GREEN),
}
DENIALS = frozenset(["not", "no", "never", "nearly", "almost", "isn", "nicht", "kein", "pas"])
BLANKS = frozenset(["", "-", "--", "–", "—", "blank", "n/a", "na", "none", "."])
SIGNS_BETWEEN = re.compile(r"\s-+\s|[–—:;,.()\[\]|/]")
# A capital letter in front that a sign sets apart from what follows; a dash in a name or a grade does not, nor does a
# full stop, which would make a Green of “G. Smith agreed”.
LETTER = re.compile(
    r"""\s*(?:
        [(\[]\s*(?P<held>[RAG])\s*[)\]]                    # [A] waiting
        | (?P<bare>[RAG])(?:
            [^\S\r\n]*[\r\n]                             # on a line of its own
            | \s+-+\s | \s*[–—:;,|]                      # R - lost it
            | \s*(?=[(\[])                                # A (waiting)
        )
    )""",
    re.VERBOSE,
)
ORDER = (Status.RED, Status.AMBER, Status.GREEN)
SIGNS = {
    **dict.fromkeys("🔴🟥", "red"),
    **dict.fromkeys("🟠🟧🟡🟨", "amber"),
    **dict.fromkeys("🟢🟩", "green"),
}


class BlockRefused(ValueError):
    """The clipboard text is no block that can be pasted; the message says why."""


class EmptyClipboard(BlockRefused):
    """There is nothing in the clipboard."""

    def __init__(self) -> None:
        super().__init__(_("The clipboard is empty. Cells are blanked with Backspace or Del."))


@dataclass(frozen=True)
class ReadStatus:
    """A status as it was read; `is_mixed` when the worse of two was taken, `says_more` when a note stands beside it."""

    status: Status
    is_mixed: bool = False
    says_more: bool = False


@dataclass(frozen=True)
class Unreadable:
    """A field of the block that is no status, or not a status alone, counted from zero."""

    row: int
    column: int
    text: str


@dataclass(frozen=True)
class Block:
    """A rectangle of values; None where the clipboard had nothing that could be read. Short rows are filled up."""

    rows: tuple[tuple[str | None, ...], ...]
    unreadable: tuple[Unreadable, ...] = ()
    mixed: tuple[Unreadable, ...] = ()
    wordy: tuple[Unreadable, ...] = ()

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0


def read_status(text: str) -> ReadStatus | None:
    """The status that a field names by letter or word; None if it names none, or says more than that in one breath.

    Of two statuses the worse one is taken: `A/G` is Amber. A word set apart by a sign counts, and the rest is a note:
    `Green - signed in May`. So does a capital letter in front, whatever words follow: `R - was Green until May`. What
    belongs to the word may turn its meaning, so that `green?`, `Green by Q4` and `not green yet` are no statuses, and
    the `a` of a sentence is no Amber.
    """
    plain = _plain(text)
    if plain in BLANKS:
        return ReadStatus(Status.BLANK)
    words = _words(plain)
    if "?" in plain or not DENIALS.isdisjoint(words):
        return None
    says_more = not all(word in WORDS for word in words)
    found = [WORDS[word] for word in (_in_front(text) or _set_apart(text) if says_more else words)]
    if not found:
        return None
    return ReadStatus(min(found, key=ORDER.index), is_mixed=len(set(found)) > 1, says_more=says_more)


def names_status(text: str) -> bool:
    """Whether a word of the text is that of a status, whatever it means there."""
    return any(len(word) > 1 and word in WORDS for word in _words(_plain(text)))


def _in_front(text: str) -> list[str]:
    """The single capital letters that stand in front, each set apart by a sign: one as a rule."""
    text, place = text.replace("\u200b", ""), 0
    letters = []
    while found := LETTER.match(text, place):
        letters.append((found["held"] or found["bare"]).casefold())
        place = found.end()
    return letters


def _set_apart(text: str) -> list[str]:
    """The words of statuses that stand by themselves between signs or on a line of their own."""
    parts = [_words(part) for line in text.splitlines() for part in SIGNS_BETWEEN.split(_plain(line))]
    alone = [part for part in parts if all(len(word) > 1 and word in WORDS for word in part)]
    return [word for part in alone for word in part]


def _words(plain: str) -> list[str]:
    return re.findall(r"[^\W_]+", plain)


def read_statuses(text: str) -> Block:
    """A block of statuses. Raises BlockRefused if the text is no block."""
    unreadable, mixed, wordy, rows = [], [], [], []
    for row_number, fields in enumerate(_fields(text)):
        row: list[str | None] = []
        for column, value in enumerate(fields):
            read = read_status(value)
            row.append(None if read is None else read.status.value)
            told = Unreadable(row_number, column, value.strip()[:200])
            if read is None:
                unreadable.append(told)
            elif read.is_mixed:
                mixed.append(told)
            elif read.says_more:
                wordy.append(told)
        rows.append(tuple(row))
    return Block(tuple(rows), tuple(unreadable), tuple(mixed), tuple(wordy))


def read_notes(text: str) -> Block:
    """A block of notes. Raises BlockRefused if the text is no block or a note is too long."""
    rows = [tuple(value.strip() for value in fields) for fields in _fields(text)]
    if any(len(value) > NOTE_LIMIT for row in rows for value in row):
        raise BlockRefused(_("A note is longer than %s characters; shorten it.") % f"{NOTE_LIMIT:,}")
    return Block(tuple(rows))


def _plain(text: str) -> str:
    for sign, word in SIGNS.items():
        text = text.replace(sign, f" {word} ")
    return " ".join(text.casefold().replace("\u200b", "").split())


def _fields(text: str) -> list[list[str]]:
    """The fields of the clipboard text as a rectangle. Tabs separate columns; without any, commas or semicolons do."""
    text = texts.plain(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), line_break=" ")
    if not text.strip("\n"):
        raise EmptyClipboard
    if text.endswith("\n"):
        text = text[:-1]
    separator = _separator(text)
    rows = _parsed(text, separator) if separator else [[line] for line in text.split("\n")]
    width = max(len(row) for row in rows)
    told = _("The block has %(size)s; at most %(most)s can be pasted at once. Paste it in parts, or import the sheet.")
    if len(rows) > MOST_ROWS:
        raise BlockRefused(told % {"size": _rows(len(rows)), "most": _rows(MOST_ROWS)})
    if width * len(rows) > MOST_CELLS:
        raise BlockRefused(told % {"size": _cells(width * len(rows)), "most": _cells(MOST_CELLS)})
    return [row + [""] * (width - len(row)) for row in rows]


def _rows(number: int) -> str:
    return ngettext("%(number)s row", "%(number)s rows", number) % {"number": f"{number:,}"}


def _cells(number: int) -> str:
    return ngettext("%(number)s cell", "%(number)s cells", number) % {"number": f"{number:,}"}


def _separator(text: str) -> str:
    """What separates the columns; a sentence with a comma is one field, a list of statuses is several."""
    if "\t" in text or text.lstrip().startswith('"'):
        return "\t" if "\t" in text or not re.search(r'"\s*[,;]', text) else _densest(text)
    lines = [line for line in text.split("\n") if line.strip()]
    for candidate in ",;":
        if all(candidate in line for line in lines) and all(
            read_status(field) for line in lines for field in line.split(candidate)
        ):
            return candidate
    return ""


def _densest(text: str) -> str:
    return max(",;", key=text.count)


def _parsed(text: str, separator: str) -> list[list[str]]:
    """The rows with quotes undone; text whose quotes do not close is taken as it stands."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        rows = [line.split(separator) for line in text.split("\n")]
    return [row or [""] for row in rows]
