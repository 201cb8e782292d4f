"""Nominations: the list, the page of one, nominating anew."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.choices import Role
from core.errors import RuleBroken
from core.exports import csv_response
from core.forms import passed_over, refuse_passed_over
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from core.texts import named_id
from customers.models import Customer, SupportCase
from customers.reports.customers import look_alikes
from customers.views.addresses import carried_in_words, chosen
from references.actions import nominations as actions
from references.filters import NominationFilter
from references.filters.nominations import STATES, offered
from references.forms.nomination_batches import MOST_AT_ONCE
from references.forms.nominations import NominationForm
from references.models import Nomination, RecruitingSettings
from references.reports import invitations, quotas, recoveries, recruiting_queue, recruiting_targets, turns
from references.reports import nominations as report
from references.reports.coverage_places import spot_asked
from references.reports.proposals import open_nomination
from references.views.customer_choice import choose, kept
from references.views.nomination_offers import DECIDE
from references.views.nomination_page import show

# What is ticked on a page is accepted at once.
PAGE_SIZE: Final = MOST_AT_ONCE
ORDER: Final = ("due", "pk")
SWITCHES: Final = ("turn", "mine", "overdue", "stale", "blocked")


@require_safe
@requires("references.view_nominations")
def index(request: PersonRequest) -> HttpResponse:
    """What waits and for whom, most urgent first."""
    shown = _filter(request)
    page = keyset_page(report.listed(shown.rows), order=ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    asked, today = without_cursor(request), shown.today
    rows = report.shown(page.rows, today=today, reader=request.user)
    context = {
        "page": page,
        "rows": rows,
        "acceptable": sum(row.is_acceptable for row in rows) if request.user.has_perm(DECIDE) else 0,
        "counts": report.counts(request.user, today=today),
        "months": recruiting_queue.months(capacity=RecruitingSettings.current().capacity, today=today),
        "progress": recruiting_targets.running(at=timezone.now()),
        "own": quotas.standing(request.user, at=timezone.now()),
        "asked": turns.open_turn(request.user, at=timezone.now()),
        "switches": [(name, shown.filters[name].label, asked.get(name) == "true") for name in SWITCHES],
        "states": STATES,
        "state": offered(asked.get("state", "")),
        "search": asked.get("q", ""),
        "query": asked.urlencode(),
        "is_narrowed": any(asked.values()),
        "passed_over": passed_over(shown.form),
    }
    return render_page_or_partial(request, "references/nomination_index.html", "nomination-list", context)


@require_safe
@requires("references.view_nominations")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, without paging."""
    narrowed = _filter(request)
    refuse_passed_over(narrowed.form)
    rows = report.listed(narrowed.rows).order_by(*ORDER)
    name = f"nominations-{timezone.localdate():%Y-%m-%d}.csv"
    lines = report.export_rows(rows, today=narrowed.today, reader=request.user)
    return csv_response(name, report.export_header(), lines)


def _filter(request: PersonRequest) -> NominationFilter:
    today = Programme.current().calendar.day_of(timezone.now())
    return NominationFilter(request.GET, user=request.user, today=today)


@require_safe
@requires("references.view_nominations")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """One nomination: what was said, what happened, and what this person can do now."""
    return show(request, pk)


@requires("references.nominate")
def create(request: PersonRequest) -> HttpResponse:
    """Nominate: first the customer, then the rest on one page."""
    customer, name = _subject(request)
    if customer is None and not name:
        return choose(request, "references/nomination_pick.html", proposes=True)
    here = _here(customer, name)
    told = _in_words(here, customer) if here else ""
    if len(here) == 1 and request.method == "POST":
        customer = here[0]
    asked = request.GET
    initial = {"dimension": asked.get("dimension", ""), "source": asked.get("source") or _own_source(request)}
    case = _case(request, customer)
    initial |= {"contact": asked.get("contact", ""), "story": f"{recoveries.in_words(case)} " if case else ""}
    form = NominationForm(request.POST if request.method == "POST" else None, customer=customer, initial=initial)
    if form.is_bound and form.is_valid() and not here:
        nomination = _submitted(request, form, customer, name)
        if nomination is not None:
            return redirect("references:nomination_detail", nomination.pk)
    context = {"form": form, "customer": customer, "name": name, **_known(request, customer, name)}
    context |= {"gap": spot_asked(asked) if "row" in asked and "column" in asked else None, "case": case}
    context |= {"here": here, "kept": kept(request)}
    if here and form.is_bound:
        form.add_error(None, told)
    return render(request, "references/nomination_form.html", context, status=422 if form.is_bound else 200)


def _own_source(request: PersonRequest) -> str:
    """Where a nomination of this person most likely comes from."""
    own = {Role.SUPPORT: "support", Role.CSM: "csm", Role.MARKETING: "marketing"}
    return next((source for role, source in own.items() if request.user.holds([role])), "sales")


def _subject(request: PersonRequest) -> tuple[Customer | None, str]:
    """The customer, or the name of a company that is not here yet."""
    name = " ".join(request.GET.get("new", "").split())[:400]
    if not request.GET.get("customer"):
        return None, name
    return chosen(request), ""


def _here(customer: Customer | None, name: str) -> list[Customer]:
    """Who is meant where a proposed company is a customer, or the customer was merged into another one."""
    if customer is None:
        return look_alikes(name, "")
    return [customer.survivor] if customer.merged_into is not None else []


def _case(request: PersonRequest, customer: Customer | None) -> SupportCase | None:
    """The case whose story is told, if the address names one of this customer."""
    return recoveries.solved(request.user, customer, named_id(request.GET.get("case", ""))) if customer else None


def _known(request: PersonRequest, customer: Customer | None, name: str) -> dict[str, Any]:
    """What is told before anybody writes: that the customer has left, or that it, or the company, is nominated."""
    found = open_nomination(customer, name)
    has_left = customer is not None and customer.has_left(Programme.current().calendar.day_of(timezone.now()))
    return {
        "open": found,
        "is_mine": found is not None and found.nominators.filter(user=request.user).exists(),
        "is_to_complete": found is not None
        and found.is_undecided
        and request.user.has_perm("references.complete_nomination", found),
        "gone": invitations.gone(customer) if customer and has_left else "",
    }


def _in_words(here: list[Customer], merged: Customer | None) -> str:
    """Why what was sent is not nominated as it stands; what was typed goes along to the only one that is meant."""
    if merged is not None:
        return carried_in_words(merged)
    if len(here) > 1:
        return _("Customers of this name are here already; choose the one that you mean.")
    words = _("%(customer)s is a customer here already; this is its form, with what you wrote.")
    return words % {"customer": here[0]}


def _submitted(request: PersonRequest, form: NominationForm, customer: Customer | None, name: str) -> Nomination | None:
    try:
        nomination = actions.submit(
            customer=customer,
            proposed_customer=name,
            values=_with_holder(request, form),
            willingness=form.willingness(),
            by=request.user,
            at=timezone.now(),
        )
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return None
    words = _("Thank you: %(customer)s is nominated. You hear of every step.")
    if nomination.submitted_by_id != request.user.pk:
        words = _("%(customer)s was nominated already; you joined the nomination and have credit for it too.")
    messages.success(request, words % {"customer": nomination})
    return nomination


def _with_holder(request: PersonRequest, form: NominationForm) -> dict[str, Any]:
    """Who nominates and names nobody knows the customer best."""
    values = form.values()
    return values | {"relationship_holder": values["relationship_holder"] or request.user}
