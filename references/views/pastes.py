"""Blocks pasted or filled into the grid: shown first, then saved in one go, and undone in one go."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.errors import RuleBroken, StaleVersion
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from customers.models import Customer
from references.actions import change_sets
from references.actions.change_sets import CellEdit
from references.choices import ChangeSource, Status
from references.filters import GridFilter
from references.formats.pasted_blocks import Block, BlockRefused, EmptyClipboard, read_notes, read_statuses
from references.forms.pastes import BlockForm, PasteForm
from references.models import CellChange, ChangeSet, Dimension
from references.permissions import customers_editable_by
from references.reports import panels, pastes
from references.reports.pastes import PastedCell, PastePreview

MOST_NAMED = 5


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
        return _refused(request, str(refusal), is_brief=isinstance(refusal, EmptyClipboard))


@require_POST
@requires("references.edit_cell")
def apply(request: PersonRequest) -> HttpResponse:
    """Save what the preview showed, all of it or nothing."""
    now = timezone.now()
    form = PasteForm(request.POST, today=_today(now))
    if not form.is_valid():
        return _again(request, form, str(next(iter(form.errors.values()))[0]), status=422)
    try:
        made = change_sets.apply(
            _edits(form, _shown(form, request)),
            source=ChangeSource(form.cleaned_data["source"]),
            title=_("Block of %(rows)d × %(columns)d") % _size(form),
            shared_evidence=form.shared_evidence,
            amber_instead=form.amber_instead,
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
    return _written(back, at=now, message=" ".join([_taken_back(back), _left_alone(change_set, back)]).strip())


def _shown(form: BlockForm, request: PersonRequest) -> PastePreview:
    values = form.cleaned_data
    block, field = _read(values)
    values["following"] = values["following"] or _following(form, request, block.height - len(values["customers"]))
    return pastes.preview(
        block,
        customer_ids=values["customers"] + values["following"],
        dimension_ids=values["dimensions"],
        field=field,
        user=request.user,
    )


def _following(form: BlockForm, request: PersonRequest, missing: int) -> list[int]:
    """The customers after the page, as many as the block still needs, in the page's own order."""
    values = form.cleaned_data
    if missing <= 0 or not values["next"]:
        return []
    narrowed = GridFilter(QueryDict(values["query"]), user=request.user, today=_today(timezone.now()))
    return pastes.customers_after(values["next"], narrowed.sorted_rows, order=narrowed.order, at_most=missing)


def _read(values: dict[str, Any]) -> tuple[Block, str]:
    """The block as statuses or as notes; unless told, as notes where most of what is filled is no status.

    How many fields decided that is put beside the values.
    """
    text, mode = values["text"], values["mode"]
    if mode == "note":
        return read_notes(text), "note"
    block = read_statuses(text)
    filled = sum(bool(value) for row in block.rows for value in row)
    if mode == "auto" and len(block.unreadable) > filled:
        values |= {"strange_words": len(block.unreadable), "letters": filled}
        return read_notes(text), "note"
    return block, "status"


def _edits(form: PasteForm, shown: PastePreview) -> list[CellEdit]:
    """The cells that were said to change, and those that would change now, each with the version that was shown: one
    that was the same and is not any more is a conflict. What was not shown is not written."""
    seen = form.cleaned_data["seen"]
    return [
        CellEdit(cell.customer.pk, cell.dimension.pk, seen[cell.place][0], {shown.field: cell.after})
        for cell in shown.cells
        if not cell.refusal and cell.place in seen and (cell.changes_something or seen[cell.place][1])
    ]


def _size(form: BlockForm) -> dict[str, int]:
    lines = form.cleaned_data["text"].rstrip("\n").split("\n")
    return {"rows": len(lines), "columns": lines[0].count("\t") + 1}


def _written(made: ChangeSet, *, at: datetime, message: str = "") -> JsonResponse:
    """The cells as they are now, for the page to paint, and the id to undo them with."""
    if made.pk is None:
        return JsonResponse({"cells": [], "undo": None})
    today = _today(at)
    changes = made.changes.select_related("by", "dimension")
    painted = [asdict(panels.state(one, today=today)) for one in changes]
    return JsonResponse({"cells": painted, "undo": made.pk, "message": message})


