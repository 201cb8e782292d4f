"""Products: the catalogue, and what each customer uses since when."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.both_sides import mark
from core.errors import RuleBroken, StaleVersion
from core.models import Programme, User
from customers.actions import customers
from customers.actions.early_days import refuse_slip
from customers.choices import ChangeKind
from customers.models import Customer, Product, ProductUse


@transaction.atomic
def create(*, name: str, by: User | None, at: datetime) -> Product:
    """A new product of the catalogue."""
    Programme.locked()
    product = Product(name=_free_name(name, apart_from=None))
    product.save()
    audit.record("product.created", product, by=by, at=at)
    return product


@transaction.atomic
def rename(product: Product, *, name: str, was: str | None = None, by: User | None, at: datetime) -> Product:
    """Call a product something else; it stays the same product everywhere. Closed quarters keep the old name.
    StaleVersion if it is not called any more what it `was`."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    before = product.name
    if before == name.strip():
        return product
    customers.refuse_renamed(product, was=was)
    Programme.locked()
    product.name = _free_name(name, apart_from=product)
    product.save(update_fields=["name"])
    audit.record("product.renamed", product, by=by, at=at, before=before, after=product.name)
    return product


@transaction.atomic
def delete(product: Product, *, by: User | None, at: datetime) -> None:
    """Take a product out of the catalogue; refused while a customer uses it or has used it."""
    users = ProductUse.objects.filter(product=product).count()
    if users:
        words = ngettext(
            "%(product)s is or was in use at %(count)s customer; rename it instead of deleting it.",
            "%(product)s is or was in use at %(count)s customers; rename it instead of deleting it.",
            users,
        )
        raise RuleBroken(words % {"product": product, "count": number_format(users, force_grouping=True)})
    audit.record("product.deleted", product, by=by, at=at)
    product.delete()


@transaction.atomic
def set_use(
    customer: Customer,
    *,
    product: Product,
    since: date | None = None,
    until: date | None = None,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> ProductUse:
    """Say that the customer uses the product, since and until when; replaces what was said about it before.

    `seen` is the `use_mark` that was seen, 0 of none: StaleVersion if it is another one, RuleBroken if there is one
    now or there is none any more.
    """
    if since is not None and until is not None and until < since:
        raise RuleBroken(
            _("%(product)s cannot have been given up before it was taken into use.") % {"product": product}
        )
    refuse_slip(since, at=at)
    refuse_slip(until, at=at)
    if until is not None and until > Programme.current().calendar.day_of(at):
        words = _("The day lies ahead; enter it when %(product)s has been given up.")
        raise RuleBroken(words % {"product": product}, field="until")
    current = customers.lock(customer.pk)
    use = ProductUse.objects.filter(customer=current, product=product).first()
    _refuse_unseen(current, product, use, seen)
    before = _period(use) if use else None
    use = use or ProductUse(customer=current, product=product)
    use.since, use.until = since, until
    if before == _period(use):
        return use
    use.save()
    _record(current, product, [before, _period(use)], by=by, at=at)
    return use


@transaction.atomic
def remove_use(customer: Customer, *, product: Product, seen: int | None = None, by: User | None, at: datetime) -> None:
    """Take back what was entered by mistake; a product that was given up gets a day in `until` instead. Refused as
    `set_use` if the `use_mark` is not the one that was seen."""
    current = customers.lock(customer.pk)
    held = ProductUse.objects.filter(customer=current, product=product).first()
    if held is None:
        raise RuleBroken(_("%(product)s was taken off already.") % {"product": product})
    _refuse_unseen(current, product, held, seen)
    before = _period(held)
    held.delete()
    _record(current, product, [before, None], by=by, at=at)


def _record(
    customer: Customer, product: Product, pair: list[dict[str, str | None] | None], *, by: User | None, at: datetime
) -> None:
    fields = {f"product {product}": pair}
    customers.append_change(customer, kind=ChangeKind.PRODUCT, fields=fields, by=by, at=at)
    audit.record("customer.product", customer, by=by, at=at, fields=fields)


def use_mark(use: ProductUse | None) -> int:
    """What tells one state of a product in use from another; 0 of what is not in use."""
    return mark(_period(use)) if use else 0


def _refuse_unseen(customer: Customer, product: Product, use: ProductUse | None, seen: int | None) -> None:
    """Who names nothing has seen it just now."""
    told = {"customer": customer, "product": product}
    if seen is None or seen == use_mark(use):
        return
    if use is None:
        raise RuleBroken(_("%(product)s was taken off the products of %(customer)s meanwhile.") % told)
    if seen == 0:
        raise RuleBroken(
            _("%(customer)s uses %(product)s already; open it to change since when and until when.") % told
        )
    raise StaleVersion(customers.changed_meanwhile(use), current=use)


def _period(use: ProductUse) -> dict[str, str | None]:
    return {"since": customers.plain(use.since), "until": customers.plain(use.until)}


def _free_name(name: str, *, apart_from: Product | None) -> str:
    name = name.strip()
    if not name:
        raise RuleBroken(_("A product needs a name."))
    others = Product.objects.filter(name__iexact=name)
    if apart_from is not None:
        others = others.exclude(pk=apart_from.pk)
    if others.exists():
        raise RuleBroken(_("There is already a product called %(name)s.") % {"name": name})
    return name
