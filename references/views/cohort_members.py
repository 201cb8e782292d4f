"""The people of a drive: moved to another month, left out, taken in."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.permissions import requires
from core.requests import PersonRequest
from core.texts import named_id
from references.actions import cohort_members as actions
from references.forms.drives import AddMemberForm, MoveForm
from references.models import CohortMember, Drive
from references.reports.drives import asked_elsewhere
from references.views.drives import show
from references.views.refusals import refused


@require_POST
@requires("references.run_drive")
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Another month, or none."""
    rows = CohortMember.objects.visible_to(request.user).select_related("drive", "person")
    member = rows.filter(pk=pk).first()
    if member is None:
        return _made_anew(request)
    form = MoveForm(request.POST, months=_months(member.drive), auto_id=f"move-{pk}-%s")
    if not form.is_valid():
        return _refuse(request, member, form)
    try:
        _move(request, member, form.cleaned_data["month"])
    except RuleBroken as refusal:
        return _refuse(request, member, form, str(refusal))
    return _back(request, member.drive)


def _move(request: PersonRequest, member: CohortMember, month: date | None) -> None:
    seen = request.POST.get("seen")
    if month is None:
        actions.leave_out(member, seen=seen, by=request.user, at=timezone.now())
        messages.success(request, _("%(person)s is left out of this drive.") % {"person": member.person})
        return
    actions.move(member, month=month, seen=seen, by=request.user, at=timezone.now())
    told = {"person": member.person, "month": date_format(month, "YEAR_MONTH_FORMAT")}
    elsewhere = asked_elsewhere([member.person], member.drive, at=timezone.now()).get(member.person_id, [])
    level = messages.WARNING if elsewhere else messages.SUCCESS
    messages.add_message(request, level, _("%(person)s is asked in %(month)s.") % told + _also(elsewhere))


def _refuse(request: PersonRequest, member: CohortMember, form: MoveForm, words: str = "") -> HttpResponse:
    """The page as it was narrowed, with the month that was chosen still chosen; sent again it rests on what is now."""
    label = _("Another month for %(person)s") % {"person": member.person}
    asked = QueryDict(request.POST.get("query", ""))
    return show(request, member.drive_id, asked=asked, refused=refused("move", label, form, words), member=member)


def _made_anew(request: PersonRequest) -> HttpResponse:
    """To the drive, if its page says which: a new split makes new rows of the same people."""
    named = request.POST.get("drive", "")
    drive = get_object_or_404(Drive.objects.visible_to(request.user), pk=named_id(named))
    messages.error(request, _("The months were made anew meanwhile, and nobody was moved; look at the drive."))
    return _back(request, drive)


@require_POST
@requires("references.run_drive")
def add(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a person in who is in no month, once those drives were named that ask the person as well."""
    drive = get_object_or_404(Drive.objects.visible_to(request.user), pk=pk)
    form = AddMemberForm(request.POST, months=_months(drive))
    if not form.is_valid():
        messages.error(request, _("Choose a person and a month of the drive."))
        return _back(request, drive)
    person, month = form.cleaned_data["person"], form.cleaned_data["month"]
    elsewhere = asked_elsewhere([person], drive, at=timezone.now()).get(person.pk, [])
    if {str(one.pk) for one in elsewhere} != set(request.POST.get("warned", "").split()):
        messages.warning(request, _("%(person)s is not added yet.") % {"person": person} + _also(elsewhere))
        return _back(request, drive)
    try:
        actions.add(person, drive=drive, month=month, by=request.user, at=timezone.now())
        told = {"person": person, "month": date_format(month, "YEAR_MONTH_FORMAT")}
        messages.success(request, _("%(person)s is asked in %(month)s.") % told)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return _back(request, drive)


def _also(elsewhere: list[CohortMember]) -> str:
    """Which other running drives ask the same person, or have asked, and when."""
    comes = _(" “%(drive)s” asks the same person in %(month)s.")
    was = _(" “%(drive)s” asked the same person in %(month)s.")
    months = [(one, one.cohort.month) for one in elsewhere if one.cohort is not None]
    return "".join(
        (was if one.asked_at else comes) % {"drive": one.drive, "month": date_format(month, "YEAR_MONTH_FORMAT")}
        for one, month in months
    )


def _months(drive: Drive) -> list[date]:
    return list(drive.cohorts.values_list("month", flat=True))


def _back(request: PersonRequest, drive: Drive) -> HttpResponse:
    """To the people as they were narrowed."""
    query = request.POST.get("query", "")
    return redirect(reverse("references:drive_detail", args=[drive.pk]) + (f"?{query}" if query else ""))
