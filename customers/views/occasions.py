"""Webinars and briefings: the list, one planned or edited, and whom to invite."""

from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.errors import Duplicate, RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over, refuse_twin
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.actions import occasions as actions
from customers.choices import OccasionKind
from customers.forms.occasions import OccasionForm, TickedForm
from customers.forms.troubles import TroubleSearch
from customers.models import Contact, Occasion, OccasionInvitation
from customers.reports import conflicts
from customers.reports import evangelists as evangelist_report
from customers.reports import occasions as report
from customers.views.evangelists import filtered, narrowing, today

PAGE_SIZE: Final = 50
NAMED: Final = 20


@require_safe
@requires("customers.view_customers")
def index(request: PersonRequest) -> HttpResponse:
    """Occasions, the latest day first, with how many were invited, answered and came."""
    asked = TroubleSearch(request.GET, choices=report.OCCASIONS_SHOWN)
    search, show = asked.wanted()
    rows = report.occasions(request.user, search=search, show=show, today=today())
    page = keyset_page(rows, order=report.ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    context = {
        "page": page,
        "lines": report.lines(page.rows),
        "search": search,
        "show": show,
        "choices": report.OCCASIONS_SHOWN,
        "passed_over": passed_over(asked),
        "today": today(),
        "query": without_cursor(request).urlencode(),
    }
    return render_page_or_partial(request, "customers/occasion_index.html", "occasion-list", context)


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, without paging."""
    search, show = TroubleSearch(request.GET, choices=report.OCCASIONS_SHOWN).wanted_exactly()
    rows = report.occasions(request.user, search=search, show=show, today=today())
    return csv_response(f"occasions-{timezone.localdate():%Y-%m-%d}.csv", report.header(), report.rows(rows))


@requires("customers.edit_contacts")
def create(request: PersonRequest) -> HttpResponse:
    """A webinar or a briefing."""
    form = OccasionForm(request.POST or None)
    if form.is_valid():
        try:
            occasion = actions.create(**form.values(), by=request.user, at=timezone.now())
        except Duplicate as twin:
            refuse_twin(form, twin, "customers:occasion_detail")
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. Whom do you invite?"))
            return redirect("customers:occasion_invite", occasion.pk)
    return render(request, "customers/occasion_form.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("customers.edit_contacts")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Title, kind and day. Who saved second sees both values and keeps what was typed."""
    occasion = occasion_of(request, pk)
    form = OccasionForm(request.POST or None, instance=occasion_of(request, pk))
    theirs, status = [], 422 if form.is_bound else 200
    if form.is_valid():
        typed, seen = form.values(), form.cleaned_data["version"] or 0
        try:
            actions.edit(occasion, changes=typed, seen_version=seen, by=request.user, at=timezone.now())
        except StaleVersion as stale:
            both = form.press_again(OccasionForm(instance=stale.current), stale)
            theirs, status = conflicts.of_row(stale.current, typed, among=both), 409
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(occasion)s is saved.") % {"occasion": typed["title"]})
            return redirect("customers:occasion_detail", pk)
    context = {"form": form, "occasion": occasion, "conflicts": theirs}
    return render(request, "customers/occasion_form.html", context, status=status)


@requires("customers.edit_contacts")
def invite(request: PersonRequest, pk: int) -> HttpResponse:
    """Find contacts, tick them, or invite everyone whom the filters show."""
    occasion, shown = occasion_of(request, pk), filtered(request)
    invited = OccasionInvitation.objects.filter(occasion=occasion).values("contact_id")
    rows = shown.rows.present().staying(max(shown.today, occasion.held_on)).exclude(pk__in=invited)
    form = TickedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        ticked = None if form.cleaned_data["everyone"] else form.cleaned_data["ticked"]
        refuse_passed_over(shown.form)
        return _invited(request, occasion, rows, ticked)
    order, cursor = evangelist_report.order_of(""), request.GET.get("cursor")
    context = narrowing(request, shown) | {
        "occasion": occasion,
        "page": keyset_page(evangelist_report.listed(rows), order=order, cursor=cursor, size=PAGE_SIZE),
        "total": rows.count(),
        "form": form,
        "is_personal": occasion.kind == OccasionKind.PERSONAL,
    }
    page, partial = "customers/occasion_invite.html", "invite-list"
    return render_page_or_partial(request, page, partial, context, status=422 if form.is_bound else 200)


def _invited(
    request: PersonRequest, occasion: Occasion, shown: QuerySet[Contact], ticked: Sequence[int] | None
) -> HttpResponse:
    """Invite those who are ticked among those shown, or everyone, and say who of the ticked was passed over."""
    chosen = shown if ticked is None else shown.filter(pk__in=ticked)
    before = report.invited_of(occasion, ticked or ())
    try:
        count = actions.invite(occasion, contacts=chosen, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("customers:occasion_detail", occasion.pk)
    told = report.passed_over(occasion, ticked or (), invited_before=before, user=request.user, today=today())
    warnings = _passed_over(told)
    if count:
        words = ngettext("%(count)s contact is invited.", "%(count)s contacts are invited.", count)
        messages.success(request, words % {"count": count})
    elif not warnings:
        messages.error(request, _("Nobody is invited: nobody who matches can be invited any more."))
    for words in warnings:
        messages.warning(request, words)
    return redirect("customers:occasion_detail", occasion.pk)


def _passed_over(told: report.PassedOver) -> list[str]:
    """Who is not invited, and why."""
    said = [
        (told.left, _("Not invited, no longer at the customer: %(names)s")),
        (told.customer_left, _("Not invited, as the customer has left: %(names)s")),
        (told.customer_leaves, _("Not invited, as the customer leaves by the day: %(names)s")),
        (told.invited, _("Invited already: %(names)s")),
        (told.hidden, _("Not invited, no longer shown by the filters: %(names)s")),
    ]
    warnings = [words % {"names": few(names)} for names, words in said if names]
    if told.unknown:
        words = ngettext(
            "%(count)s of those who were ticked is no contact here and is passed over.",
            "%(count)s of those who were ticked are no contacts here and are passed over.",
            told.unknown,
        )
        warnings.append(words % {"count": told.unknown})
    return warnings


def few(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def occasion_of(request: PersonRequest, pk: int) -> Occasion:
    return get_object_or_404(Occasion.objects.visible_to(request.user), pk=pk)
