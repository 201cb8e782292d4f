"""The page of who is asked in a drive: the own customers without a reference, and the answer."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, without_cursor
from references.actions import cohort_members as actions
from references.forms.drives import TurnForm
from references.models import CohortMember, Nomination
from references.reports import turns as report

PAGE_SIZE: Final = 50
ORDER: Final = ("-is_well_known", "name_key", "pk")


@require_safe
@requires("references.view_own_turn")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Your turn: whom you could nominate, and what you have nominated since you were asked."""
    return _page(request, _turn(request, pk), TurnForm())


@requires("references.view_own_turn")
def answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Nothing this time."""
    turn = _turn(request, pk)
    if request.method != "POST":
        return redirect("references:turn_detail", pk)
    form = TurnForm(request.POST)
    if form.is_valid():
        try:
            actions.answer(turn, note=form.cleaned_data["note"], by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you for the answer. You can still nominate at any time."))
            return redirect("references:turn_detail", pk)
    return _page(request, turn, form)


def _turn(request: PersonRequest, pk: int) -> CohortMember:
    rows = CohortMember.objects.turns_of(request.user).with_answers().select_related("drive", "cohort")
    return get_object_or_404(rows, pk=pk)


def _page(request: PersonRequest, turn: CohortMember, form: TurnForm) -> HttpResponse:
    at = timezone.now()
    text = request.GET.get("q", "")[:200].strip()
    rows = report.unreferenced(request.user, at=at).search(text)
    nominated = Nomination.objects.nominated_by(request.user).filter(
        nominators__user=request.user, nominators__nominated_at__gte=turn.asked_at
    )
    page = keyset_page(rows, order=ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    context = {
        "turn": turn,
        "form": form,
        "page": page,
        "has_customers": bool(page.rows) or report.has_customers(request.user, at=at),
        "count": rows.count(),
        "search": text,
        "path": request.path,
        "query": without_cursor(request).urlencode(),
        "nominated": nominated.select_related("customer")[:PAGE_SIZE],
        "is_open": at < turn.drive.closes_at,
    }
    return render(request, "references/turn_detail.html", context, status=422 if form.is_bound else 200)
