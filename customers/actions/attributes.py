"""The attributes of customers: added, renamed, put in order, retired, and their values spelled alike everywhere."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from core import audit
from core.actions import saved_views
from core.errors import RuleBroken
from core.models import Programme, User
from customers.actions import customers
from customers.actions.attribute_values import fitting
from customers.actions.column_names import alike, is_known_column, refuse_unfit
from customers.actions.import_rows import CHUNK, append_changes
from customers.actions.known_customers import CustomerRow, customer_rows
from customers.choices import ChangeKind
from customers.formats.columns import bare, plain
from customers.formats.customer_columns import DIVIDED_BY, DIVIDED_BY_USE_CASE, exported_as
from customers.models import Attribute, AttributeValue, Customer
from customers.models.attribute import USE_CASE
from customers.reports.wording import ATTRIBUTE

# Every one is a field of each form, a column of each export and a chip of each list.
MOST: Final = 20
# Headers that apps above write over columns of their own in files of customers; each of them says so when it starts.
BESIDE: Final[list[Callable[[], Iterable[str]]]] = []


@transaction.atomic
def create(*, name: str, by: User | None, at: datetime) -> Attribute:
    """A new attribute, after the others. Its key is made from the name and never changes."""
    Programme.locked()
    _refuse_more()
    last = Attribute.objects.aggregate(last=Max("position"))["last"] or 0
    name = _free_name(name, apart_from=None)
    attribute = Attribute.objects.create(key=_free_key(name), name=name, position=last + 1)
    audit.record("attribute.created", attribute, by=by, at=at)
    return attribute


@transaction.atomic
def rename(attribute: Attribute, *, name: str, was: str | None = None, by: User | None, at: datetime) -> Attribute:
    """Call an attribute something else; its key and its values stay. Histories keep the name of their time.
    StaleVersion if it is not called any more what it `was`."""
    current = _locked(attribute)
    before = current.name
    if before == " ".join(name.split()):
        return current
    customers.refuse_renamed(current, was=was)
    Programme.locked()
    current.name = _free_name(name, apart_from=current)
    current.save(update_fields=["name"])
    audit.record("attribute.renamed", current, by=by, at=at, before=before, after=current.name)
    return current


@transaction.atomic
def retire(attribute: Attribute, *, by: User | None, at: datetime) -> Attribute:
    """Take an attribute out of forms, lists and files; its values stay for the day on which it is taken up again."""
    current = _locked(attribute)
    if not current.is_active:
        raise RuleBroken(_("%s is retired already.") % current)
    current.is_active = False
    current.save(update_fields=["is_active"])
    audit.record("attribute.retired", current, by=by, at=at)
    return current


@transaction.atomic
def resume(attribute: Attribute, *, by: User | None, at: datetime) -> Attribute:
    """Take a retired attribute up again, with the values it had."""
    current = _locked(attribute)
    if current.is_active:
        raise RuleBroken(_("%s is in use.") % current)
    _refuse_more()
    current.is_active = True
    current.save(update_fields=["is_active"])
    audit.record("attribute.resumed", current, by=by, at=at)
    return current


@transaction.atomic
def reorder(attribute: Attribute, *, places: int, by: User | None, at: datetime) -> Attribute:
    """Move an attribute so many places down, or up if negative; at the end of the list nothing moves."""
    rows = list(Attribute.objects.select_for_update().order_by("position", "pk"))
    before = next(number for number, row in enumerate(rows) if row.pk == attribute.pk)
    after = min(max(before + places, 0), len(rows) - 1)
    current = rows.pop(before)
    if after == before:
        return current
    rows.insert(after, current)
    for position, row in enumerate(rows, start=1):
        row.position = position
    Attribute.objects.bulk_update(rows, ["position"])
    audit.record("attribute.reordered", current, by=by, at=at, position=current.position)
    return current


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
    """Write a value in another way at every customer that has it, which joins two spellings of one thing.

    Saved views that narrow by it follow. Returns how many customers it changed: each has one more version and one
    more row of history, some statements for thousands.
    """
    new = renamed(attribute, value=value, into=into)
    reason = _("“%(before)s” is called “%(after)s” everywhere") % {"before": value, "after": new}
    fields = {f"{ATTRIBUTE}{attribute}": [value, new]}
    changed, having = 0, AttributeValue.objects.filter(attribute=attribute, value=value)
    while ids := list(having.order_by("customer").values_list("customer", flat=True)[:CHUNK]):
        rows = _respelled(ids, attribute, value, new)
        told = {row.pk: fields for row in rows}
        append_changes(rows, fields=told, kind=ChangeKind.EDITED, reason=reason[:500], by=by, at=at)
        changed += len(rows)
        if progress is not None:
            progress(changed)
    if not changed:
        raise RuleBroken(_("No customer has the value “%s” any more.") % value)
    saved_views.respell(attribute.field_name, value=value, into=new, by=by, at=at)
    audit.record("attribute.respelled", attribute, by=by, at=at, before=value, after=new, count=changed)
    return changed


def renamed(attribute: Attribute, *, value: str, into: str) -> str:
    """The new name of a value, refused if it means nothing or is another spelling of a value that there is."""
    new = fitting(into, attribute)
    if not new:
        raise RuleBroken(_("Say what the value is called; take it away at the customers it is wrong for."))
    if new == value:
        raise RuleBroken(_("The value is called so already."))
    _refuse_second_spelling(attribute, value, new)
    return new


def _refuse_second_spelling(attribute: Attribute, value: str, new: str) -> None:
    """Two spellings of one value are what a rename puts an end to: a new one beside another makes no sense."""
    same = AttributeValue.objects.filter(attribute=attribute, value__iexact=new).exclude(value=value)
    twins = set(same.order_by().values_list("value", flat=True).distinct())
    if twins and new not in twins:
        words = _("There is “%(twin)s” already; write it so, and the two become one.")
        raise RuleBroken(words % {"twin": min(twins)})


def _respelled(ids: Sequence[int], attribute: Attribute, value: str, new: str) -> list[CustomerRow]:
    """Of these customers those that have the value once they are locked, in the order in which everybody locks them."""
    list(Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    having = AttributeValue.objects.filter(customer__in=ids, attribute=attribute, value=value)
    held = list(having.values_list("customer", flat=True))
    having.update(value=new)
    Customer.objects.filter(pk__in=held).update(version=F("version") + 1)
    return customer_rows(Customer.objects.filter(pk__in=held))


def _locked(attribute: Attribute) -> Attribute:
    return Attribute.objects.select_for_update().get(pk=attribute.pk)


def _refuse_more() -> None:
    if Attribute.objects.active().count() >= MOST:
        raise RuleBroken(_("%d attributes are in use, and more would drown the forms; retire one first.") % MOST)


def _free_name(name: str, *, apart_from: Attribute | None) -> str:
    """The name, unless a column of a file with this header could mean something else as well."""
    name = " ".join(name.split())
    if not plain(name):
        raise RuleBroken(_("An attribute needs a name of letters or digits."))
    refuse_unfit(name, beside=(header for headers in BESIDE for header in headers()))
    others = Attribute.objects.all() if apart_from is None else Attribute.objects.exclude(pk=apart_from.pk)
    _refuse_twin(name, others)
    if alike(name) in _built_in(apart_from):
        words = _("“%s” names a way of looking at coverage that the program has already; give another name.")
        raise RuleBroken(words % name)
    return name


def _refuse_twin(name: str, others: Iterable[Attribute]) -> None:
    """Refuse the name of another attribute, and what exports of other programs call it: a column is only one's."""
    mine, theirs = bare(name), {bare(other.name): other for other in others}
    if (twin := theirs.get(mine)) is not None:
        if not twin.is_active:
            raise RuleBroken(_("There is a retired attribute called %s; take it up again.") % twin)
        raise RuleBroken(_("There is already an attribute called %s.") % twin)
    for other in theirs.values():
        if mine in map(bare, exported_as(other.name)):
            words = _("An import reads “%(name)s” as “%(column)s”; choose another name.")
            raise RuleBroken(words % {"name": name, "column": other})
    if (twin := next((theirs[one] for one in map(bare, exported_as(name)) if one in theirs), None)) is not None:
        words = _("An import would read “%(other)s”, another attribute, as “%(name)s”; choose another name.")
        raise RuleBroken(words % {"name": name, "other": twin})
    if (twin := next((other for other in theirs.values() if alike(other.name) == alike(name)), None)) is not None:
        words = _("“%(name)s” is too like “%(other)s”, another attribute; give another name.")
        raise RuleBroken(words % {"name": name, "other": twin})


def _built_in(attribute: Attribute | None) -> set[str]:
    """What coverage calls its own ways of dividing customers; the use case alone may be called the use case."""
    is_use_case = attribute is not None and attribute.key == USE_CASE
    labels = [*DIVIDED_BY.values(), *([] if is_use_case else [DIVIDED_BY_USE_CASE])]
    return {alike(text) for label in labels for text in (label, _(label))}


def _free_key(name: str) -> str:
    """What of the name fits into a key, numbered if another attribute, or a column of files, is called so."""
    letters = unicodedata.normalize("NFKD", name).casefold().encode("ascii", "ignore").decode()
    base = "_".join(re.findall(r"[a-z0-9]+", letters))[:34] or "attribute"
    taken = set(Attribute.objects.filter(key__startswith=base).values_list("key", flat=True))
    numbered = (f"{base}_{number}" for number in range(2, len(taken) + 3))
    return next(key for key in [base, *numbered] if key not in taken and not is_known_column(key))
