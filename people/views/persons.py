"""People administration: the list, one person, roles, who may log in."""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from core.actions import people
from core.choices import Role
from core.errors import RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.models import AuditEvent, User
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from people.actions import second_factors
from people.forms import PersonForm, PersonSearch
from people.reports import persons

PAGE = 50


@require_safe
@requires("core.manage_people")
def index(request: PersonRequest) -> HttpResponse:
    search = PersonSearch(request.GET)
    found = persons.found(search.wanted)
    page = keyset_page(found, order=["name", "pk"], cursor=request.GET.get("cursor"), size=PAGE)
    context = {
        "search": search,
        "page": page,
        "count": found.count(),
        "query": without_cursor(request).urlencode(),
        "passed_over": passed_over(search),
    }
    return render_page_or_partial(request, "people/person_list.html", "person-list", context)


@require_safe
@requires("core.manage_people")
def export(request: PersonRequest) -> HttpResponseBase:
    search = PersonSearch(request.GET)
    refuse_passed_over(search)
    found = persons.found(search.wanted).order_by("name", "pk")
    header = [gettext("Name"), gettext("E-mail"), gettext("Roles"), gettext("Active"), gettext("Last log-in")]
    header += [gettext("Team"), gettext("Region")]
    return csv_response("people.csv", header, _rows(found, gettext("yes"), gettext("no")))


def _rows(found: Any, yes: str, no: str) -> Iterator[list[Any]]:
    for user in found.iterator(chunk_size=2000):
        last = user.last_login.isoformat(timespec="seconds") if user.last_login else ""
        yield [
            user.name,
            user.email,
            " ".join(sorted(user.roles)),
            yes if user.is_active else no,
            last,
            user.team,
            user.region,
        ]


@require_safe
@requires("core.manage_people")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    return _page(request, user, PersonForm(initial=_told(user)))


def _told(user: User) -> dict[str, Any]:
    roles = [role for role in Role.values if role in user.roles]
    told = {"name": user.name, "team": user.team, "region": user.region, "roles": roles}
    return told | {"version": people.administered_mark(user)}


@require_POST
@requires("core.manage_people")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST, initial=_told(user))
    if form.is_valid():
        try:
            people.administer(user, **form.said(), by=request.user, at=timezone.now())
        except StaleVersion as stale:
            form.refuse(stale, PersonForm(initial=_told(stale.current)))
        except RuleBroken as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": user})
            return redirect("people:person_detail", pk=pk)
    return _page(request, User.objects.get(pk=pk), form, status=422)


@require_POST
@requires("core.manage_people")
def deactivate(request: PersonRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, active=False, said=gettext("%(name)s can no longer log in."))


@require_POST
@requires("core.manage_people")
def reactivate(request: PersonRequest, pk: int) -> HttpResponse:
    return _set_active(request, pk, active=True, said=gettext("%(name)s can log in again."))


@require_POST
@requires("core.manage_people")
def remove_second_factor(request: PersonRequest, pk: int) -> HttpResponse:
    """The person lost it, and gets a new one at the next log-in."""
    user = get_object_or_404(User, pk=pk)
    try:
        second_factors.remove(user, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("%(name)s logs in with the password alone now.") % {"name": user})
    return redirect("people:person_detail", pk=pk)


def _set_active(request: PersonRequest, pk: int, *, active: bool, said: str) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    try:
        people.set_active(user, active=active, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said % {"name": user})
    return redirect("people:person_detail", pk=pk)


def _page(request: PersonRequest, user: User, form: PersonForm, *, status: int = 200) -> HttpResponse:
    context = {
        "person": user,
        "form": form,
        "grants": user.role_grants.select_related("granted_by", "revoked_by").order_by("-granted_at", "-pk")[:20],
        "invitation": user.invitations.first(),
        "has_second_factor": get_adapter().is_mfa_enabled(user),
        "events": AuditEvent.objects.filter(subject_type="core.user", subject_id=user.pk).select_related("by")[:12],
    }
    return render(request, "people/person.html", context, status=status)
