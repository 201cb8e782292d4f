"""What CSMs are told of their Greens: before the evidence ends, and when a Green is lost."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actions import notices
from core.actions.notices import Words
from core.choices import Role
from core.models import Programme, User
from references.actions.cell_batches import CHUNK
from references.choices import EvidenceKind, Status
from references.models import Cell, ChangeSet, EvidenceSettings
from references.models.cell import CellQuerySet

NAMED = 3
UNTIL = "evidence_valid_until"
SPOKEN_OF = ("customer__csm", "dimension")
Told = tuple[User, str, Words, str]


def warn(*, at: datetime) -> None:
    """Tell the CSMs of Greens whose evidence ends within the warning period; each evidence is told of once.

    Imported Greens that are still to be proven are told of together, one notice a person and last day.
    """
    today = Programme.current().calendar.day_of(at)
    until = today + timedelta(days=EvidenceSettings.current().warn_days)
    ending = Cell.objects.unmerged().filter(status=Status.GREEN, evidence_valid_until__range=(today, until))
    last = 0
    while chunk := list(ending.filter(pk__gt=last).select_related("evidence", *SPOKEN_OF).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        proven = [cell for cell in chunk if cell.evidence and cell.evidence.kind != EvidenceKind.IMPORT]
        notices.tell_each(_warnings(proven), at=at)
    notices.tell_each(_unproven(ending), at=at)


def tell_losses(told: Iterable[tuple[Cell, Words]], change_set: ChangeSet, *, at: datetime) -> None:
    """Tell whose Greens turned Amber and why; a person who lost many at once gets one notice for all."""
    lost: dict[User, list[tuple[Cell, Words]]] = defaultdict(list)
    managers = _managers()
    for cell, why in told:
        for person in _listeners(cell.customer.csm, managers):
            lost[person].append((cell, why))
    rows: list[Told] = []
    for person, pairs in lost.items():
        if len(pairs) > NAMED:
            cells = [cell for cell, _why in pairs]
            rows.append((person, f"decay:{change_set.pk}", partial(_many_lost, cells), reverse("references:grid")))
            continue
        rows += [
            (person, f"decay:{change_set.pk}:{cell.pk}", partial(_lost, cell, why), _page(cell)) for cell, why in pairs
        ]
    notices.tell_each(rows, at=at)


def _many_lost(cells: list[Cell]) -> str:
    text = ngettext(
        "%(count)s Green turned Amber: %(cells)s …", "%(count)s Greens turned Amber: %(cells)s …", len(cells)
    )
    return text % {"count": number_format(len(cells), force_grouping=True), "cells": ", ".join(map(str, cells[:NAMED]))}


def _lost(cell: Cell, why: Words) -> str:
    return _("%(cell)s turned Amber. %(reason)s") % {"cell": cell, "reason": why()}


def _warnings(ending: Iterable[Cell]) -> list[Told]:
    managers = _managers()
    return [
        (person, f"evidence-ends:{cell.evidence_id}", partial(_ends, cell, cell.evidence_valid_until), _page(cell))
        for cell in ending
        if cell.evidence_valid_until
        for person in _listeners(cell.customer.csm, managers)
    ]


def _ends(cell: Cell, until: date) -> str:
    told = {"cell": cell, "day": date_format(until)}
    return _("The evidence of %(cell)s ends on %(day)s; renew it in time.") % told


def _unproven(ending: CellQuerySet) -> list[Told]:
    """Per person and last day: how many imported Greens still wait for their evidence."""
    counts: dict[tuple[User, date], int] = defaultdict(int)
    managers = _managers()
    rows = ending.filter(evidence__kind=EvidenceKind.IMPORT).values("customer__csm", UNTIL)
    counted = list(rows.annotate(cells=Count("pk")).order_by().values_list("customer__csm", UNTIL, "cells"))
    people = User.objects.in_bulk({csm for csm, _until, _cells in counted if csm})
    for csm, until, cells in counted:
        for person in _listeners(people.get(csm), managers):
            counts[person, until] += cells
    url = f"{reverse('references:grid')}?expiring=true"
    return [
        (person, f"imported-ends:{until}", partial(_imported, count, until), url)
        for (person, until), count in counts.items()
    ]


def _imported(count: int, until: date) -> str:
    text = ngettext(
        "%(count)s imported Green is to be proven until %(day)s; without evidence it then turns Amber.",
        "%(count)s imported Greens are to be proven until %(day)s; without evidence they then turn Amber.",
        count,
    )
    return text % {"count": number_format(count, force_grouping=True), "day": date_format(until)}


def _page(cell: Cell) -> str:
    return reverse("references:evidence_index", args=[cell.customer_id])


def _listeners(csm: User | None, managers: list[User]) -> list[User]:
    """The CSM, or the programme managers for a customer that has none."""
    return [csm] if csm is not None and csm.is_active else managers


def _managers() -> list[User]:
    return list(User.objects.active().with_role(Role.PROGRAMME_MANAGER))
