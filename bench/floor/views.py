"""Bare views that do what the program's do."""

from django.contrib import auth
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from bench.floor.models import Cell, CellChange


@ensure_csrf_cookie
def login(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        user = auth.authenticate(request, username=request.POST["login"], password=request.POST["password"])
        if user is None:
            return HttpResponse(status=403)
        auth.login(request, user)
    return HttpResponse(status=204)


@require_POST
@login_required
@transaction.atomic
def edit(request: HttpRequest, customer_id: int, dimension_id: int) -> JsonResponse:
    """Lock, save, one history row; the answer says what the cell is now."""
    cell = Cell.objects.select_for_update().get(customer_id=customer_id, dimension_id=dimension_id)
    before, cell.status = cell.status, request.POST["status"]
    cell.version += 1
    cell.updated_at, cell.updated_by = timezone.now(), request.user
    cell.save()
    CellChange.objects.create(
        cell=cell, status_before=before, status=cell.status, recorded_at=cell.updated_at, by=request.user
    )
    return JsonResponse({"status": cell.status, "version": cell.version})


@login_required
def nothing(request: HttpRequest) -> HttpResponse:
    """Nobody has changed anything: it is asked who asks, and no more."""
    return HttpResponse(status=204)
