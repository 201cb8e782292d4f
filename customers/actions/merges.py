"""Two rows turn out to be one company: the duplicate becomes a signpost, and all it had goes to the survivor.

The upper app merges the cells in the same transaction and calls this last.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import User
from customers.actions import attribute_values, customers
from customers.actions.attribute_values import Said
from customers.choices import ChangeKind
from customers.models import Attribute, Contact, Customer, ExternalId, Invoice, ProductUse, Referral, SupportCase
from customers.reports import merges as report


def lock_both(survivor_id: int, duplicate_id: int) -> tuple[Customer, Customer]:
    """Both rows, locked in one order for everybody, so that two merges never wait for each other."""
    if survivor_id == duplicate_id:
        raise RuleBroken(_("A customer cannot be merged with itself; pick another one."))
    locked = {pk: customers.lock(pk) for pk in sorted((survivor_id, duplicate_id))}
    return locked[survivor_id], locked[duplicate_id]


@transaction.atomic
def merge(
    survivor: Customer, *, duplicate: Customer, picked: Collection[str] = (), by: User | None, at: datetime
) -> Customer:
    """Give the survivor the duplicate's contacts, external ids, products, cases, invoices, and what it lacks itself.

    `picked` names columns, and fields of attributes, in which the duplicate is right. Nothing is deleted but doubled
    products and values, which the history names; the duplicate's own history stays and is read from the survivor's
    page.
    """
    survivor, duplicate = lock_both(survivor.pk, duplicate.pk)
    before = {name: getattr(survivor, name) for name in report.FIELDS}
    values = report.carried(survivor, duplicate, picked=picked)
    moved = _move(survivor, duplicate)
    said = report.attribute_pairs(survivor, duplicate)
    moved |= _take_attributes(survivor, said, picked)
    left = _leave_attributes(duplicate, said)
    for name, value in values.items():
        setattr(survivor, name, value)
    survivor.version += 1
    survivor.save()
    duplicate.merged_into = survivor
    duplicate.version += 1
    duplicate.save()
    fields = {
        name: [customers.plain(before[name]), customers.plain(value)]
        for name, value in values.items()
        if name in before
    } | moved
    told = {"duplicate": duplicate, "survivor": survivor}
    reason = (_("%(duplicate)s merged into %(survivor)s") % told)[:500]
    customers.append_change(duplicate, kind=ChangeKind.MERGED, fields=left, reason=reason, by=by, at=at)
    customers.append_change(survivor, kind=ChangeKind.ABSORBED, fields=fields, reason=reason, by=by, at=at)
    audit.record("customer.merged", survivor, by=by, at=at, duplicate=duplicate.pk, fields=fields)
    return survivor


def _move(survivor: Customer, duplicate: Customer) -> dict[str, Any]:
    """Hand over what points at the duplicate; returns what moved, for the history."""
    contacts, ids = Contact.objects.filter(customer=duplicate), ExternalId.objects.filter(customer=duplicate)
    moved = {
        "contacts taken over": [None, ", ".join(contacts.values_list("name", flat=True))],
        "external ids taken over": [None, ", ".join(map(str, ids))],
        "products taken over": [None, _move_products(survivor, duplicate)],
    }
    SupportCase.objects.filter(customer=duplicate).update(customer=survivor)
    Invoice.objects.filter(customer=duplicate).update(customer=survivor)
    # Those its contacts made come along with them; these are the ones by which it became a customer.
    Referral.objects.filter(customer=duplicate).update(customer=survivor)
    contacts.update(customer=survivor)
    ids.update(customer=survivor)
    return {name: pair for name, pair in moved.items() if pair[1]}


def _take_attributes(
    survivor: Customer, pairs: Sequence[tuple[Attribute, str, str]], picked: Collection[str]
) -> dict[str, Any]:
    """What an attribute says of the duplicate where it says nothing of the survivor, or a person picked it."""
    taken = [
        Said(attribute, ours, theirs)
        for attribute, ours, theirs in pairs
        if theirs and theirs != ours and (not ours or attribute.field_name in picked)
    ]
    attribute_values.write(survivor, taken)
    return attribute_values.history(taken)


def _leave_attributes(duplicate: Customer, pairs: Sequence[tuple[Attribute, str, str]]) -> dict[str, Any]:
    """A signpost is no customer to be grouped by a value, so it has none; its history keeps what it had."""
    gone = [Said(attribute, theirs, "") for attribute, _ours, theirs in pairs if theirs]
    attribute_values.write(duplicate, gone)
    return attribute_values.history(gone)


def _move_products(survivor: Customer, duplicate: Customer) -> str:
    """A product that both use becomes one use, since the earlier day and, if either goes on, without an end."""
    ours = {use.product_id: use for use in ProductUse.objects.filter(customer=survivor)}
    theirs = list(ProductUse.objects.filter(customer=duplicate).select_related("product"))
    for use in theirs:
        same = ours.get(use.product_id)
        if same is None:
            use.customer = survivor
            use.save(update_fields=["customer"])
            continue
        use.delete()
        same.since = min((day for day in (same.since, use.since) if day), default=None)
        same.until = max(same.until, use.until) if same.until and use.until else None
        same.save(update_fields=["since", "until"])
    return ", ".join(use.product.name for use in theirs)
