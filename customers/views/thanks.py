"""Thanks: the list, its export, and a new one to a colleague or to a contact."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.forms import passed_over
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.actions import thanks as actions
from customers.forms.evangelists import ThankYouForm
from customers.forms.troubles import TroubleSearch
from customers.reports import thanks as report
from customers.views.evangelists import contact_of

PAGE_SIZE: Final = 50


@require_safe
@requires("customers.view_customers")
def index(request: PersonRequest) -> HttpResponse:
    """Thanks, the latest first."""
    asked = TroubleSearch(request.GET, choices=report.THANKS_SHOWN)
    search, show = asked.wanted()
    rows = report.thanks(request.user, search=search, show=show)
    context = {
        "page": keyset_page(rows, order=report.ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "search": search,
        "show": show,
        "choices": report.THANKS_SHOWN,
        "passed_over": passed_over(asked),
        "query": without_cursor(request).urlencode(),
    }
    return render_page_or_partial(request, "customers/thank_you_index.html", "thank-you-list", context)


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, without paging."""
    search, show = TroubleSearch(request.GET, choices=report.THANKS_SHOWN).wanted_exactly()
    rows = report.thanks(request.user, search=search, show=show)
    return csv_response(f"thanks-{timezone.localdate():%Y-%m-%d}.csv", report.header(), report.rows(rows))


@requires("customers.thank")
def create(request: PersonRequest) -> HttpResponse:
    """Thank a colleague, who hears of it at once."""
    form = ThankYouForm(request.POST or None, user=request.user, initial={"colleague": request.GET.get("colleague")})
    if form.is_valid() and _given(request, form):
        messages.success(request, _("Thanked; your colleague gets a notice."))
        return redirect("customers:thank_you_index")
    return render(request, "customers/thank_you_form.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("customers.edit_contacts")
def create_for_contact(request: PersonRequest, pk: int) -> HttpResponse:
    """Thank a contact: the words first, then the mail from the person's own mail program, then the note of it."""
    contact = contact_of(request, pk)
    form = ThankYouForm(request.POST or None, user=request.user, contact=contact)
    is_ready = form.is_valid()
    if is_ready and form.cleaned_data["is_sent"] and _given(request, form):
        messages.success(request, _("Noted: %(contact)s was thanked.") % {"contact": contact})
        return redirect("customers:evangelist_detail", pk)
    context = {"form": form, "contact": contact, "customer": contact.customer}
    if is_ready and not form.errors:
        return render(request, "customers/thank_you_send.html", context)
    return render(request, "customers/thank_you_form.html", context, status=422 if form.is_bound else 200)


def _given(request: PersonRequest, form: ThankYouForm) -> bool:
    try:
        actions.give(**form.values(), by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
