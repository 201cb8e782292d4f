"""What may stand in a text: nothing that nobody sees and that no file gives back."""

import re

# Also what turns the direction of all that follows it, beyond the text's own end: marks of a single letter's stay.
TURNS = r"\u202a-\u202e\u2066-\u2069"
CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{TURNS}\ufffe\uffff]")
# What word processors and old printers break lines with.
BREAKS = re.compile(r"[\x0b\x0c\x85\u2028\u2029]")

# Marks that are meant to stand between letters, or to fill: alone they are nothing that anybody could read.
JOINERS = r"\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\ufeff"
FILLERS = r"\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
UNSEEN = re.compile(rf"\s*[{JOINERS}{FILLERS}][\s{JOINERS}{FILLERS}]*")
# Longer numbers do not fit into the databases' columns.
LONGEST_ID = 18


def plain(text: str, *, line_break: str = "\n") -> str:
    """The text with line breaks of one kind and without control characters; tabs and usual line ends stay. Empty if
    it has none but marks that cannot be seen; blanks alone stay, which may be a row of empty cells."""
    cleaned = text if text.isprintable() else CONTROL.sub("", BREAKS.sub(line_break, text))
    return "" if UNSEEN.fullmatch(cleaned) else cleaned


def named_id(text: str) -> int:
    """The id of a row that an address or a form names; 0, which no row has, of what none can have."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else 0
