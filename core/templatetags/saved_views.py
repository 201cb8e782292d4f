"""The “Saved views” menu of a list."""

from typing import Any

from django import template
from django.urls import reverse

from core.models import SavedView, User
from core.prepared import Question

register = template.Library()
OFFERED = Question(
    lambda user, page: SavedView.objects.visible_to(User(pk=user)).filter(page=page).select_related("owner")
)


@register.inclusion_tag("frame/saved_views.html", takes_context=True)
def saved_views_menu(context: template.Context, page: str) -> dict[str, Any]:
    """`{% saved_views_menu "customers:customer_index" %}`: views of that page, and a form that keeps this one.

    What is kept is the query string without the place in the paging.
    """
    request = context["request"]
    query = request.GET.copy()
    query.pop("cursor", None)
    current = query.urlencode()
    views = OFFERED.all(request.user.pk, page)
    return {
        "page": page,
        "address": reverse(page),
        "query": current,
        "views": [
            {"row": view, "is_own": view.owner_id == request.user.pk, "is_shown": view.query == current}
            for view in views
        ],
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }
