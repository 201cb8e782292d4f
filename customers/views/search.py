"""The search box of every page: suggestions while typing, and a page of results."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core.permissions import requires
from core.requests import PersonRequest, programme_day, render_page_or_partial, wants_partial
from customers.reports.search import SHORTEST
from customers.reports.search import search as report


@require_safe
@requires("customers.view_customers")
def search(request: PersonRequest) -> HttpResponse:
    """Customers and contacts: a short list for the box, up to fifty of each on the page."""
    text = request.GET.get("q", "")[:200]
    found = report(text, user=request.user, limit=6 if wants_partial(request) else 50)
    context = {"text": text.strip(), "found": found, "is_too_short": len(text.strip()) < SHORTEST}
    context["today"] = programme_day(request)
    return render_page_or_partial(request, "customers/search.html", "search-suggestions", context)
