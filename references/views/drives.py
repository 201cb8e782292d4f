"""Drives: the list, the form, the page of one with its months and people."""

from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.errors import Duplicate, RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over, refuse_twin
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from core.texts import named_id
from references.actions import drives as actions
from references.choices import DriveState
from references.filters import CohortMemberFilter
from references.forms.drives import SPLITTING, AddMemberForm, DriveForm, EndDriveForm, MoveForm, SeenMonthsForm
from references.models import CohortMember, Drive
from references.reports import drives as report
from references.rules.drives import months_from
from references.rules.nominations import next_month
from references.views.refusals import Refused, refused

PAGE_SIZE: Final = 50
ORDER: Final = ("-first_month", "-pk")
MEMBER_ORDER: Final = ("month", "name", "pk")


@require_safe
@requires("references.view_drives")
def index(request: PersonRequest) -> HttpResponse:
    """All drives, newest first, each with how many answered."""
    text = request.GET.get("q", "")[:120].strip()
    rows = Drive.objects.visible_to(request.user).filter(name__icontains=text)
    page = keyset_page(rows, order=ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    lines = report.lines(page.rows, at=timezone.now())
    context = {"page": page, "lines": lines, "search": text, "query": without_cursor(request).urlencode()}
    return render_page_or_partial(request, "references/drive_index.html", "drive-list", context)


@require_safe
@requires("references.view_drives")
def export_all(request: PersonRequest) -> StreamingHttpResponse:
    """The list of drives as it is narrowed."""
    text = request.GET.get("q", "")[:120].strip()
    rows = Drive.objects.visible_to(request.user).filter(name__icontains=text).order_by(*ORDER)
    return csv_response("drives.csv", report.index_header(), report.index_rows(rows, at=timezone.now()))


@requires("references.run_drive")
def create(request: PersonRequest) -> HttpResponse:
    """Prepare a drive; its page then shows who would be asked when."""
    form = DriveForm(request.POST if request.method == "POST" else None, today=_today(), initial=_like(request))
    warned = _warned(form) if form.is_bound else _told([])
    if form.is_bound and form.is_valid() and warned["warned"] == request.POST.get("warned", ""):
        try:
            drive = actions.create(values=form.values(), by=request.user, at=timezone.now())
        except Duplicate as twin:
            refuse_twin(form, twin, "references:drive_detail")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The months are split. Look at them, then begin the drive."))
            return redirect("references:drive_detail", drive.pk)
    return render(request, "references/drive_form.html", {"form": form} | warned, status=422 if form.is_bound else 200)


def _warned(form: DriveForm) -> dict[str, Any]:
    """Whom a running drive would ask as well. It is saved once `warned` says that just this was shown."""
    asked = form.asked()
    return _told(report.overlaps(asked[0], first_month=asked[1], at=timezone.now()) if asked else [])


def _told(found: list[report.Overlap]) -> dict[str, Any]:
    return {"overlaps": found, "warned": ",".join(f"{one.drive.pk}:{one.people}" for one in found)}


def _like(request: PersonRequest) -> dict[str, Any]:
    """What the form begins with: an earlier drive, continued after its last month, or six months from now."""
    chosen = request.GET.get("like", "")
    drive = Drive.objects.visible_to(request.user).filter(pk=named_id(chosen)).first()
    if drive is None:
        return {"months": 6, "first_month": f"{next_month(_today()):%Y-%m}"}
    following = max(months_from(drive.first_month, drive.months + 1)[-1], _today().replace(day=1))
    names = ("name", "split", "months", "roles", "introduction")
    return {name: getattr(drive, name) for name in names} | {"first_month": f"{following:%Y-%m}"}


@requires("references.run_drive")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Its months until it is begun, its name and its mail as long as somebody is to be asked."""
    drive = get_object_or_404(Drive.objects.visible_to(request.user), pk=pk)
    is_over, tally = _is_over(drive), report.lines([drive], at=timezone.now())[0].tally
    is_settled = is_over or (not drive.is_prepared and not tally.here)
    if is_settled and request.method != "POST":
        messages.error(request, _over(drive) if is_over else actions.all_asked())
        return redirect("references:drive_detail", pk)
    names = ("name", "split", "months", "roles", "introduction", "version")
    initial = {name: getattr(drive, name) for name in names} | {"first_month": f"{drive.first_month:%Y-%m}"}
    sent = request.POST if request.method == "POST" else None
    form = DriveForm(sent, today=_today(), drive=drive, initial=initial)
    warned = _warned(form)
    if form.is_bound and form.is_valid() and _saved(request, drive, form, warned["warned"]):
        return redirect("references:drive_detail", pk)
    context = {"form": form, "drive": drive, "is_over": is_over, "is_settled": is_settled, "tally": tally} | warned
    context["seen_months"] = report.months_mark(drive)
    return render(request, "references/drive_form.html", context, status=422 if form.is_bound else 200)


def _is_over(drive: Drive) -> bool:
    return drive.state(timezone.now()) not in (DriveState.PREPARED, DriveState.RUNNING)


def _over(drive: Drive) -> str:
    return _("The drive “%(drive)s” is over: nothing of it changes any more.") % {"drive": drive}


def _saved(request: PersonRequest, drive: Drive, form: DriveForm, warned: str) -> bool:
    """Not before just those were named who stand in another drive; but what somebody else changed is told first."""
    seen = form.cleaned_data["version"] or 0
    if seen == drive.version and warned != request.POST.get("warned", ""):
        return False
    try:
        said, months = form.values(), request.POST.get("seen_months", "")
        saved = actions.edit(
            drive, seen_version=seen, changes=said, seen_months=months, by=request.user, at=timezone.now()
        )
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    is_anew = any(getattr(saved, name) != getattr(drive, name) for name in SPLITTING)
    messages.success(request, _anew(saved) if is_anew else _("The drive is saved."))
    return True


def _anew(drive: Drive) -> str:
    words, left_out = _("The drive is saved, and its months were made anew."), drive.members.filter(cohort=None).count()
    told = ngettext(" %(count)d person stays left out.", " %(count)d people stay left out.", left_out)
    return words + told % {"count": left_out} if left_out else words


@require_safe
@requires("references.view_drives")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Month by month who was asked and who answered, and the people one by one."""
    return show(request, pk, asked=request.GET)


def show(
    request: PersonRequest,
    pk: int,
    *,
    asked: QueryDict,
    refused: Refused | None = None,
    member: CohortMember | None = None,
) -> HttpResponse:
    """The page of a drive, its people narrowed as `asked`; 422 with the panel open, or the row of the `member`, of what
    was refused."""
    drive = get_object_or_404(Drive.objects.visible_to(request.user).select_related("created_by"), pk=pk)
    context = _people(asked, drive) | _of_drive(request, drive) | _refused(refused, member)
    rows = context["page"].rows
    is_shown = member is None or any(row.pk == member.pk and row.asked_at is None for row in rows)
    context |= {"has_panel": context["may_run"] and is_shown}
    status = 422 if refused else 200
    return render_page_or_partial(request, "references/drive_detail.html", "member-list", context, status=status)


def _people(asked: QueryDict, drive: Drive) -> dict[str, Any]:
    """A page of the people, and how they are narrowed."""
    shown, narrowed = CohortMemberFilter(asked, drive=drive), asked.copy()
    narrowed.pop("cursor", None)
    return {
        "page": keyset_page(shown.rows, order=MEMBER_ORDER, cursor=asked.get("cursor"), size=PAGE_SIZE),
        "answers": report.answer_labels(drive, at=timezone.now()).items(),
        "answer": narrowed.get("answer", ""),
        "month": narrowed.get("month", ""),
        "search": narrowed.get("q", ""),
        "query": narrowed.urlencode(),
        "is_narrowed": any(narrowed.values()),
        "passed_over": passed_over(shown.form),
    }


def _refused(refused: Refused | None, member: CohortMember | None) -> dict[str, Any]:
    """What was refused: to end the drive in the panel beside the people, another month in the member's row."""
    end_form = (refused and refused.form_of("end")) or EndDriveForm()
    return {"refused": refused, "end_form": end_form, "refused_row": member.pk if member else None}


def _of_drive(request: PersonRequest, drive: Drive) -> dict[str, Any]:
    """What stands beside the people."""
    at = timezone.now()
    months, state, tally = report.months(drive, at=at), drive.state(at), report.lines([drive], at=at)[0].tally
    is_over = state not in (DriveState.PREPARED, DriveState.RUNNING)
    may_run = request.user.has_perm("references.run_drive") and not is_over
    ahead = [one.cohort.month for one in months if one.cohort.month >= _today().replace(day=1)]
    missing = list(report.missing_people(drive)[:PAGE_SIZE]) if may_run else []
    elsewhere = report.asked_elsewhere(missing, drive, at=at) if missing else {}
    return {
        "drive": drive,
        "state": state,
        "months": months,
        "overload": next((one for one in months if one.load.is_too_much), None),
        "tally": tally,
        "may_edit": may_run and (drive.is_prepared or tally.here > 0),
        "is_over": is_over,
        "may_run": may_run,
        "move_form": MoveForm(months=ahead),
        "add_form": AddMemberForm(months=ahead),
        "seen": report.months_mark(drive) if may_run and drive.is_prepared else "",
        "missing": [(person, elsewhere.get(person.pk, [])) for person in missing],
        **_told(report.overlaps_of(drive, at=at) if may_run and drive.is_prepared else []),
    }


@require_safe
@requires("references.view_drives")
def export(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """The people as they are narrowed, without paging."""
    drive = get_object_or_404(Drive.objects.visible_to(request.user), pk=pk)
    shown = CohortMemberFilter(request.GET, drive=drive)
    refuse_passed_over(shown.form)
    labels = report.answer_labels(drive, at=timezone.now())
    lines = report.export_rows(shown.rows.order_by(*MEMBER_ORDER), labels=labels)
    return csv_response(f"drive-{drive.pk}.csv", report.export_header(), lines)


@require_POST
@requires("references.run_drive")
def begin(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin it, once just those people were named who stand in another running drive as well."""
    drive, form = get_object_or_404(Drive.objects.visible_to(request.user), pk=pk), SeenMonthsForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else "unread"
    told = _told(report.overlaps_of(drive, at=timezone.now()) if drive.is_prepared else [])
    if drive.is_prepared and told["warned"] != request.POST.get("warned", ""):
        words = _("Nobody is asked yet: who stands in another running drive has changed. Look at it and begin again.")
        messages.error(request, words)
        return redirect("references:drive_detail", pk)
    try:
        actions.begin(drive, seen=seen, by=request.user, at=timezone.now())
        messages.success(request, _("The drive has begun; the people are asked by themselves."))
    except StaleVersion as stale:
        return show(request, pk, asked=request.GET, refused=refused("begin", _("Begin the drive"), form, str(stale)))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("references:drive_detail", pk)


@require_POST
@requires("references.run_drive")
def split(request: PersonRequest, pk: int) -> HttpResponse:
    """Make the months anew."""
    drive, form = get_object_or_404(Drive.objects.visible_to(request.user), pk=pk), SeenMonthsForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else "unread"
    try:
        actions.split(drive, seen=seen, by=request.user, at=timezone.now())
        messages.success(request, _("The months are split anew."))
    except StaleVersion as stale:
        return show(request, pk, asked=request.GET, refused=refused("split", _("Split anew"), form, str(stale)))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("references:drive_detail", pk)


@require_POST
@requires("references.run_drive")
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """End a drive early, or cancel one that was not begun."""
    drive = get_object_or_404(Drive.objects.visible_to(request.user), pk=pk)
    form, label = EndDriveForm(request.POST), _("End the drive")
    if not form.is_valid():
        return show(request, pk, asked=request.GET, refused=refused("end", label, form))
    try:
        actions.end(drive, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        return show(request, pk, asked=request.GET, refused=refused("end", label, form, str(refusal)))
    messages.success(request, _("The drive has ended; nobody is asked any more."))
    return redirect("references:drive_detail", pk)


def _today() -> date:
    return Programme.current().calendar.day_of(timezone.now())
