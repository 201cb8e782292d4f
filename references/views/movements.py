"""All customers behind one number of a quarter's bridge."""

from typing import Final

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.permissions import requires
from core.requests import PersonRequest
from references.choices import Movement
from references.reports import movements, quarters
from references.reports.bridges import Passage
from references.reports.counts import Present

PAGE_SIZE: Final = 50


@require_safe
@requires("references.view_quarter")
def index(request: PersonRequest, label: str, kind: str) -> HttpResponse:
    """Who stands behind one step of the bridge, by name, each with the change that decided and its author."""
    now = Present.seen(timezone.now())
    way, now, movement = _asked_for(label, kind, now)
    found = movements.page(way, now=now, kind=movement, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    numbers = quarters.bridge(way, now=now)
    context = {
        "label": label,
        "kind": movement,
        "page": found,
        "bridge": numbers,
        "count": numbers.moved(movement),
        "kinds": [
            (other, numbers.moved(other))
            for other in Movement
            if other != movement and (other != Movement.REDEFINED or numbers.is_redefined)
        ],
    }
    return render(request, "references/movement_index.html", context)


@require_safe
@requires("references.view_quarter")
def export(request: PersonRequest, label: str, kind: str) -> StreamingHttpResponse:
    """The whole list as a table."""
    now = Present.seen(timezone.now())
    way, now, movement = _asked_for(label, kind, now)
    rows = movements.export_rows(way, now=now, kind=movement)
    return csv_response(f"{label}-{movement.value}.csv", movements.export_header(), rows)


def _asked_for(label: str, kind: str, now: Present) -> tuple[Passage, Present, Movement]:
    """With the instant as it is counted for the quarter. 404 for a movement that there is not, and for a quarter
    that there is not or that begins only after the next: of the next one the dashboard shows a bridge already."""
    try:
        facts, movement = quarters.state(label, now), Movement(kind)
    except ValueError as problem:
        raise Http404(str(problem))
    if facts.quarter > now.quarter.next:
        raise Http404(label)
    return quarters.passage(label), now.by(facts.quarter), movement
