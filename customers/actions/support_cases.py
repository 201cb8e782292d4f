"""Support cases: entered, followed, solved. What an import brings goes through `case_imports`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import User
from customers.actions import customers
from customers.models import Customer, SupportCase

EDITABLE = frozenset(
    [
        "contact",
        "number",
        "subject",
        "severity",
        "is_escalated",
        "opened_on",
        "closed_on",
        "satisfaction",
        "solver",
        "source",
        "source_id",
    ]
)


@transaction.atomic
def record(customer: Customer, *, values: Mapping[str, Any], by: User | None, at: datetime) -> SupportCase:
    """A case of the customer; `values` maps names of EDITABLE. Raises Duplicate for a known id of the same system."""
    _refuse_unknown(values)
    case = SupportCase(customer=customers.lock(customer.pk), updated_at=at, **values)
    refuse_nonsense(case)
    _save(case)
    audit.record("case.recorded", case, by=by, at=at, customer=case.customer_id)
    return case


@transaction.atomic
def edit(
    case: SupportCase, *, changes: Mapping[str, Any], seen_version: int | None = None, by: User | None, at: datetime
) -> SupportCase:
    """Write what differs; nothing if nothing differs. StaleVersion if changed since `seen_version`, where given."""
    _refuse_unknown(changes)
    customers.lock(case.customer_id)
    current = SupportCase.objects.select_for_update().get(pk=case.pk)
    if seen_version is not None and current.version != seen_version:
        raise StaleVersion(customers.changed_meanwhile(current), current=current)
    fields = {name: [getattr(current, name), value] for name, value in changes.items()}
    fields = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    if not fields:
        return current
    for name, (_before, after) in fields.items():
        setattr(current, name, after)
    current.version, current.updated_at = current.version + 1, at
    refuse_nonsense(current)
    _save(current)
    told = {name: [customers.plain(before), customers.plain(after)] for name, (before, after) in fields.items()}
    audit.record("case.edited", current, by=by, at=at, customer=current.customer_id, fields=told)
    return current


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


def _save(case: SupportCase) -> None:
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as conflict:
        words = _("There is a case with this id of %(source)s already.") % {"source": case.source}
        existing = SupportCase.objects.filter(source=case.source, source_id=case.source_id)
        raise Duplicate(words, existing=list(existing)) from conflict


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = values.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a case: {', '.join(sorted(unknown))}")
