"""What happens to Greens by itself: evidence that ended, and contacts who left."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit
from core.models import Programme
from references.actions import cells, evidence_notices
from references.actions.cell_batches import CHUNK, Batch, load, place_of
from references.actions.departures import departed
from references.choices import ChangeSource, Status
from references.models import Cell, ChangeSet
from references.models.cell import CellQuerySet


def decay(*, at: datetime) -> int:
    """Turn every Green Amber whose evidence ended before today or whose contact has left; returns how many.

    Runs in chunks, each a transaction of its own, so that a second run or a second worker finds nothing left to do.
    The change carries the real time of the run: a closing of the past is not touched by it.
    """
    today = Programme.current().calendar.day_of(at)
    return _turn(Cell.objects.expired(today), ChangeSource.EXPIRY, _expired_reason, at=at) + _turn(
        Cell.objects.deserted(), ChangeSource.DEPARTURE, _departed_reason, at=at
    )


def _turn(cells_to_turn: CellQuerySet, source: ChangeSource, reason: Callable[[Cell], str], *, at: datetime) -> int:
    turned = 0
    while chunk := list(cells_to_turn.unmerged().order_by("pk")[:CHUNK]):
        done = _turn_chunk(chunk, cells_to_turn, source, reason, at=at)
        turned += done
        if not done:
            break
    return turned


@transaction.atomic
def _turn_chunk(
    chunk: Sequence[Cell],
    cells_to_turn: CellQuerySet,
    source: ChangeSource,
    reason: Callable[[Cell], str],
    *,
    at: datetime,
) -> int:
    loaded = load(place_of(cell) for cell in chunk)
    still = cells_to_turn.filter(pk__in=[cell.pk for cell in loaded.values() if cell.pk])
    due = {cell.pk: cell for cell in still.select_related("evidence__contact", *evidence_notices.SPOKEN_OF)}
    if not due:
        return 0
    change_set = ChangeSet.objects.create(source=source, title=str(source.label), made_at=at, by=None)
    batch, told = Batch(change_set, None, at), []
    for cell in (cell for cell in loaded.values() if cell.pk in due):
        why, status_before = reason(due[cell.pk]), cell.status
        cells.set_values(cell, {"status": Status.AMBER.value})
        batch.add(cell, status_before, reason=why)
        told.append((due[cell.pk], partial(reason, due[cell.pk])))
    batch.write()
    evidence_notices.tell_losses(told, change_set, at=at)
    audit.record("change_set.decayed", change_set, by=None, at=at, source=source, cells=len(batch.cells))
    return len(batch.cells)


def _expired_reason(cell: Cell) -> str:
    day = date_format(cell.evidence_valid_until) if cell.evidence_valid_until else ""
    return _("The evidence ended on %(day)s.") % {"day": day}


def _departed_reason(cell: Cell) -> str:
    contact = cell.evidence.contact if cell.evidence else None
    return departed(contact) if contact else ""
