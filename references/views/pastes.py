"""Blocks pasted or filled into the grid: shown first, then saved in one go, and undone in one go."""

import json
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleBroken, StaleVersion
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from customers.models import Customer
from references.actions import change_sets
from references.actions.change_sets import CellEdit
from references.choices import ChangeSource, Status
from references.formats.pasted_blocks import Block, BlockRefused, read_notes, read_statuses
from references.forms.pastes import BlockForm, PasteForm
from references.models import ChangeSet, Dimension
from references.permissions import customers_editable_by
from references.reports import panels, pastes
from references.reports.pastes import PastedCell, PastePreview


@require_POST
@requires("references.edit_cell")
def preview(request: PersonRequest) -> HttpResponse:
    """The dialog that shows what the block would change; nothing is written."""
    form = BlockForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("The block could not be read; select a cell and paste again."))
    try:
        return _dialog(request, form, _shown(form, request))
    except BlockRefused as refusal:
        return _refused(request, str(refusal))


@require_POST
@requires("references.edit_cell")
def apply(request: PersonRequest) -> HttpResponse:
    """Save what the preview showed, all of it or nothing."""
    now = timezone.now()
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _again(request, form, str(next(iter(form.errors.values()))[0]), status=422)
    try:
        made = change_sets.apply(
            _edits(form, _shown(form, request)),
            source=ChangeSource(form.cleaned_data["source"]),
            title=_("Block of %(rows)d × %(columns)d") % _size(form),
            shared_evidence=form.shared_evidence,
            amber_instead=form.cleaned_data["greens"] == "amber",
            by=request.user,
            at=now,
        )
    except StaleVersion as refusal:
        return _again(request, form, str(refusal), status=409)
    except (RuleBroken, BlockRefused) as refusal:
        return _again(request, form, str(refusal), status=422)
    return _written(made, at=now)


@require_POST
@requires("references.edit_cell")
def undo(request: PersonRequest, pk: int) -> JsonResponse:
    """Take back one's own change set; the answer can be undone in turn."""
    now = timezone.now()
    change_set = get_object_or_404(ChangeSet.objects.filter(by=request.user), pk=pk)
    mine = customers_editable_by(request.user).values("pk")
    if change_set.changes.exclude(customer__in=mine).exists():
        raise PermissionDenied
    try:
        back = change_sets.undo(change_set, by=request.user, at=now)
    except StaleVersion as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    except RuleBroken as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    return _written(back, at=now)


def _shown(form: BlockForm, request: PersonRequest) -> PastePreview:
    values = form.cleaned_data
    block, field = _read(values["text"], values["mode"])
    return pastes.preview(
        block, customer_ids=values["customers"], dimension_ids=values["dimensions"], field=field, user=request.user
    )


def _read(text: str, mode: str) -> tuple[Block, str]:
    """The block as statuses or as notes; unless told, as notes where most of what is filled is no status."""
    if mode == "note":
        return read_notes(text), "note"
    block = read_statuses(text)
    filled = sum(bool(value) for row in block.rows for value in row)
    if mode == "auto" and len(block.unreadable) > filled:
        return read_notes(text), "note"
    return block, "status"


def _edits(form: PasteForm, shown: PastePreview) -> list[CellEdit]:
    seen = form.cleaned_data["seen"]
    return [
        CellEdit(
            cell.customer.pk,
            cell.dimension.pk,
            seen.get((cell.customer.pk, cell.dimension.pk), cell.seen_version),
            {shown.field: cell.after},
        )
        for cell in shown.cells
        if not cell.refusal and (cell.changes_something or (cell.customer.pk, cell.dimension.pk) in seen)
    ]


def _size(form: BlockForm) -> dict[str, int]:
    lines = form.cleaned_data["text"].rstrip("\n").split("\n")
    return {"rows": len(lines), "columns": lines[0].count("\t") + 1}


def _written(made: ChangeSet, *, at: datetime) -> JsonResponse:
    """The cells as they are now, for the page to paint, and the id to undo them with."""
    if made.pk is None:
        return JsonResponse({"cells": [], "undo": None})
    today = Programme.current().calendar.day_of(at)
    changes = made.changes.select_related("by", "dimension")
    return JsonResponse({"cells": [asdict(panels.state(one, today=today)) for one in changes], "undo": made.pk})


def _again(request: PersonRequest, form: PasteForm, message: str, *, status: int) -> HttpResponse:
    """The dialog once more, with the block as the grid stands now and what the person had chosen."""
    try:
        shown = _shown(form, request)
    except (KeyError, BlockRefused):
        return _refused(request, message)
    return _dialog(request, form, shown, message=message, status=status)


def _dialog(
    request: PersonRequest, form: BlockForm, shown: PastePreview, *, message: str = "", status: int = 200
) -> HttpResponse:
    seen = [[cell.customer.pk, cell.dimension.pk, cell.seen_version] for cell in shown.changing]
    today = Programme.current().calendar.day_of(timezone.now())
    data: dict[str, Any] = {name: form.data.get(name, "") for name in PasteForm.base_fields}
    data |= {"mode": shown.field, "seen": json.dumps(seen)}
    data["agreed_on"] = data["agreed_on"] or today.isoformat()
    data["greens"] = data["greens"] or ("evidence" if shown.unproven else "")
    columns = sorted({cell.dimension for cell in shown.cells}, key=[*Dimension.objects.shown()].index)
    rows = [_laid_out(list(cells), columns) for _who, cells in groupby(shown.cells, lambda cell: cell.customer)]
    context = {
        "shown": shown,
        "columns": columns,
        "rows": rows[:200],
        "rows_left": max(0, len(rows) - 200),
        "form": PasteForm(initial=data),
        "counts": [(status, Status(status).label, number) for status, number in shown.counts.items() if number],
        "message": message,
    }
    return render(request, "references/paste_dialog.html", context, status=status)


def _laid_out(cells: list[PastedCell], columns: list[Dimension]) -> tuple[Customer, list[PastedCell | None]]:
    """A customer with its cells under the columns, None where the block had nothing that could be read."""
    found = {cell.dimension.pk: cell for cell in cells}
    return cells[0].customer, [found.get(column.pk) for column in columns]


def _refused(request: PersonRequest, message: str) -> HttpResponse:
    return render(request, "references/paste_dialog.html", {"message": message}, status=422)
