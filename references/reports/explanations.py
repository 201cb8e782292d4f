"""“Counts today: yes/no, because …” as a sentence with dates and names."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.models import Customer
from references.choices import EvidenceKind, Reason, Status
from references.models import Cell, Definition
from references.rules.verdicts import Verdict


def explain(customer: Customer, cell: Cell, judged: Verdict | None, definition: Definition) -> str:
    """Why the cell makes the customer count today, or why not; `judged` is None outside the pay trigger."""
    if judged is None:
        return _("The count is taken from “%s” only.") % definition.dimension
    if judged.is_referenceable:
        return _grounds(cell)
    return _obstacle(customer, cell, judged.reason)


def _grounds(cell: Cell) -> str:
    if cell.evidence is None:
        return _("it is Green, and this definition asks for no evidence.")
    if cell.evidence.kind == EvidenceKind.IMPORT:
        told = {"day": _day(cell.evidence_valid_until)}
        return _("it was imported as Green; the evidence is to be proven until %(day)s.") % told
    told = {
        "contact": str(cell.evidence.contact or ""),
        "day": _day(cell.evidence_agreed_on),
        "form": cell.evidence.get_kind_display(),
        "until": _day(cell.evidence_valid_until),
    }
    if cell.evidence_valid_until is None:
        return _("%(contact)s agreed on %(day)s (%(form)s), without an end.") % told
    return _("%(contact)s agreed on %(day)s (%(form)s), valid until %(until)s.") % told


def _obstacle(customer: Customer, cell: Cell, reason: Reason) -> str:
    told = {
        "agreed": _day(cell.evidence_agreed_on),
        "until": _day(cell.evidence_valid_until),
        "churned": _day(customer.churned_on),
        "survivor": str(customer.merged_into or ""),
        "status": Status(cell.status).label,
    }
    sentences = {
        Reason.MERGED: _("the customer was merged into %(survivor)s and counts there."),
        Reason.PROSPECTIVE: _("the company is not yet a customer."),
        Reason.CHURNED: _("the customer left on %(churned)s."),
        Reason.BLANK: _("the cell is blank."),
        Reason.NO_EVIDENCE: _("it is Green without evidence: who agreed, when, and in what form."),
        Reason.EXPIRED: _("the evidence ended on %(until)s."),
        Reason.NOT_YET_VALID: _("the contact agreed for a later day, %(agreed)s."),
    }
    return sentences.get(reason, _("the cell is %(status)s, not Green.")) % told


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
