"""The table of the grid's page, written by hand from rows of values."""

from collections.abc import Iterable
from datetime import date
from html import escape

from django.contrib.auth.decorators import login_required
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bench.floor.models import Contact, Customer, Dimension, GridCell

PAGE_SIZE, COUNTED_AT_ONCE = 100, 2_000
ORDERS = {"name": ("name_key", "id"), "csm": ("csm__name", "name_key", "id")}
LETTERS = {"": "", "red": "R", "amber": "A", "green": "G"}
LABELS = {"": "Blank", "red": "Red", "amber": "Amber", "green": "Green"}
TIERS = {"A": "A: high impact", "B": "B: solid", "C": "C: low impact"}
COLUMNS = ("id", "name", "industry", "region", "csm__name", "impact__tier")


@login_required
def grid(request: HttpRequest) -> HttpResponse:
    """Filtered, sorted, and with the counts under the table where the program counts at once."""
    today = timezone.now().date()
    dimensions = list(Dimension.objects.filter(is_active=True).order_by("position", "id"))
    customers = Customer.objects.filter(merged_into__isnull=True).exclude(lifecycle="prospective")
    customers = customers.exclude(lifecycle="churned", churned_on__lte=today)
    if "region" in request.GET:
        customers = customers.filter(region=request.GET["region"])
    order = ORDERS[request.GET.get("sort", "name")]
    rows = list(customers.order_by(*order).values_list(*COLUMNS)[: PAGE_SIZE + 1])[:PAGE_SIZE]
    ids = [row[0] for row in rows]
    counted = Contact.objects.filter(left_on=None, customer_id__in=ids).exclude(evangelist_level="no")
    evangelists = dict(counted.order_by().values_list("customer_id").annotate(Count("id")))
    cells = _cells(ids, dimensions, today)
    body = "".join(_row(*row, evangelists.get(row[0], 0), cells[row[0]]) for row in rows)
    return HttpResponse(
        f'<!doctype html><html lang="en"><title>Grid</title><table class="grid" id="rag-grid" role="grid">'
        f"<thead>{_head(dimensions)}</thead><tbody>{body}</tbody><tfoot>{_foot(customers, dimensions)}</tfoot></table>"
    )


def _cells(ids: list[int], dimensions: list[Dimension], today: date) -> dict[int, list[str]]:
    place = {dimension.pk: (number, dimension.key) for number, dimension in enumerate(dimensions)}
    written = {pk: [_cell(pk, dimension.key, "", False, False, 0) for dimension in dimensions] for pk in ids}
    found = GridCell.objects.filter(customer_id__in=ids, dimension_id__in=place)
    has_note = ExpressionWrapper(~Q(note=""), output_field=BooleanField())
    values = found.values_list("customer_id", "dimension_id", "status", has_note, "next_action_due", "version")
    for pk, dimension, status, note, due, version in values:
        number, key = place[dimension]
        overdue = due is not None and due < today and status != "green"
        written[pk][number] = _cell(pk, key, status, note, overdue, version)
    return written


def _cell(pk: int, key: str, status: str, note: bool, overdue: bool, version: int) -> str:
    return (
        f'<td><a id="rag-cell-{pk}-{key}" href="/grid/{pk}/{key}/" class="cell" data-status="{status}"'
        f' data-version="{version}"{" data-note" if note else ""}{" data-overdue" if overdue else ""} tabindex="-1"'
        f' aria-label="{LABELS[status]}{", note" if note else ""}{", action overdue" if overdue else ""}">'
        f"{LETTERS[status]}</a></td>"
    )


def _row(
    pk: int, name: str, industry: str, region: str, csm: str | None, tier: str, evangelists: int, cells: list[str]
) -> str:
    csm, place = escape(csm or ""), escape(f"{industry} · {region}")
    initials = "".join(word[0] for word in csm.split()[:2])
    star = f'<span class="grid-star" aria-hidden="true">★</span> {evangelists}' if evangelists else "–"
    impact = "–"
    if tier:
        impact = (
            f'<span class="tier tier-{tier}" title="{TIERS[tier]}" role="img" aria-label="{TIERS[tier]}">{tier}</span>'
        )
    return (
        f'<tr data-customer="{pk}" data-editable><th scope="row"><a class="grid-customer" id="grid-customer-{pk}"'
        f' href="/customers/{pk}/" tabindex="-1">{escape(name)}</a><span class="grid-place">{place}</span></th>'
        f'<td class="grid-side"><span class="avatar avatar-small" title="{csm}" role="img" aria-label="{csm}">'
        f'{initials}</span></td><td class="grid-side">–</td><td class="grid-side">{star}</td>'
        f'<td class="grid-side">{impact}</td>{"".join(cells)}</tr>'
    )


def _head(dimensions: Iterable[Dimension]) -> str:
    columns = "".join(
        f'<th scope="col" class="grid-dimension" data-dimension="{one.key}"><a tabindex="-1" href="?sort={one.key}"'
        f' aria-describedby="definition-{one.key}">{escape(one.name)}</a><span hidden id="definition-{one.key}">'
        f"{escape(one.definition)}</span></th>"
        for one in dimensions
    )
    return f"<tr><th>Customer</th><th>CSM</th><th>Health</th><th>Evang.</th><th>Impact</th>{columns}</tr>"


def _foot(customers: "object", dimensions: list[Dimension]) -> str:
    number, greens = customers.order_by()[: COUNTED_AT_ONCE + 1].count(), {}
    is_counted = number <= COUNTED_AT_ONCE
    if is_counted:
        found = GridCell.objects.filter(status="green", customer_id__in=customers.order_by().values("id"))
        greens = dict(found.values_list("dimension_id").annotate(Count("id")))
    columns = "".join(f'<td data-greens="{one.key}">{greens.get(one.pk, "…")}</td>' for one in dimensions)
    told = f"<span data-customers>{number if is_counted else '…'}</span>"
    return f'<tr><th scope="row" colspan="5">Green of {told}</th>{columns}</tr>'
