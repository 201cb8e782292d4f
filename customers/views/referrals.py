"""What contacts referred: the list with its quarters, one entered, followed up, withdrawn."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import Duplicate, RuleBroken, StaleVersion
from core.exports import csv_response
from core.forms import passed_over, refuse, refuse_passed_over, refuse_twin
from core.models import Programme
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.actions import referrals as actions
from customers.filters import OUTCOMES, ReferralFilter
from customers.forms.evangelists import ReferralForm, WithdrawalForm
from customers.models import Customer, Referral
from customers.models.referral import reads_revenue
from customers.reports import conflicts
from customers.reports import referrals as report
from customers.views.evangelists import contact_of, today

PAGE_SIZE: Final = 50
QUARTERS_SHOWN: Final = 8
NAMES_SHOWN: Final = 8


def _filter(request: PersonRequest, *, whole: bool = False) -> ReferralFilter:
    """`whole`: of every quarter, for the totals."""
    asked = without_cursor(request)
    if whole:
        asked.pop("quarter", None)
    return ReferralFilter(asked, user=request.user, calendar=Programme.current().calendar)


@require_safe
@requires("customers.view_customers")
def index(request: PersonRequest) -> HttpResponse:
    """The latest referrals first, and what each quarter brought."""
    shown, asked = _filter(request), without_cursor(request)
    rows, cursor = report.listed(shown.rows), request.GET.get("cursor")
    totals = report.totals(_filter(request, whole=True).rows, calendar=shown.calendar)
    context = {
        "page": keyset_page(rows, order=report.ORDER, cursor=cursor, size=PAGE_SIZE),
        "totals": totals[:QUARTERS_SHOWN],
        "currency": Programme.current().currency,
        "outcomes": OUTCOMES,
        "outcome": asked.get("outcome", ""),
        "prompted": asked.get("prompted", ""),
        "quarter": asked.get("quarter", ""),
        "of_contact": asked.get("contact", ""),
        "of_customer": asked.get("customer", ""),
        "search": asked.get("q", ""),
        "query": asked.urlencode(),
        "is_narrowed": any(asked.values()),
        "passed_over": passed_over(shown.form),
    }
    return render_page_or_partial(request, "customers/referral_index.html", "referral-list", context)


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, without paging; revenue for those who may read it."""
    may_read, shown = reads_revenue(request.user), _filter(request)
    refuse_passed_over(shown.form)
    rows = report.listed(shown.rows)
    header = report.export_header(with_revenue=may_read)
    name = f"referrals-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, header, report.export_rows(rows, with_revenue=may_read))


@require_safe
@requires("customers.export_customers")
def quarter_export(request: PersonRequest) -> StreamingHttpResponse:
    """What every quarter brought, of the referrals that the list shows."""
    may_read, shown = reads_revenue(request.user), _filter(request, whole=True)
    # A quarter leaves no other out of this file; but one that is none is refused here, too.
    refuse_passed_over(_filter(request).form)
    header = report.quarter_header(with_revenue=may_read)
    rows = report.quarter_rows(report.totals(shown.rows, calendar=shown.calendar), with_revenue=may_read)
    return csv_response(f"referrals-by-quarter-{timezone.localdate():%Y-%m-%d}.csv", header, rows)


@requires("customers.edit_contacts")
def create(request: PersonRequest, pk: int) -> HttpResponse:
    """The contact `pk` told somebody of us."""
    contact = contact_of(request, pk)
    initial = {"referred_on": today()}
    form = ReferralForm(request.POST or None, initial=initial, reads_revenue=reads_revenue(request.user))
    if form.is_valid():
        try:
            actions.record(contact, values=form.values(), by=request.user, at=timezone.now())
        except Duplicate as twin:
            refuse_twin(form, twin, "customers:referral_edit")
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The referral is noted. Say thank you while it is fresh."))
            return redirect("customers:evangelist_detail", pk)
    context = {"form": form, "contact": contact, "customer": contact.customer}
    return render(request, "customers/referral_form.html", context, status=422 if form.is_bound else 200)


