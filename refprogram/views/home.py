"""The first page after log-in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.permissions import requires
from core.requests import PersonRequest
from refprogram.reports.home import home


@require_safe
@requires("core.use_program")
def index(request: PersonRequest) -> HttpResponse:
    return render(request, "refprogram/home.html", {"home": home(request.user, at=timezone.now())})
