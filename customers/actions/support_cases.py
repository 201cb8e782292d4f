"""Support cases: entered, followed, solved. What a file brings goes through `case_imports`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Duplicate, RuleBroken
from core.models import User
from customers.actions import belongings, customers
from customers.actions.early_days import slips
from customers.actions.spellings import of_system
from customers.models import Customer, SupportCase

EDITABLE = frozenset(
    ["contact", "number", "subject", "severity", "is_escalated", "opened_on", "closed_on", "satisfaction", "solver"]
)
ORIGIN = frozenset(["source", "source_id"])


@transaction.atomic
def record(customer: Customer, *, values: Mapping[str, Any], by: User | None, at: datetime) -> SupportCase:
    """A case of the customer; `values` maps names of EDITABLE and, from another system, of ORIGIN.

    Raises Duplicate for a number that a case of the customer has, and for an id that one of the same system has.
    """
    belongings.refuse_unknown(values, EDITABLE | ORIGIN)
    case = SupportCase(customer=customers.lock(customer.pk), **of_system(values))
    _refuse_twin(case)
    return belongings.record(case, customer, event="case.recorded", check=refuse_nonsense, twins=_twins, by=by, at=at)


@transaction.atomic
def edit(
    case: SupportCase, *, changes: Mapping[str, Any], seen_version: int | None = None, by: User | None, at: datetime
) -> SupportCase:
    """Write what differs, as `belongings.edit` does."""
    belongings.refuse_unknown(changes, EDITABLE | ORIGIN)
    return belongings.edit(
        case,
        changes=of_system(changes),
        seen_version=seen_version,
        event="case.edited",
        check=refuse_nonsense,
        twins=_twins,
        by=by,
        at=at,
    )


def untrue_days(opened_on: date | None, closed_on: date | None, today: date) -> list[str]:
    """In words all that cannot be true of the days of a case."""
    told = slips(past=[opened_on, closed_on], today=today)
    if any(day is not None and day > today for day in (opened_on, closed_on)):
        told.append(_("The day lies ahead; enter what has happened."))
    if opened_on is not None and closed_on is not None and closed_on < opened_on:
        told.append(_("The case was solved before it was opened; look at the two days."))
    return told


def refuse_nonsense(case: SupportCase, today: date) -> None:
    """Raise RuleBroken for what no case can be."""
    for words in untrue_days(case.opened_on, case.closed_on, today):
        raise RuleBroken(words)
    if not case.number.strip():
        raise RuleBroken(_("Write the number of the case, so that it is found again."))
    if case.contact is not None and case.contact.customer_id != case.customer_id:
        raise RuleBroken(_("%s is not a contact of %s.") % (case.contact, case.customer))
    if case.satisfaction is not None and not 1 <= case.satisfaction <= 5:
        raise RuleBroken(_("Satisfaction is a number from 1 (bad) to 5 (very good)."))


def _refuse_twin(case: SupportCase) -> None:
    """A person who enters a case again would keep an open one beside the solved one."""
    alike = list(SupportCase.objects.filter(customer=case.customer, number=case.number)[:5])
    if alike:
        words = _("%(customer)s has a case with the number %(number)s already.")
        raise Duplicate(words % {"customer": case.customer, "number": case.number}, existing=alike)


def _twins(case: SupportCase) -> tuple[str, list[Any]]:
    words = _("There is a case with this id of %(source)s already.") % {"source": case.source or _("no system")}
    return words, list(SupportCase.objects.filter(source=case.source, source_id=case.source_id))
