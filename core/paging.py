"""Keyset paging: a page costs the same at row 100 and at row 100,000."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

Row = TypeVar("Row")
# A value of the first column and the rows that have it; no rows: those of this value and after it are to be sorted.
Group = tuple[Any, Q | None]
Leading = Callable[[Any, bool], Iterable[Group]]
SIGNER = Signer(salt="core.paging")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page with the cursors of its neighbours; a cursor is None where there is no neighbour."""

    rows: list[Row]
    next: str | None
    previous: str | None


def keyset_page(
    rows: QuerySet[Any, Row], *, order: Sequence[str], cursor: str | None, size: int, leading: Leading | None = None
) -> Page[Row]:
    """One page of at most `size` rows in the order given.

    `order` names columns or annotations that are never NULL, each with `-` in front for descending; the last one is
    unique. Rows are model instances or named tuples that carry them. A cursor that was tampered with, or that
    belongs to another order, shows the first page.

    `leading` is for an order whose first column has no index and few values. It is told at which of them the page
    begins (None at the very beginning) and whether backwards, and names from there on one value after the other with
    its rows: a page is filled with theirs, in the order of the other columns, and nothing else is sorted.
    """
    backwards, values = _read(cursor, order)
    wanted = _turned(order) if backwards else list(order)
    groups = leading(values[0] if values else None, backwards) if leading else [(None, None)]
    found = _filled(rows, groups, wanted, values, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    before, after = (more, True) if backwards else (bool(values), more)
    return Page(
        rows=found,
        next=_write(found[-1], order, backwards=False) if found and after else None,
        previous=_write(found[0], order, backwards=True) if found and before else None,
    )


def page_ending_with(
    row: Any, rows: QuerySet[Any, Row], *, order: Sequence[str], size: int, leading: Leading | None = None
) -> Page[Row]:
    """The page that ends with this one of the rows: a full one wherever as many come before it.

    As `keyset_page`; the last column of `order` is a whole number, as an id is.
    """
    values = [getattr(row, name.lstrip("-")) for name in order]
    values[-1] += -1 if order[-1].startswith("-") else 1
    cursor = _signed(order, values, backwards=True)
    page = keyset_page(rows, order=order, cursor=cursor, size=size, leading=leading)
    follows = keyset_page(rows, order=order, cursor=page.next, size=1, leading=leading)
    return page if follows.rows else replace(page, next=None)


def _filled(
    rows: QuerySet[Any, Row], groups: Iterable[Group], order: list[str], values: list[Any], enough: int
) -> list[Row]:
    """Rows beyond the values, group by group until there are enough."""
    found: list[Row] = []
    for value, theirs in groups:
        if theirs is None:
            beyond = rows.filter(_beyond(order, values)) if values else rows
            return list(beyond.order_by(*order)[:enough])
        group = rows.filter(theirs)
        if values and value == values[0]:
            group = group.filter(_beyond(order[1:], values[1:]))
        found += group.order_by(*order[1:])[: enough - len(found)]
        if len(found) == enough:
            break
    return found


def _turned(order: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """(a, b) > (x, y) written so that every database and mixed directions understand it."""
    beyond, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        column, comparison = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        beyond |= equal & Q(**{f"{column}__{comparison}": value})
        equal &= Q(**{column: value})
    return beyond


def _write(row: Any, order: Sequence[str], *, backwards: bool) -> str:
    return _signed(order, [getattr(row, name.lstrip("-")) for name in order], backwards=backwards)


def _signed(order: Sequence[str], values: Sequence[Any], *, backwards: bool) -> str:
    return SIGNER.sign_object([backwards, list(order), json.loads(json.dumps(values, cls=DjangoJSONEncoder))])


def _read(cursor: str | None, order: Sequence[str]) -> tuple[bool, list[Any]]:
    try:
        backwards, written_for, values = SIGNER.unsign_object(cursor or "")
    except (BadSignature, ValueError):
        return False, []
    return (backwards, values) if written_for == list(order) else (False, [])
