"""What may stand in a text: nothing that nobody sees and that no file gives back."""

import re

# Also what turns the direction of all that follows it, beyond the text's own end: marks of a single letter's stay.
TURNS = r"\u202a-\u202e\u2066-\u2069"
CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{TURNS}\ufffe\uffff]")
# What word processors and old printers break lines with.
BREAKS = re.compile(r"[\x0b\x0c\x85\u2028\u2029]")


def plain(text: str, *, line_break: str = "\n") -> str:
    """The text with line breaks of one kind and without control characters; tabs and usual line ends stay."""
    if text.isprintable():
        return text
    return CONTROL.sub("", BREAKS.sub(line_break, text))
