"""The dashboard: one number that can be trusted, and everything behind it."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.exports import csv_response
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest
from references.models import BonusStatement
from references.reports import boards, forecasts
from references.reports.boards import Board
from references.reports.counts import Present

CLOSED_SHOWN = 3


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


@requires("references.view_quarter")
def export(request: PersonRequest) -> HttpResponseBase:
    """Every figure of the dashboard as CSV, one a line."""
    now = Present.seen(timezone.now())
    quarter = _quarter(request, now)
    found = boards.board(quarter, now=now)
    return csv_response(f"quarter-{quarter}.csv", ["quarter", "part", "item", "value", "of"], _figures(found))


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


def _figures(found: Board) -> Iterator[tuple[Any, ...]]:
    label, facts, bridge, outlook = found.facts.label, found.facts, found.bridge, found.outlook
    figures = [
        ("closing count" if found.is_closed else "now", found.count),
        ("target", facts.target),
        ("attainment in percent", found.attainment),
        ("payout in percent", found.payout),
        ("high impact", found.high_impact),
    ]
    moves = [(name, getattr(bridge, name)) for name in ("opening", "corrected", "gained", "lost", "churned", "closing")]
    names = ("commit", "best_case", "pipeline", "losses", "low", "forecast", "high") if outlook else ()
    hopes = [(name, getattr(outlook, name)) for name in names]
    for part, rows in (("figure", figures), ("bridge", moves), ("forecast", hopes)):
        for name, value in rows:
            yield label, part, name, value, None
    for row in found.history:
        yield row.quarter.label, "count", "closed" if row.is_closed else "now", row.count, row.target
    for part, shares in _levels(found):
        for share in shares:
            yield label, part, share.name, share.referenceable, share.customers
