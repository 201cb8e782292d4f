"""Support cases: entered, followed, solved. What a file brings goes through `case_imports`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import User
from customers.actions import belongings
from customers.models import Customer, SupportCase

EDITABLE = frozenset(
    ["contact", "number", "subject", "severity", "is_escalated", "opened_on", "closed_on", "satisfaction", "solver"]
)
ORIGIN = frozenset(["source", "source_id"])


@transaction.atomic
def record(customer: Customer, *, values: Mapping[str, Any], by: User | None, at: datetime) -> SupportCase:
    """A case of the customer; `values` maps names of EDITABLE and, from another system, of ORIGIN.

    Raises Duplicate for an id that a case of the same system has.
    """
    belongings.refuse_unknown(values, EDITABLE | ORIGIN)
    case = SupportCase(customer=customer, **values)
    return belongings.record(case, customer, event="case.recorded", check=refuse_nonsense, twins=_twins, by=by, at=at)


@transaction.atomic
def edit(
    case: SupportCase, *, changes: Mapping[str, Any], seen_version: int | None = None, by: User | None, at: datetime
) -> SupportCase:
    """Write what differs, as `belongings.edit` does."""
    belongings.refuse_unknown(changes, EDITABLE | ORIGIN)
    return belongings.edit(
        case,
        changes=changes,
        seen_version=seen_version,
        event="case.edited",
        check=refuse_nonsense,
        twins=_twins,
        by=by,
        at=at,
    )


def refuse_nonsense(case: SupportCase) -> None:
    """Raise RuleBroken for what no case can be."""
    if not case.number.strip():
        raise RuleBroken(_("Write the number of the case, so that it is found again."))
    if case.closed_on is not None and case.closed_on < case.opened_on:
        raise RuleBroken(_("The case was solved before it was opened; look at the two days."))
    if case.contact is not None and case.contact.customer_id != case.customer_id:
        raise RuleBroken(_("%s is not a contact of %s.") % (case.contact, case.customer))
    if case.satisfaction is not None and not 1 <= case.satisfaction <= 5:
        raise RuleBroken(_("Satisfaction is a number from 1 (bad) to 5 (very good)."))


def _twins(case: SupportCase) -> tuple[str, list[Any]]:
    words = _("There is a case with this id of %(source)s already.") % {"source": case.source or _("no system")}
    return words, list(SupportCase.objects.filter(source=case.source, source_id=case.source_id))
