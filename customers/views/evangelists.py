"""Contacts who speak for us: the list, its export, the page of one and its deeds."""

from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over, refuse, refuse_passed_over
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.actions import contacts as actions
from customers.actions import occasions
from customers.filters import LEVELS, EvangelistFilter
from customers.forms.evangelists import BriefingForm, EvangelistForm
from customers.forms.occasions import OccasionChoiceForm
from customers.models import Contact, Occasion
from customers.reports import conflicts
from customers.reports import evangelists as report
from customers.views.customers import headings

PAGE_SIZE: Final = 50
SWITCHES: Final = ("stale", "mine")


def today() -> date:
    return Programme.current().calendar.day_of(timezone.now())


def filtered(request: PersonRequest) -> EvangelistFilter:
    return EvangelistFilter(request.GET, user=request.user, today=today())


def narrowing(request: PersonRequest, shown: EvangelistFilter) -> dict[str, Any]:
    """What the filters of a list of contacts show of themselves."""
    asked = without_cursor(request)
    return {
        "levels": LEVELS,
        "level": asked.get("level", ""),
        "scopes": shown.filters["scope"].extra["choices"],
        "scope": asked.get("scope", ""),
        "switches": [(name, shown.filters[name].label, asked.get(name) == "true") for name in SWITCHES],
        "of_customer": asked.get("customer", ""),
        "search": asked.get("q", ""),
        "query": asked.urlencode(),
        "since": report.POLICY.briefed_since(shown.today),
        "is_narrowed": any(asked.get(name) for name in shown.filters),
        "passed_over": passed_over(shown.form),
    }


@require_safe
@requires("customers.view_customers")
def index(request: PersonRequest) -> HttpResponse:
    """Who speaks for us; who waits longest for news comes first."""
    shown, sort = filtered(request), request.GET.get("sort", "")
    order = report.order_of(sort)
    page = keyset_page(report.listed(shown.rows), order=order, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    context = narrowing(request, shown) | {
        "page": page,
        "sort": sort,
        "headings": headings(request, sort, report.COLUMNS, first="briefed"),
        "counts": report.counts(request.user, today=shown.today),
    }
    return render_page_or_partial(request, "customers/evangelist_index.html", "evangelist-list", context)


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed and sorted, without paging."""
    shown = filtered(request)
    refuse_passed_over(shown.form)
    rows = report.listed(shown.rows).order_by(*report.order_of(request.GET.get("sort", "")))
    name = f"evangelists-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, report.export_header(), report.export_rows(rows))


@require_safe
@requires("customers.view_customers")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """What one contact has done for us and we for them. A contact that left keeps the page."""
    contact, day = contact_of(request, pk), today()
    context = {
        "contact": contact,
        "customer": contact.customer,
        "dossier": report.dossier(contact, user=request.user, today=day),
        "today": day,
        "days": report.POLICY.brief_every_days,
    }
    return render(request, "customers/evangelist_detail.html", context)


@requires("customers.edit_contacts")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Whether the contact refers us, where, and if not, why not."""
    contact = contact_of(request, pk)
    form = EvangelistForm(request.POST or None, instance=contact)
    theirs, status = [], 422 if form.is_bound else 200
    if form.is_valid():
        typed, seen = form.values(), form.cleaned_data["version"] or 0
        try:
            actions.answer(
                contact_of(request, pk), changes=typed, seen_version=seen, by=request.user, at=timezone.now()
            )
        except StaleVersion as stale:
            both = form.press_again(EvangelistForm(instance=stale.current), stale)
            theirs, status = conflicts.of_row(stale.current, typed, among=both), 409
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(contact)s is saved.") % {"contact": contact})
            return redirect("customers:evangelist_detail", pk)
    context = {"form": form, "contact": contact, "customer": contact.customer, "conflicts": theirs}
    return render(request, "customers/evangelist_form.html", context, status=status)


@require_POST
@requires("customers.edit_contacts")
def brief(request: PersonRequest, pk: int) -> HttpResponse:
    """The contact was briefed, today or on an earlier day."""
    contact, form = contact_of(request, pk), BriefingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say on which day."))
        return redirect("customers:evangelist_detail", pk)
    try:
        occasions.brief(contact, on=form.cleaned_data["on"], by=request.user, at=timezone.now())
        messages.success(request, _("Noted: %(contact)s is up to date.") % {"contact": contact})
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:evangelist_detail", pk)


@require_POST
@requires("customers.edit_contacts")
def invite(request: PersonRequest, pk: int) -> HttpResponse:
    """The contact is invited to an occasion that is still to come."""
    contact, form = contact_of(request, pk), OccasionChoiceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an occasion."))
        return redirect("customers:evangelist_detail", pk)
    occasion, one = form.cleaned_data["occasion"], Contact.objects.visible_to(request.user).filter(pk=contact.pk)
    if occasions.invite(occasion, contacts=one, by=request.user, at=timezone.now()):
        messages.success(request, _("Noted: invited to %(occasion)s.") % {"occasion": occasion})
    else:
        messages.info(request, _why_not_invited(contact, occasion))
    return redirect("customers:evangelist_detail", pk)


def _why_not_invited(contact: Contact, occasion: Occasion) -> str:
    told = {"contact": contact, "occasion": occasion, "customer": contact.customer}
    if contact.left_on is not None:
        return _("%(contact)s has left %(customer)s and is not invited.") % told
    if occasion.invitations.filter(contact=contact).exists():
        return _("%(contact)s is invited to %(occasion)s already.") % told
    return _("%(contact)s is not invited: by the day, %(customer)s is no customer any more.") % told


def contact_of(request: PersonRequest, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user).select_related("customer"), pk=pk)
