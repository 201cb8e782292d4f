"""Cells of a sheet that are coloured and say nothing: their colour is a status, except where a letter was deleted."""

from collections.abc import Container, Iterator
from dataclasses import replace

from django.utils.formats import number_format
from django.utils.translation import ngettext

from references.formats.rag_rows import RawRow


def counted(rows: Iterator[RawRow], positions: Container[int], notes: list[str], *, is_own: bool) -> Iterator[RawRow]:
    """The rows; after the last one `notes` tells what became of the coloured cells without a word.

    The program's own sheets (`is_own`) carry a letter in every coloured cell: where it is gone somebody emptied the
    cell, and an empty cell changes nothing, whatever colour the deletion left behind.
    """
    count = 0
    for row in rows:
        bare = {at for at, cell in row.cells.items() if cell.colour and not cell.text.strip() and at in positions}
        count += len(bare)
        if bare and is_own:
            cells = {at: replace(cell, colour=None) if at in bare else cell for at, cell in row.cells.items()}
            yield replace(row, cells=cells)
        else:
            yield row
    if count:
        notes.append(_words(count, is_own=is_own) % {"count": number_format(count, force_grouping=True)})


def _words(count: int, *, is_own: bool) -> str:
    if is_own:
        return ngettext(
            "%(count)s cell is coloured but empty, and an empty cell changes nothing: the letter counts here.",
            "%(count)s cells are coloured but empty, and an empty cell changes nothing: the letter counts here.",
            count,
        )
    return ngettext(
        "%(count)s cell has no letter; its colour was taken for the status.",
        "%(count)s cells have no letter; their colour was taken for the status.",
        count,
    )
