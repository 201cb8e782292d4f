"""What is said of a cell of a sheet that is not plain: before an import what will be, after it what was done."""

from typing import Any

from django.utils.translation import gettext

from core.words import gettext_noop

WORDS = {
    "says_more": (
        gettext_noop("“%(text)s” will be taken as %(status)s; all of it will be kept as the note."),
        gettext_noop("“%(text)s” was taken as %(status)s; all of it was kept as the note."),
    ),
    "mixed": (
        gettext_noop("“%(text)s” will be taken as %(status)s, the worse one."),
        gettext_noop("“%(text)s” was taken as %(status)s, the worse one."),
    ),
    "colour_counts": (
        gettext_noop("the colour says %(status)s; “%(text)s” will be kept as the note."),
        gettext_noop("the colour says %(status)s; “%(text)s” was kept as the note."),
    ),
    "no_status": (
        gettext_noop("“%(text)s” is no status; it will be kept as the note."),
        gettext_noop("“%(text)s” is no status; it was kept as the note."),
    ),
}


# What the file itself fails to say, so that nothing is done with it; the problem is told as a table tells it.
BESIDE = gettext_noop("the note beside it %(problem)s")


def remark(name: str, told: dict[str, Any], *, is_done: bool) -> str:
    return gettext(WORDS[name][is_done]) % told
