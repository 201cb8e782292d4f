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
from references.choices import QuarterState
from references.models import BonusStatement
from references.reports import boards, forecasts
from references.reports.boards import Board, QuarterCount
from references.reports.counts import Present

CLOSED_SHOWN = 3

# The figures of the bridge and of the forecast, as an export calls them.
MOVES = {
    "opening": gettext_lazy("opening"),
    "corrected": gettext_lazy("opening corrected later"),
    "redefined": gettext_lazy("other definition"),
    "gained": gettext_lazy("newly Green"),
    "lost": gettext_lazy("lost"),
    "churned": gettext_lazy("churned"),
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
    return _("closed at %(count)s, corrected") % {"count": row.closed_count} if row.is_corrected else _("closed")


def _as_closed(found: Board, words: str) -> str:
    """The name of what a closing has sealed, where corrections have moved the count away from it."""
    return _("%(figure)s, as closed") % {"figure": words} if found.facts.is_corrected else words


def _counts(found: Board) -> list[tuple[str, Any]]:
    """The count by its name; of a closed quarter both, as corrections leave the closed one as it is."""
    closing = found.facts.closing
    if closing is None:
        return [(_("now"), found.count)]
    return [(_("closing count"), closing.count), (_("corrected count"), found.count)]


def _headline(found: Board) -> list[tuple[str, Any]]:
    """The figures at the head of the page. What was paid stays as issued, for the count that held then; until the
    quarter is closed, percentages are those of its forecast."""
    statement, reached = found.statement, _("attainment in percent")
    paid: list[tuple[str, Any]] = [(_("payout in percent"), found.payout)]
    if found.outlook is not None:
        reached, paid = _("attainment in percent, at forecast"), [(_("payout in percent, at forecast"), found.payout)]
    elif statement is not None:
        paid = [(_("payout in percent, as issued"), found.payout), (_("count of the statement"), statement.count)]
    return [
        *_counts(found),
        (_("target"), found.facts.target),
        (reached, found.attainment),
        *paid,
        (_as_closed(found, _("high impact")), found.high_impact),
    ]


def _bridge(found: Board) -> list[tuple[str, Any]]:
    """The steps, which add up to the last of them: to the corrected count where the quarter is closed."""
    first, *last = _counts(found)
    names = MOVES | ({"opening": _("last closing")} if found.facts.state == QuarterState.FUTURE else {})
    moves = [(str(words), getattr(found.bridge, name)) for name, words in names.items()]
    return [*moves, first, *((_("corrected since"), found.corrected_by) for _count in last), *last]


def _figures(found: Board) -> Iterator[tuple[Any, ...]]:
    label, outlook = found.facts.label, found.outlook
    hopes = [(words, getattr(outlook, name)) for name, words in HOPES.items()] if outlook else []
    for part, rows in ((_("figure"), _headline(found)), (_("bridge"), _bridge(found)), (_("forecast"), hopes)):
        for name, value in rows:
            yield label, part, name, value, None
    for row in found.history:
        yield row.quarter.label, _("count"), _name_of(row), row.count, row.target
    for part, shares in _levels(found):
        for share in shares:
            yield label, _as_closed(found, part), share.name, share.referenceable, share.customers
