"""What may stand in a text: nothing that nobody sees and that no file gives back."""

import re

# Also what turns the direction of all that follows it, beyond the text's own end: marks of a single letter's stay.
TURNS = r"\u202a-\u202e\u2066-\u2069"
CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{TURNS}\ufffe\uffff]")
# What word processors and old printers break lines with.
BREAKS = re.compile(r"[\x0b\x0c\x85\u2028\u2029]")

# Longer numbers do not fit into the databases' columns.
LONGEST_ID = 18


def plain(text: str, *, line_break: str = "\n") -> str:
    """The text with line breaks of one kind and without control characters; tabs and usual line ends stay."""
    if text.isprintable():
        return text
    return CONTROL.sub("", BREAKS.sub(line_break, text))


def named_id(text: str) -> int:
    """The id of a row that an address or a form names; 0, which no row has, of what none can have."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else 0
