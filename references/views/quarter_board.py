"""The dashboard: one number that can be trusted, and everything behind it."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest
from references.models import BonusStatement
from references.reports import boards, forecasts
from references.reports.boards import Board, QuarterCount
from references.reports.counts import Present

CLOSED_SHOWN = 3

# The figures of the bridge and of the forecast, as an export calls them.
MOVES = {
    "opening": gettext_lazy("opening"),
    "corrected": gettext_lazy("corrected"),
    "redefined": gettext_lazy("other definition"),
    "gained": gettext_lazy("newly Green"),
    "lost": gettext_lazy("lost"),
    "churned": gettext_lazy("churned"),
    "closing": gettext_lazy("closing count"),
}
HOPES = {
    "commit": gettext_lazy("commit"),
    "best_case": gettext_lazy("best case"),
    "pipeline": gettext_lazy("pipeline"),
    "losses": gettext_lazy("expected losses"),
    "low": gettext_lazy("low"),
    "forecast": gettext_lazy("forecast"),
    "high": gettext_lazy("high"),
}


@require_safe
@requires("references.view_quarter")
def board(request: PersonRequest) -> HttpResponse:
    now = Present.seen(timezone.now())
    quarter = _quarter(request, now)
    found = boards.board(quarter, now=now)
    context = {
        "board": found,
        "choices": boards.choosable(now),
        "closed": found.closed[:CLOSED_SHOWN],
        "closed_before": found.closed[CLOSED_SHOWN:],
        "own_statements": set(BonusStatement.objects.visible_to(request.user).values_list("pk", flat=True)),
        "levels": _levels(found),
        "weeks": forecasts.weeks(quarter, closing_count=found.facts.corrected) if found.is_closed else [],
        "today": now.today,
    }
    return render(request, "references/quarter_board.html", context)


@require_safe
@requires("references.view_quarter")
def export(request: PersonRequest) -> HttpResponseBase:
    """Every figure of the dashboard as CSV, one a line."""
    now = Present.seen(timezone.now())
    quarter = _quarter(request, now)
    found = boards.board(quarter, now=now)
    header = [_("quarter"), _("part"), _("item"), _("value"), _("of")]
    return csv_response(f"quarter-{quarter}.csv", header, _figures(found))


def _quarter(request: PersonRequest, now: Present) -> Quarter:
    try:
        return boards.asked_for(request.GET.get("quarter", ""), now=now)
    except RuleBroken as refusal:
        raise Http404(str(refusal))


def _levels(found: Board) -> list[tuple[str, Any]]:
    """The tables beside the matrix, with their headings."""
    shares = found.coverage
    return [
        (_("Industry"), shares.industries),
        (_("Region"), shares.regions),
        (_("Product"), shares.products),
        (_("CSM"), shares.csms),
    ]


def _name_of(row: QuarterCount) -> str:
    if not row.is_closed:
        return _("now")
    is_corrected = row.closed_count not in (None, row.count)
    return _("closed at %(count)s, corrected") % {"count": row.closed_count} if is_corrected else _("closed")


def _figures(found: Board) -> Iterator[tuple[Any, ...]]:
    label, facts, bridge, outlook = found.facts.label, found.facts, found.bridge, found.outlook
    figures = [
        (_("closing count") if found.is_closed else _("now"), found.count),
        (_("target"), facts.target),
        (_("attainment in percent"), found.attainment),
        (_("payout in percent"), found.payout),
        (_("high impact"), found.high_impact),
    ]
    moves = [(words, getattr(bridge, name)) for name, words in MOVES.items()]
    hopes = [(words, getattr(outlook, name)) for name, words in HOPES.items()] if outlook else []
    for part, rows in ((_("figure"), figures), (_("bridge"), moves), (_("forecast"), hopes)):
        for name, value in rows:
            yield label, part, name, value, None
    for row in found.history:
        yield row.quarter.label, _("count"), _name_of(row), row.count, row.target
    for part, shares in _levels(found):
        for share in shares:
            yield label, part, share.name, share.referenceable, share.customers
