"""Charts in templates: what a report knows, with the words and links a reader needs."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from references.choices import Movement, QuarterState
from references.formats import charts, line_charts
from references.formats.charts import Bar
from references.formats.line_charts import Dot, Level, Line, Picture
from references.models import ForecastSnapshot
from references.reports.boards import Board, QuarterCount
from references.reports.forecasts import Week
from references.reports.quarters import QuarterFacts
from references.rules import pay
from references.rules.pay import Curve
from references.templatetags.figures import count, percent, signed

register = template.Library()


@register.inclusion_tag("references/charts/bars.html")
def count_chart(board: Board) -> dict[str, Any]:
    """The count at the end of each quarter against its target; each bar leads to its quarter."""
    data = [_quarter_bar(row) for row in board.history]
    is_corrected = any(row.is_corrected for row in board.history)
    past = _("closing count, with its corrections") if is_corrected else _("closing count")
    is_open = any(not row.is_closed for row in board.history)
    legend = [("past", past)] if any(row.is_closed for row in board.history) else []
    legend += [("current", _("now")), ("ghost", _("forecast"))] if is_open else []
    legend += [("target", _("target"))] if any(row.target is not None for row in board.history) else []
    return {
        "drawing": charts.bars(data, labels_inside=True),
        "title": _("Count at the end of each quarter against target, in customers"),
        "unit": _("customers"),
        "legend": legend,
    }


def _quarter_bar(row: QuarterCount) -> Bar:
    said = _("%(quarter)s: %(count)s reference-able customers") % {"quarter": row.quarter, "count": count(row.count)}
    if row.is_corrected and row.closed_count == row.count:
        said += _(", corrected with no change to the count")
    elif row.is_corrected and row.closed_count is not None:
        said += _(", corrected from %(count)s") % {"count": count(row.closed_count)}
    if row.forecast is not None:
        said += _(", forecast %(count)s") % {"count": count(row.forecast)}
    if row.target is not None:
        said += _(", target %(count)s") % {"count": count(row.target)}
    return Bar(
        name=row.quarter.label,
        start=0,
        end=row.count,
        shown=count(row.count),
        title=said,
        kind="current chart-open" if not row.is_closed else "current" if row.is_shown else "past",
        url=reverse("references:closing_detail", args=[row.quarter.label]),
        target=row.target,
        projected=row.forecast,
        projected_shown="" if row.forecast is None else count(row.forecast),
    )


@register.inclusion_tag("references/charts/bars.html")
def bridge_chart(board: Board) -> dict[str, Any]:
    """From opening to target: what came, what went, what is promised; each bar leads to what it counts."""
    return {
        "drawing": charts.bars(_bridge_bars(board), labels_inside=False),
        "title": _("From opening to target, in customers"),
        "unit": _("customers"),
        "is_bridge": True,
    }


def _bridge_bars(board: Board) -> list[Bar]:
    facts, page = board.facts, _page(board.facts.label)
    level = board.bridge.opening
    bars = [_first(board)]
    for name, told, change, kind, url in _moves(board):
        bars.append(_step(name, level, change, kind, url, told=told))
        level += change
    bars.append(_total(_("Closing") if board.is_closed else _("Now"), board.bridge.closing, "now", page))
    if facts.is_corrected and facts.closing is not None:
        change, url = facts.corrected_by, f"{page}#corrections"
        bars.append(_step(_("Corrected\nsince"), facts.closing.count, change, "loss", url, told=_("Corrected since")))
        bars.append(_total(_("Corrected\ncount"), board.count, "now", url, told=_("Corrected count")))
    if board.outlook:
        bars += _expected(board)
    if facts.target is not None:
        bars.append(_total(_("Target"), facts.target, "goal", page))
    return bars


def _first(board: Board) -> Bar:
    """The opening; a quarter that has not begun has none yet, and is told from the last closing on."""
    level = board.bridge.opening
    if board.facts.state != QuarterState.FUTURE:
        return _total(_("Opening"), level, "opening", _page(board.facts.quarter.previous.label))
    closed = [row.quarter.label for row in board.history if row.is_closed]
    return _total(
        _("Last\nclosing"), level, "opening", _page((closed or [board.facts.label])[-1]), told=_("Last closing")
    )


def _moves(board: Board) -> list[tuple[str, str, int, str, str]]:
    """The steps from the opening to the closing or to now, each with its short name and, where that is not enough, the
    full one; the two rare ones only where there is something to tell."""

    def behind(kind: Movement) -> str:
        return reverse("references:movement_index", args=[board.facts.label, kind])

    moves = [
        (_("New"), "", board.bridge.gained, "gain", behind(Movement.GAINED)),
        (_("Lost"), "", -board.bridge.lost, "loss", behind(Movement.LOST)),
        (_("Churned"), "", -board.bridge.churned, "loss", behind(Movement.CHURNED)),
    ]
    if board.bridge.is_redefined:
        moves.insert(0, (_("Definition"), "", board.bridge.redefined, "loss", behind(Movement.REDEFINED)))
    if board.bridge.corrected:
        told, url = _("Opening corrected later"), f"{_page(board.facts.quarter.previous.label)}#corrections"
        moves.insert(0, (_("Opening\ncorrected"), told, board.bridge.corrected, "loss", url))
    return moves


def _expected(board: Board) -> list[Bar]:
    outlook, level, bars = board.outlook, board.count, []
    forecast = f"{reverse('references:forecast')}?quarter={board.facts.label}"
    assert outlook is not None  # noqa: S101  # for mypy: the caller asked
    steps = [
        (_("At risk"), -outlook.losses, "risk", f"{forecast}&what=losses"),
        (_("Commit"), outlook.commit, "commit", f"{forecast}&what=commit"),
        (_("Best case"), outlook.best_case, "best", f"{forecast}&what=best_case"),
    ]
    for name, change, kind, url in steps:
        if change or kind != "risk":
            bars.append(_step(name, level, change, kind, url))
            level += change
    return bars


def _page(label: str) -> str:
    return reverse("references:closing_detail", args=[label])


def _total(name: str, value: int, kind: str, url: str, *, told: str = "") -> Bar:
    """A bar from zero; `told` says in full what a short name under it stands for."""
    return Bar(name, 0, value, count(value), f"{told or name}: {count(value)}", kind, url)


def _step(name: str, level: int, change: int, kind: str, url: str, *, told: str = "") -> Bar:
    kind = "gain" if kind == "loss" and change > 0 else kind
    return Bar(name, level, level + change, signed(change), f"{told or name}: {signed(change)}", kind, url)


@register.inclusion_tag("references/charts/lines.html")
def snapshot_chart(weeks: list[Week], facts: QuarterFacts) -> dict[str, Any]:
    """The weekly forecast with its range and the count of each week, against target (and closing count)."""

    def across(day: date) -> Decimal:
        return Decimal((day - facts.starts_on).days)

    kept = [(across(week.snapshot.taken_on), week.snapshot) for week in weeks]
    days = [facts.starts_on, *_later_months(facts.starts_on), facts.ends_on]
    picture = Picture(
        lines=[
            Line(_("now"), "now", [Dot(x, Decimal(row.now), "") for x, row in kept], has_marks=False),
            Line(_("forecast"), "forecast", [Dot(x, Decimal(row.forecast), _said(row)) for x, row in kept]),
        ],
        x_names=[(across(day), date_format(day, "j M")) for day in days],
        x_range=(Decimal(0), across(facts.ends_on)),
        levels=_levels(facts),
        band=[(x, Decimal(row.low), Decimal(row.high)) for x, row in kept],
    )
    return {
        "drawing": line_charts.draw(picture),
        "title": _("Weekly forecast of the closing count, in customers"),
        "unit": _("customers"),
        "legend": [("forecast", _("forecast")), ("band", _("range")), ("now", _("reference-able that week"))],
    }


def _said(row: ForecastSnapshot) -> str:
    return _("%(day)s: forecast %(forecast)s (%(low)s to %(high)s), now %(now)s") % {
        "day": date_format(row.taken_on, "DATE_FORMAT"),
        "forecast": count(row.forecast),
        "low": count(row.low),
        "high": count(row.high),
        "now": count(row.now),
    }


def _levels(facts: QuarterFacts) -> list[Level]:
    """The target, the count as it was closed and, where it differs, the count that holds after corrections."""
    levels = []
    if facts.target is not None:
        levels.append(Level(_("target %(count)s") % {"count": count(facts.target)}, "target", Decimal(facts.target)))
    if facts.closing is not None:
        closed, kind = facts.closing.count, "superseded" if facts.corrected_by else "count"
        levels.append(Level(_("closed at %(count)s") % {"count": count(closed)}, kind, Decimal(closed)))
    if facts.corrected_by and facts.corrected is not None:
        told = _("corrected to %(count)s") % {"count": count(facts.corrected)}
        levels.append(Level(told, "count", Decimal(facts.corrected)))
    return levels


def _later_months(starts_on: date) -> list[date]:
    """The first days of the quarter's second and third month."""
    return [date(starts_on.year + month // 12, month % 12 + 1, 1) for month in (starts_on.month, starts_on.month + 1)]


@register.inclusion_tag("references/charts/lines.html")
def curve_chart(curve: Curve, reached: Decimal | None, paid: Decimal | None, reached_name: str) -> dict[str, Any]:
    """Attainment to payout, both in percent, with the place reached now and what is paid there."""
    last = Decimal(max(curve.cap + 15, 130))
    first = Decimal(max(0, min(curve.threshold - 30, 50)))
    corners = [first, Decimal(curve.threshold), Decimal(curve.threshold), Decimal(100), Decimal(curve.cap), last]
    dots = [Dot(x, pay.payout_at(x, curve), "") for x in corners]
    dots[1] = Dot(corners[1], Decimal(0), "")
    lines = [Line(_("payout"), "payout", dots, has_marks=False)]
    if reached is not None and paid is not None:
        place = max(first, min(reached, last))
        said = f"{reached_name}: {percent(reached)} → {percent(paid)}"
        lines.append(Line(reached_name, "here", [Dot(place, paid, said)]))
    names = sorted({curve.threshold, 100, curve.cap})
    picture = Picture(
        lines=lines,
        x_names=[(Decimal(x), f"{x} %") for x in names],
        x_range=(first, last),
        unit=" %",
        y_from_zero=True,
    )
    return {
        "drawing": line_charts.draw(picture),
        "title": _("Payout in percent of the target bonus, by count in percent of the target"),
        "unit": _("payout"),
        "x_unit": _("count in % of target"),
    }
