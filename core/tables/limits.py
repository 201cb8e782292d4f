"""How much of a file the program is willing to read, and how it refuses the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.errors import RuleBroken


class TableRefused(RuleBroken):
    """The file cannot be read as a table. `row` is the row at which reading stopped, if it was one."""

    def __init__(self, message: str, *, row: int | None = None) -> None:
        super().__init__(message if row is None else _("Row %(row)s: %(message)s") % {"row": row, "message": message})
        self.row = row


class TooWide(TableRefused):
    """The header has more columns than are read."""


def no_sheet(name: str, known: Iterable[str]) -> TableRefused:
    """The refusal of a sheet that the workbook does not have."""
    words = _("There is no sheet “%(name)s” in the workbook; it has %(sheets)s.")
    return TableRefused(words % {"name": name, "sheets": ", ".join(known)})


@dataclass(frozen=True)
class Limits:
    """Sizes above which a file is refused.

    `cell` is what a spreadsheet can hold in one cell; `columns` is what one form can ask about.
    """

    bytes: int = 25 * 2**20
    rows: int = 500_000
    columns: int = 900
    cell: int = 32_767
    unpacked: int = 300 * 2**20
    ratio: int = 150

    def refuse_wide(self, header: int, *, row: int) -> None:
        """Raise TooWide where a header has more columns: those left out would be missed without a word.

        Readers therefore keep the first text beyond the limit, in the column after it.
        """
        if header > self.columns:
            words = _("The header has more than %(count)s columns.")
            raise TooWide(words % {"count": number_format(self.columns, force_grouping=True)}, row=row)
