"""Where a customer stands: taken on, gone, won back."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from core.errors import RuleBroken, StaleVersion
from core.permissions import requires
from core.requests import PersonRequest, programme_day
from customers.actions import customers as actions
from customers.actions import standings
from customers.forms import DayAndReasonForm, LifecycleForm, StayForm
from customers.models import Customer
from customers.views.addresses import addressed
from customers.views.departures import warn


@requires("customers.edit_customers")
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Prospective, onboarding or live."""
    customer = addressed(request, pk)
    initial = {"on": programme_day(request), "lifecycle": customer.lifecycle, "seen": customer.standing_mark}
    form = LifecycleForm(request.POST or None, initial=initial)
    words = {
        "title": gettext("Where %(customer)s stands"),
        "lead": gettext("Onboarding and live customers are active: they can be counted as reference-able."),
        "button": gettext("Save"),
        "done": gettext("%(customer)s is “%(stage)s” now."),
    }
    return _deed(request, customer, form, words, partial(actions.set_lifecycle, customer))


@requires("customers.edit_customers")
def churn(request: PersonRequest, pk: int) -> HttpResponse:
    """The customer left; or the day or the reason was another one."""
    customer = addressed(request, pk)
    known, today = customer.churned_on, programme_day(request)
    initial = {"on": known or today, "reason": customer.churn_reason}
    initial["seen"] = customer.standing_mark
    form = DayAndReasonForm(request.POST or None, initial=initial)
    title = gettext("When and why %(customer)s left") if known else gettext("Mark %(customer)s as churned")
    done = gettext("%(customer)s is marked as churned as of %(day)s.")
    words = {
        "title": gettext("When and why %(customer)s leaves") if customer.is_leaving(today) else title,
        "lead": gettext(
            "From that day on the customer no longer counts as reference-able. Cells, contacts and history stay; "
            "a customer that comes back can be won back."
        ),
        "button": gettext("Save") if known else gettext("Mark as churned"),
        "danger": "yes",
        "done": gettext("The departure of %(customer)s is corrected: %(day)s.") if known else done,
        "ahead": "" if known else gettext("%(customer)s leaves on %(day)s."),
    }
    return _deed(request, customer, form, words, partial(actions.churn, customer))


@requires("customers.edit_customers")
def win_back(request: PersonRequest, pk: int) -> HttpResponse:
    """A churned customer is live again; one that has not left yet stays after all."""
    customer, today = addressed(request, pk), programme_day(request)
    if customer.is_leaving(today):
        return _stay(request, customer, today)
    initial = {"on": today, "seen": customer.standing_mark}
    sent: QueryDict = request.POST
    deed: Callable[..., Any] = partial(actions.win_back, customer)
    if sent.get("seen") and "on" not in sent:
        # The page said that the customer stays, so it asked for no day; by now it has left, or stays already.
        sent = QueryDict(f"{sent.urlencode()}&on={today}")
        deed = partial(_refuse_old, customer)
    form = DayAndReasonForm(sent or None, initial=initial)
    words = {
        "title": gettext("Win back %(customer)s"),
        "lead": gettext("The customer is live again and counts as soon as its pay-trigger cell does."),
        "button": gettext("Win back"),
        "done": gettext("%(customer)s is won back."),
    }
    return _deed(request, customer, form, words, deed)


def _refuse_old(customer: Customer, *, at: datetime, **_typed: object) -> None:
    raise standings.stale(customer, at=at)


def _stay(request: PersonRequest, customer: Customer, today: date) -> HttpResponse:
    form = StayForm(request.POST or None, initial={"seen": customer.standing_mark})
    lead = gettext("It was to leave on %(day)s; that is taken back, and it is again what it was before.")
    words = {
        "title": gettext("%(customer)s stays after all"),
        "lead": lead % {"day": date_format(customer.churned_on)} if customer.churned_on else "",
        "button": gettext("It stays"),
        "done": gettext("%(customer)s stays."),
    }
    return _deed(request, customer, form, words, partial(actions.win_back, customer, on=today))


def _told(customer: Customer) -> dict[str, object]:
    day = date_format(customer.churned_on) if customer.churned_on else ""
    return {"customer": customer, "stage": customer.get_lifecycle_display(), "day": day}


def _deed(
    request: PersonRequest,
    customer: Customer,
    form: DayAndReasonForm,
    words: dict[str, str],
    deed: Callable[..., Any],
) -> HttpResponse:
    """Show the form; when it is filled in well, do the deed and return to the customer."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                deed(**form.cleaned_data, by=request.user, at=timezone.now())
            except StaleVersion as refusal:
                form.refuse(str(refusal), seen=refusal.current.standing_mark)
            except RuleBroken as refusal:
                form.add_error(None, str(refusal))
            else:
                ahead = words.get("ahead", "") if customer.is_leaving(programme_day(request)) else ""
                messages.success(request, (ahead or words["done"]) % _told(customer))
                warn(request, customer)
                return redirect("customers:customer_detail", customer.pk)
    words = {**words, "title": words["title"] % {"customer": customer}}
    context = {"customer": customer, "form": form, "words": words}
    return render(request, "customers/deed_form.html", context, status=status)
