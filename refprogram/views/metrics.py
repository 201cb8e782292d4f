"""Figures for a monitoring server that knows the token."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from refprogram import metrics


@require_safe
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """Every figure as text; without the token there is nothing here."""
    if not metrics.is_allowed(request):
        raise Http404
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
