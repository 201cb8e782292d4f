"""The first page after log-in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.permissions import requires
from core.requests import PersonRequest
from references.reports.counts import Present
from refprogram.reports.home import home
from refprogram.reports.recruiting_home import recruiting_home


@require_safe
@requires("core.use_program")
def index(request: PersonRequest) -> HttpResponse:
    now = Present.seen(timezone.now(), request.user.programme)
    found = home(request.user, now=now)
    context = {
        "home": found,
        "recruiting": recruiting_home(request.user, now=now),
        "unread_notices": found.unread_count,
    }
    return render(request, "refprogram/home.html", context)