def _what(back: ChangeSet) -> str:
    """The cell, if it was a single one, and how it stands now: it may be off the screen."""
    changes = list(back.changes.select_related("customer", "dimension")[:2])
    if len(changes) != 1:
        return ""
    one = changes[0]
    cell = {"customer": one.customer, "dimension": one.dimension, "status": one.get_status_display()}
    return _(": %(customer)s · %(dimension)s is %(status)s") % cell


def _taken_back(back: ChangeSet) -> str:
    """What an undo has really restored: a Green whose evidence does not hold any more comes back as Amber."""
    if back.source != ChangeSource.UNDO:
        return _("Done again%(what)s.") % {"what": _what(back)}
    lost = pastes.greens_not_restored(back)
    if not lost:
        return _("Undone%(what)s.") % {"what": _what(back)}
    told = ngettext(
        "%(count)d Green could not come back, because its evidence does not hold any more; it is Amber now: %(cells)s.",
        "%(count)d Greens could not come back, because their evidence does not hold any more; they are Amber now: "
        "%(cells)s.",
        len(lost),
    ) % {"count": len(lost), "cells": _named(lost)}
    is_all = len(lost) == back.changes.count()
    return told if is_all else _("Undone for the other cells. %s") % told


def _left_alone(undone: ChangeSet, back: ChangeSet) -> str:
    """Which cells an undo did not touch."""
    left = pastes.left_by_undo(undone, back)
    if not left:
        return ""
    words = ngettext(
        "%(count)d cell stays as it is, because somebody has changed it since: %(cells)s.",
        "%(count)d cells stay as they are, because somebody has changed them since: %(cells)s.",
        len(left),
    )
    return words % {"count": len(left), "cells": _named(left)}


def _named(rows: Sequence[CellChange]) -> str:
    named = "; ".join(f"{row.customer} · {row.dimension}" for row in rows[:MOST_NAMED])
    return f"{named} …" if len(rows) > MOST_NAMED else named


def _today(at: datetime) -> date:
    return Programme.current().calendar.day_of(at)


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
    values = form.cleaned_data
    data: dict[str, Any] = {name: form.data.get(name, "") for name in PasteForm.base_fields}
    data |= {"mode": shown.field, "next": "", "following": ",".join(str(pk) for pk in values["following"])}
    data["seen"] = json.dumps(
        [[*cell.place, cell.seen_version, int(cell.changes_something)] for cell in shown.cells if not cell.refusal]
    )
    block_form = PasteForm(initial=data, today=_today(timezone.now()))
    block_form.fields["greens"].required = bool(shown.unproven)
    columns = sorted({cell.dimension for cell in shown.cells}, key=[*Dimension.objects.shown()].index)
    by_customer = groupby(shown.cells, lambda cell: cell.customer)
    context = {
        "shown": shown,
        "columns": columns,
        "rows": [_laid_out(list(cells), columns, values["following"]) for _who, cells in by_customer],
        "agreements": pastes.agreements(shown, chosen=form.agreed_by if isinstance(form, PasteForm) else {}),
        "form": block_form,
        "counts": [(status, Status(status).label, number) for status, number in shown.counts.items() if number],
        "message": message,
        "strange_words": values.get("strange_words"),
        "letters": values.get("letters"),
    }
    return render(request, "references/paste_dialog.html", context, status=status)


def _laid_out(
    cells: list[PastedCell], columns: list[Dimension], following: list[int]
) -> tuple[Customer, list[PastedCell | None], bool]:
    """A customer with its cells under the columns, None where nothing could be read; whether it is after the page."""
    found = {cell.dimension.pk: cell for cell in cells}
    return cells[0].customer, [found.get(column.pk) for column in columns], cells[0].customer.pk in following


def _refused(request: PersonRequest, message: str, *, is_brief: bool = False) -> HttpResponse:
    context = {"message": message, "is_brief": is_brief}
    return render(request, "references/paste_dialog.html", context, status=422)