@requires("customers.edit_contacts")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """What became of a referral. Who saved second sees both values and keeps what was typed."""
    referral = _referral(request, pk)
    form = _form(request.POST or None, referral, request)
    theirs, status = [], 422 if form.is_bound else 200
    if form.is_valid():
        typed, seen = form.values(), form.cleaned_data["version"] or 0
        by, may_write = request.user, form.reads_revenue
        try:
            saved = actions.edit(
                referral, changes=typed, seen_version=seen, may_write_revenue=may_write, by=by, at=timezone.now()
            )
        except StaleVersion as stale:
            both = form.press_again(_form(None, referral, request), stale)
            theirs, status = conflicts.of_row(stale.current, typed, among=both), 409
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _saved(before=referral, after=saved))
            return redirect("customers:evangelist_detail", referral.contact_id)
    return _page(request, pk, form=form, status=status, conflicts=theirs)


def _saved(*, before: Referral, after: Referral) -> str:
    """With the revenue that went: the outcome took it away, and it was perhaps a colleague's."""
    words = _("The referral is saved.")
    if before.revenue is None or after.revenue is not None:
        return words
    lost = _("Only a won one has revenue, so %(revenue)s was taken away; write it again if the referral is won.")
    return f"{words} {lost % {'revenue': number_format(before.revenue, force_grouping=True)}}"


def _page(request: PersonRequest, pk: int, *, form: ReferralForm, status: int, **more: Any) -> HttpResponse:
    """The page of a referral as it stands; what was refused beside it."""
    referral = _referral(request, pk)
    contact = referral.contact
    context = {"form": form, "referral": referral, "contact": contact, "customer": contact.customer}
    return render(request, "customers/referral_form.html", context | more, status=status)


def _form(typed: QueryDict | None, referral: Referral, request: PersonRequest) -> ReferralForm:
    """The form of the referral as it stands, with what was typed, if anything was."""
    return ReferralForm(typed, instance=_referral(request, referral.pk), reads_revenue=reads_revenue(request.user))


@require_POST
@requires("customers.edit_contacts")
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """The referral was none; it stays, marked."""
    referral, form = _referral(request, pk), WithdrawalForm(request.POST)
    if form.is_valid():
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
        try:
            actions.withdraw(referral, reason=reason, seen_version=seen, by=request.user, at=timezone.now())
        except StaleVersion as stale:
            form.add_error("reason", _("%(refusal)s Look at it as it is now, then press again.") % {"refusal": stale})
        except RuleBroken as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _withdrawn(referral))
            return redirect("customers:evangelist_detail", referral.contact_id)
    return _page(request, pk, form=_form(None, referral, request), status=422, withdrawal=form)


def _withdrawn(referral: Referral) -> str:
    """With what it leaves behind: the contact may be an evangelist because of it alone."""
    words, contact = _("The referral is withdrawn and counts nowhere; it can be taken back."), referral.contact
    if not contact.is_evangelist or contact.referrals.filter(withdrawn_at=None).exists():
        return words
    stays = _("%(contact)s still stands as one who refers us; if that is wrong, put it right under “Edit contact”.")
    return f"{words} {stays % {'contact': contact}}"


@require_POST
@requires("customers.edit_contacts")
def reinstate(request: PersonRequest, pk: int) -> HttpResponse:
    """The referral counts again."""
    referral = _referral(request, pk)
    try:
        actions.reinstate(referral, by=request.user, at=timezone.now())
        messages.success(request, _("The referral counts again."))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:evangelist_detail", referral.contact_id)


@require_safe
@requires("customers.view_customers")
def customer_names(request: PersonRequest) -> HttpResponse:
    """Names of customers that contain what is being typed, as the options of a field."""
    text = request.GET.get("customer_name", "")[:200]
    rows = Customer.objects.visible_to(request.user).unmerged().search(text)
    found = rows.order_by("name_key", "pk")[:NAMES_SHOWN] if len(text.strip()) > 1 else []
    return render(request, "customers/customer_names.html", {"found": found})


def _referral(request: PersonRequest, pk: int) -> Referral:
    rows = Referral.objects.visible_to(request.user).select_related("contact__customer", "customer")
    return get_object_or_404(rows, pk=pk)
