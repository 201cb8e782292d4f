"""How much of a file the program is willing to read, and how it refuses the rest."""

from dataclasses import dataclass

from core.errors import RuleBroken


class TableRefused(RuleBroken):
    """The file cannot be read as a table. `row` is the row at which reading stopped, if it was one."""

    def __init__(self, message: str, *, row: int | None = None) -> None:
        super().__init__(message if row is None else f"Row {row}: {message}")
        self.row = row


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
