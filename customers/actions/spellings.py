"""Industries, regions and countries are spelled as they stand here: each is a filter and a line of the dashboard."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count

from customers.models import Customer
from customers.rules.names import system_key
from customers.rules.spellings import Spellings

WORDY: Final = ("industry", "region", "country")


def here(column: str, *, besides: Customer | None = None) -> Spellings:
    """How customers, but this one, spell the words of the column; a word in other capitals as most of them have it."""
    rows = Customer.objects.exclude(**{column: ""}).order_by().values_list(column)
    rows = rows if besides is None else rows.exclude(pk=besides.pk)
    return Spellings([word for word, _count in rows.annotate(count=Count("pk")).order_by("count", column)])


def of_system(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the system that they came from called as every other row of it calls it."""
    return {**values, "source": system_key(values["source"])} if values.get("source") else dict(values)


def spelled(values: Mapping[str, Any], *, of: Customer | None = None) -> dict[str, Any]:
    """The values with their words spelled as they stand here; what the customer says already is left as it is."""
    told = {name: values[name] for name in WORDY if values.get(name)}
    new = {name: word for name, word in told.items() if of is None or getattr(of, name) != word}
    return {**values, **{name: _as_here(name, word, besides=of) for name, word in new.items()}}


def _as_here(column: str, word: str, *, besides: Customer | None) -> str:
    """The word as it is spelled here; one that stands here just so needs no look at all the others of the column."""
    others = Customer.objects.all() if besides is None else Customer.objects.exclude(pk=besides.pk)
    return word if others.filter(**{column: word}).exists() else here(column, besides=besides).of(word)
