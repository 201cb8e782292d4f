"""What begins with a customer asks for it first: found while its name is typed."""

from typing import Final

from django.http import HttpResponse
from django.utils import timezone

from core.models import Programme
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.reports.search import SHORTEST, search

MOST: Final = 12


def choose(request: PersonRequest, template: str, *, proposes: bool = False) -> HttpResponse:
    """The page that asks; a choice leads to the same address, which says all else that it said before.
    A customer that has left cannot be chosen.

    `proposes` offers to name a company that is no customer yet.
    """
    text = request.GET.get("q", "")[:200].strip()
    found = search(text, user=request.user, limit=MOST + 1).customers
    context = {
        "text": text,
        "found": found[:MOST],
        "has_more": len(found) > MOST,
        "is_too_short": len(text) < SHORTEST,
        "address": request.path,
        "kept": kept(request),
        "proposes": proposes,
        "today": Programme.current().calendar.day_of(timezone.now()),
    }
    return render_page_or_partial(request, template, "references/customer_search.html#customer-choices", context)


def kept(request: PersonRequest) -> str:
    """All that the address says but the customer: what its link to another one takes along."""
    said = without_cursor(request)
    for name in ("q", "customer", "new"):
        said.pop(name, None)
    return said.urlencode()
