"""Bonus statements: issued by the programme manager, read by each member for the own line."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.models import Programme
from core.permissions import requires
from core.requests import PersonRequest
from references.actions import statements
from references.models import BonusStatement, Closing, Definition
from references.reports import pay as reports


@require_safe
@requires("references.view_own_pay")
def detail(request: PersonRequest, label: str) -> HttpResponse:
    """The statement with the lines the person may see; a person without a line does not find it."""
    statement = _statement(request, label)
    context = {
        "sheet": reports.sheet(statement, user=request.user),
        "statement": statement,
        "settled": reports.settled_counts([statement])[statement.pk],
        "corrected": reports.corrected_counts([statement.closing])[statement.closing_id],
        "company": Programme.current().company,
        "definition": Definition.objects.select_related("dimension").get(pk=statement.closing.definition_id),
    }
    return render(request, "references/statement_detail.html", context)


@require_safe
@requires("references.view_own_pay")
def export(request: PersonRequest, label: str) -> HttpResponseBase:
    """The lines the person may see, as CSV."""
    statement = _statement(request, label)
    header = [
        *(_("quarter"), _("member"), _("e-mail"), _("target bonus"), _("payout in percent"), _("payout")),
        *(_("carried over"), _("why"), _("total"), _("currency")),
    ]
    rows = (
        (
            label,
            line.user.name,
            line.user.email,
            line.target_bonus,
            statement.payout_percent,
            line.payout,
            line.carried_over,
            line.carried_over_text,
            line.total,
            statement.currency,
        )
        for line in reports.sheet(statement, user=request.user).lines
    )
    return csv_response(f"bonus-{label}.csv", header, rows)


@require_POST
@requires("references.issue_statement")
def issue(request: PersonRequest, label: str) -> HttpResponse:
    closing = get_object_or_404(Closing, quarter=label)
    try:
        statements.issue(closing, by=request.user, at=timezone.now())
    except statements.AlreadyIssued as found:
        messages.info(request, str(found))
        return redirect("references:statement_detail", label)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("references:pay_plan")
    messages.success(request, _("The bonus statement of %(quarter)s is issued.") % {"quarter": label})
    return redirect("references:statement_detail", label)


def _statement(request: PersonRequest, label: str) -> BonusStatement:
    visible = BonusStatement.objects.visible_to(request.user).select_related("closing", "curve", "issued_by")
    return get_object_or_404(visible, closing__quarter=label)
