"""Find a customer or a contact by a few letters, quickly among 100,000."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from core.models import User
from customers.models import Contact, Customer
from customers.rules.names import name_key

SHORTEST: Final = 2


@dataclass(frozen=True)
class Found:
    """Customers and contacts, best matches first; `is_more` says that not all are shown."""

    customers: list[Customer]
    contacts: list[Contact]
    is_more: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.customers and not self.contacts


def search(text: str, *, user: User, limit: int) -> Found:
    """At most `limit` of each kind. Names that begin with the text come first; fewer than two letters find nothing."""
    words = " ".join(text.split())
    if len(words) < SHORTEST:
        return Found([], [])
    customers = _customers(words, user, limit + 1)
    contacts = _contacts(words, user, limit + 1)
    return Found(customers[:limit], contacts[:limit], len(customers) > limit or len(contacts) > limit)


def _customers(words: str, user: User, limit: int) -> list[Customer]:
    """Names that begin with the words; the rest is looked for only while there are too few of them."""
    rows = Customer.objects.visible_to(user).unmerged().select_related("csm").order_by("name_key", "pk")
    first = list(rows.filter(name_key__startswith=name_key(words))[:limit])
    if len(first) < limit:
        first += rows.search(words).exclude(pk__in=[row.pk for row in first])[: limit - len(first)]
    return first


def _contacts(words: str, user: User, limit: int) -> list[Contact]:
    rows = Contact.objects.visible_to(user).filter(customer__merged_into__isnull=True).select_related("customer")
    matching = Q(email__istartswith=words) if "@" in words else Q(name__icontains=words) | Q(email__istartswith=words)
    return list(rows.filter(matching).order_by("name", "pk")[:limit])
