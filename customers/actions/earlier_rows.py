"""Rows of a file about a customer of a row further up: whether they say anything else, and in which columns."""

from array import array
from collections.abc import Collection, Mapping
from typing import Any

from customers.actions.customer_rows import Entry
from customers.reports.wording import ATTRIBUTE, EXTERNAL_ID


class EarlierRows:
    """The first row about each customer. Of what it says a number is kept for every column, so that memory grows by
    some hundred bytes a customer, whatever stands in the cells."""

    def __init__(self, source: str, attributes: Mapping[int, str]) -> None:
        self.source, self.attributes = source, attributes
        self._rows: dict[int, tuple[int, tuple[str, ...], bytes]] = {}
        self._columns: dict[tuple[str, ...], tuple[str, ...]] = {}

    def __contains__(self, pk: object) -> bool:
        return pk in self._rows

    def keep(self, pk: int, entry: Entry) -> None:
        """Before what the customer has already is taken off the entry."""
        said = self._said(entry)
        columns = tuple(said)
        kept = array("q", map(hash, said.values())).tobytes()
        self._rows[pk] = entry.row, self._columns.setdefault(columns, columns), kept

    def number(self, pk: int) -> int:
        return self._rows[pk][0]

    def differing(self, pk: int, entry: Entry) -> list[str]:
        """The columns, as the history calls them, in which the row says what the first one does not; a blank cell
        and another spelling of the name say nothing else."""
        _row, columns, kept = self._rows[pk]
        before = dict(zip(columns, array("q", kept), strict=True))
        return [column for column, value in self._said(entry).items() if before.get(column) != hash(value)]

    def leaves_blank(self, pk: int, columns: Collection[str]) -> bool:
        """Whether the first row says nothing at all in any of these columns."""
        return not {*columns} & {*self._rows[pk][1]}

    def _said(self, entry: Entry) -> dict[str, Any]:
        said = dict(entry.values)
        if "name" in said:
            said["name"] = entry.wanted.name_key
        if entry.wanted.external_id:
            said[f"{EXTERNAL_ID}{self.source}"] = entry.wanted.external_id
        if entry.products:
            said["products"] = tuple(sorted(entry.products))
        return said | {f"{ATTRIBUTE}{self.attributes[pk]}": value for pk, value in entry.attributes.items()}
