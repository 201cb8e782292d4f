"""The first page after log-in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.permissions import requires
from core.requests import PersonRequest
from refprogram.reports.home import home
from refprogram.reports.recruiting_home import recruiting_home


@require_safe
@requires("core.use_program")
def index(request: PersonRequest) -> HttpResponse:
    at = timezone.now()
    context = {"home": home(request.user, at=at), "recruiting": recruiting_home(request.user, at=at)}
    return render(request, "refprogram/home.html", context)
