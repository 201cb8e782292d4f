"""A value that customers are divided by is called something else, and what coverage wants of it follows."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import User
from customers.actions import attributes, products
from customers.models import Attribute, Product
from references.models import CoverageTarget, CoverageWeight
from references.reports.coverage_renames import Followed, followed

PRODUCT: Final = "product"


@transaction.atomic
def respell(
    attribute: Attribute,
    *,
    value: str,
    into: str,
    progress: Callable[[int], None] | None = None,
    by: User | None,
    at: datetime,
) -> int:
    """Write a value in another way at every customer that has it, with its targets and its weight in coverage.

    Where both values have a target for one place, or a weight, those of `into` stay. Returns how many customers
    it changed.
    """
    new = attributes.renamed(attribute, value=value, into=into)
    changed = attributes.respell(attribute, value=value, into=new, progress=progress, by=by, at=at)
    _follow(attribute.field_name, attribute, before=value, after=new, by=by, at=at)
    return changed


@transaction.atomic
def rename_product(product: Product, *, name: str, was: str | None = None, by: User | None, at: datetime) -> Product:
    """Call a product something else, with its targets and its weight in coverage. StaleVersion if it is not called any
    more what it `was`.

    What coverage still wants of another product of this name, which there is no more, stays.
    """
    before = product.name
    renamed = products.rename(product, name=name, was=was, by=by, at=at)
    if renamed.name != before:
        _follow(PRODUCT, renamed, before=before, after=renamed.name, by=by, at=at)
    return renamed


def _follow(axis: str, subject: Attribute | Product, *, before: str, after: str, by: User | None, at: datetime) -> None:
    """Give the new name what coverage holds of the old one, and drop what the new one has itself."""
    found = followed(axis, value=before, into=after)
    if not found.is_something:
        return
    try:
        with transaction.atomic():
            _move(found, axis, before=before, after=after)
    except IntegrityError as conflict:
        words = _("Meanwhile somebody said what is wanted of “%(value)s”; look at it, then rename again.")
        raise RuleBroken(words % {"value": after}) from conflict
    weights = [one.weight for one in (found.weight, found.kept_weight) if one is not None]
    audit.record(
        "coverage.renamed",
        subject,
        by=by,
        at=at,
        before=before,
        after=after,
        targets=len(found.moved),
        dropped=[str(one) for one in found.dropped],
        weight=weights if found.weight else [],
    )


def _move(found: Followed, axis: str, *, before: str, after: str) -> None:
    CoverageTarget.objects.filter(pk__in=[one.pk for one in found.given_up]).delete()
    moved = CoverageTarget.objects.filter(pk__in=[one.pk for one in found.moved])
    moved.filter(axis=axis, value=before).update(value=after)
    moved.filter(other_axis=axis, other_value=before).update(other_value=after)
    weight = CoverageWeight.objects.filter(axis=axis, value=before)
    if found.kept_weight is None:
        weight.update(value=after)
    else:
        weight.delete()
