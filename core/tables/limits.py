"""How much of a file the program is willing to read, and how it refuses the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import RuleBroken


class TableRefused(RuleBroken):
    """The file cannot be read as a table. `row` is the row at which reading stopped, if it was one."""

    def __init__(self, message: str, *, row: int | None = None) -> None:
        super().__init__(message if row is None else _("Row %(row)s: %(message)s") % {"row": row, "message": message})
        self.row = row


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
