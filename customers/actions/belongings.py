"""What support cases and invoices share when they are written: locked with their customer, compared, audited."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from core import audit
from core.errors import Duplicate, StaleVersion
from core.models import Programme, User
from customers.actions import customers
from customers.models import Customer, Invoice, SupportCase

Thing = TypeVar("Thing", SupportCase, Invoice)
Check = Callable[[Thing, date], None]
Twins = Callable[[Thing], tuple[str, list[Any]]]


def record(
    thing: Thing,
    customer: Customer,
    *,
    event: str,
    check: Check[Thing],
    twins: Twins[Thing],
    by: User | None,
    at: datetime,
) -> Thing:
    """Save a new one. `check` refuses nonsense; `twins` tells in words and rows what has its key already."""
    thing.customer, thing.updated_at = customers.lock(customer.pk), at
    check(thing, Programme.current().calendar.day_of(at))
    _save(thing, twins)
    audit.record(event, thing, by=by, at=at, customer=thing.customer_id)
    return thing


def edit(
    thing: Thing,
    *,
    changes: Mapping[str, Any],
    seen_version: int | None,
    event: str,
    check: Check[Thing],
    twins: Twins[Thing],
    by: User | None,
    at: datetime,
) -> Thing:
    """Write what differs; nothing if nothing differs. StaleVersion if changed since `seen_version`, where given."""
    customers.lock(thing.customer_id)
    current = type(thing).objects.select_for_update().get(pk=thing.pk)
    if seen_version is not None and current.version != seen_version:
        raise StaleVersion(customers.changed_meanwhile(current), current=current)
    fields = {name: [getattr(current, name), value] for name, value in changes.items()}
    fields = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    if not fields:
        return current
    for name, (_before, after) in fields.items():
        setattr(current, name, after)
    current.version, current.updated_at = current.version + 1, at
    check(current, Programme.current().calendar.day_of(at))
    _save(current, twins)
    told = {name: [customers.plain(before), customers.plain(after)] for name, (before, after) in fields.items()}
    audit.record(event, current, by=by, at=at, customer=current.customer_id, fields=told)
    return current


def refuse_unknown(values: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = values.keys() - known
    if unknown:
        raise TypeError(f"no such fields: {', '.join(sorted(unknown))}")


def _save(thing: Thing, twins: Twins[Thing]) -> None:
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError as conflict:
        words, existing = twins(thing)
        raise Duplicate(words, existing=existing) from conflict
