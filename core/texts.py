"""What may stand in a text: nothing that nobody sees and that no file gives back."""

import re
import unicodedata

# Also what turns the direction of all that follows it, beyond the text's own end: marks of a single letter's stay.
TURNS = r"\u202a-\u202e\u2066-\u2069"
CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{TURNS}\ufffe\uffff]")
# What word processors and old printers break lines with.
BREAKS = re.compile(r"[\x0b\x0c\x85\u2028\u2029]")

# What only tells where a word may be broken: from pages and word processors, and seen by nobody.
UNSEEN = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
# Letters of other scripts that stand for nothing.
FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
MARKS = frozenset(["Cf", "Cc", "Mn", "Zs", "Zl", "Zp"])
# Longer numbers do not fit into the databases' columns.
LONGEST_ID = 18


def plain(text: str, *, line_break: str = "\n") -> str:
    """The text with line breaks of one kind and without control characters; tabs and usual line ends stay. Empty if
    it has none but marks that cannot be seen; blanks alone stay, which may be a row of empty cells."""
    cleaned = text if text.isprintable() else UNSEEN.sub("", CONTROL.sub("", BREAKS.sub(line_break, text)))
    return cleaned if any(map(_is_seen, cleaned)) or cleaned.isspace() else ""


def _is_seen(char: str) -> bool:
    """Whether a character shows when it stands alone; joiners between letters do not, but belong there."""
    return char not in FILLERS and (char.isalnum() or unicodedata.category(char) not in MARKS)


def named_id(text: str) -> int:
    """The id of a row that an address or a form names; 0, which no row has, of what none can have."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else 0
