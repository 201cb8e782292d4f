"""Keyset paging: a page costs the same at row 100 and at row 100,000."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

Row = TypeVar("Row")
Leading = Callable[[Any], Q | None]
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

    `leading` is told the value of the first column at which the page begins, None at the very beginning, and names rows
    that come before all others from there on, if it knows some: where they fill the page, the others are not sorted.
    """
    backwards, values = _read(cursor, order)
    wanted = _turned(order) if backwards else list(order)
    narrowed = rows.filter(_beyond(wanted, values)) if values else rows
    ordered = narrowed.order_by(*wanted)
    first = leading(values[0] if values else None) if leading and not backwards else None
    found = list(ordered.filter(first)[: size + 1]) if first is not None else []
    if len(found) <= size:
        found = list(ordered[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    before, after = (more, True) if backwards else (bool(values), more)
    return Page(
        rows=found,
        next=_write(found[-1], order, backwards=False) if found and after else None,
        previous=_write(found[0], order, backwards=True) if found and before else None,
    )


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
    values = [getattr(row, name.lstrip("-")) for name in order]
    return SIGNER.sign_object([backwards, list(order), json.loads(json.dumps(values, cls=DjangoJSONEncoder))])


def _read(cursor: str | None, order: Sequence[str]) -> tuple[bool, list[Any]]:
    try:
        backwards, written_for, values = SIGNER.unsign_object(cursor or "")
    except (BadSignature, ValueError):
        return False, []
    return (backwards, values) if written_for == list(order) else (False, [])
