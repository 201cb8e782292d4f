"""Who is paid on the count: the members of the one global team."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent, Programme
from core.permissions import requires
from core.quarters import Quarter
from core.requests import PersonRequest
from core.texts import named_id
from core.versions import SharedForm
from references.actions import pay_members
from references.forms.pay import MemberChangeForm, MemberEndForm, MemberForm, ahead
from references.models import PayMember

QUARTERS_BACK = 8


@require_safe
@requires("references.view_all_pay")
def index(request: PersonRequest) -> HttpResponse:
    """All memberships: those of the running quarter first, the ended ones below."""
    programme, at = Programme.current(), timezone.now()
    running = programme.calendar.quarter_at(at).label
    members = list(PayMember.objects.select_related("user").order_by("user__name", "-from_quarter"))
    is_over = [member for member in members if member.until_quarter and member.until_quarter < running]
    present = [member for member in members if member not in is_over]
    context = {
        "present": present,
        "people": len({member.user_id for member in present if member.from_quarter <= running}),
        "is_over": is_over,
        "sections": [(_("In the team"), present), (_("Has left, or had another bonus"), is_over)],
        "total": sum(member.target_bonus for member in present if member.from_quarter <= running),
        "currency": programme.currency,
        "running": running,
    }
    return render(request, "references/pay_members.html", context)


@requires("references.configure")
def create(request: PersonRequest) -> HttpResponse:
    at = timezone.now()
    running = Programme.current().calendar.quarter_at(at)
    form = MemberForm(
        request.POST or None, quarters=ahead(running, back=QUARTERS_BACK), initial={"from_quarter": running.label}
    )
    if request.method == "POST" and form.is_valid():
        try:
            member = pay_members.add(
                form.cleaned_data["user"],
                target_bonus=form.cleaned_data["target_bonus"],
                from_quarter=form.cleaned_data["from_quarter"],
                by=request.user,
                at=at,
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(user)s is a member of the team.") % {"user": member.user})
            return redirect("references:pay_members")
    return render(request, "references/pay_member_create.html", {"form": form}, status=422 if form.errors else 200)


@requires("references.configure")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Another bonus from a quarter on, or the end of the membership: two forms on one page."""
    member = PayMember.objects.select_related("user").filter(pk=pk).first()
    if member is None:
        return _removed(request, pk)
    programme, at = Programme.current(), timezone.now()
    running = programme.calendar.quarter_at(at)
    quarters = [quarter for quarter in ahead(running, back=QUARTERS_BACK) if quarter.label >= member.from_quarter]
    ending = request.POST.get("deed") == "end"
    posted = request.POST or None
    change_form = _change_form(None if ending else posted, member, quarters, running)
    end_form = _end_form(posted if ending else None, member, quarters, running)
    form: SharedForm = end_form if ending else change_form
    if form.is_bound and form.is_valid():
        try:
            (pay_members.end if ending else pay_members.change)(member, **form.said(), by=request.user, at=at)
        except StaleVersion as stale:
            form.refuse(stale, (_end_form if ending else _change_form)(None, stale.current, quarters, running))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The membership of %(user)s is changed.") % {"user": member.user})
            return redirect("references:pay_members")
    context = {"member": member, "change_form": change_form, "end_form": end_form, "currency": programme.currency}
    context |= _beside(member)
    return render(request, "references/pay_member_edit.html", context, status=422 if form.errors else 200)


@require_POST
@requires("references.configure")
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """It was entered by mistake."""
    member = PayMember.objects.select_related("user").filter(pk=pk).first()
    if member is None:
        return _removed(request, pk)
    seen = request.POST.get("version")
    try:
        pay_members.remove(member, seen=named_id(seen) if seen else None, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("references:pay_member_edit", pk)
    words = _("The membership of %(user)s from %(quarter)s on is removed.")
    messages.success(request, words % {"user": member.user, "quarter": member.from_quarter})
    return redirect("references:pay_members")


def _beside(member: PayMember) -> dict[str, Any]:
    """The person's other memberships, and whether this one was paid, so that it is not removed."""
    others = PayMember.objects.filter(user=member.user_id).exclude(pk=member.pk).order_by("from_quarter")
    return {"others": others, "is_paid": member.statements().exists()}


def _removed(request: PersonRequest, pk: int) -> HttpResponse:
    """Who removed the membership, and what was typed for it meanwhile; 404 of one that never was."""
    removed = get_object_or_404(AuditEvent.objects.select_related("by"), event="pay_member.removed", subject_id=pk)
    words = _("%(by)s removed the membership meanwhile (%(what)s).")
    told = [words % {"by": removed.by or _("The program"), "what": removed.subject_text}]
    told += [_("Nothing of yours is saved.")] if request.method == "POST" else []
    if typed := request.POST.get("target_bonus", "")[:20]:
        told.append(_("You had written: “%(typed)s”") % {"typed": typed})
    messages.error(request, " ".join(told))
    return redirect("references:pay_members")


def _change_form(
    sent: QueryDict | None, member: PayMember, quarters: list[Quarter], running: Quarter
) -> MemberChangeForm:
    told = {"target_bonus": member.target_bonus, "from_quarter": running.label}
    return MemberChangeForm(sent, quarters=quarters, initial=told | {"version": pay_members.member_mark(member)})


def _end_form(sent: QueryDict | None, member: PayMember, quarters: list[Quarter], running: Quarter) -> MemberEndForm:
    told = {"until_quarter": running.label, "version": pay_members.member_mark(member)}
    return MemberEndForm(sent, quarters=quarters, initial=told, auto_id="id_end_%s")
