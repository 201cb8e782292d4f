"""External ids: what other systems call a customer, so that the next import finds it again."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import User
from customers.actions import customers
from customers.choices import ChangeKind
from customers.models import Customer, ExternalId
from customers.rules.names import system_key


@transaction.atomic
def add(customer: Customer, *, source: str, value: str, by: User | None, at: datetime) -> ExternalId:
    """Say what a system calls the customer. One id of one system belongs to one customer."""
    source, value = system_key(source), value.strip()
    if not source or not value:
        raise RuleBroken(_("Give both the system and the id it uses."))
    current = customers.lock(customer.pk)
    known = ExternalId.objects.filter(source=source, value=value).select_related("customer").first()
    if known is not None and known.customer_id != current.pk:
        words = _("%(source)s id %(id)s belongs to %(customer)s; merge the two if they are the same.")
        raise RuleBroken(words % {"source": source, "id": value, "customer": known.customer})
    if known is not None:
        return known
    try:
        with transaction.atomic():
            external_id = ExternalId.objects.create(customer=current, source=source, value=value)
    except IntegrityError as conflict:
        words = _("%(source)s id %(id)s was given to another customer at this moment; look which of the two it is.")
        raise RuleBroken(words % {"source": source, "id": value}) from conflict
    _record(current, {f"external id {source}": [None, value]}, by=by, at=at)
    return external_id


@transaction.atomic
def remove(external_id: ExternalId, *, by: User | None, at: datetime) -> None:
    """Forget what a system calls the customer; the next import from it will match by name and domain."""
    current = customers.lock(external_id.customer_id)
    fields = {f"external id {external_id.source}": [external_id.value, None]}
    external_id.delete()
    _record(current, fields, by=by, at=at)


@transaction.atomic
def replace(customer: Customer, wanted: Iterable[Mapping[str, str]], *, by: User | None, at: datetime) -> None:
    """Make the customer's external ids exactly these, each a `source` and a `value`.

    What changes raises the customer's version: the next one who replaces the list says which version was read, and is
    refused instead of dropping an id that was not seen. Adding or removing a single id drops nobody else's and leaves
    the version alone, so that a page that is open elsewhere can still be saved.
    """
    current = customers.lock(customer.pk)
    before = {row.pk for row in current.external_ids.all()}
    kept = {add(customer, source=row["source"], value=row["value"], by=by, at=at).pk for row in wanted}
    for gone in current.external_ids.exclude(pk__in=kept):
        remove(gone, by=by, at=at)
    if kept != before:
        current.version += 1
        current.save(update_fields=["version"])


def _record(customer: Customer, fields: dict[str, list[str | None]], *, by: User | None, at: datetime) -> None:
    customers.append_change(customer, kind=ChangeKind.IDENTITY, fields=fields, by=by, at=at)
    audit.record("customer.identity", customer, by=by, at=at, fields=fields)
