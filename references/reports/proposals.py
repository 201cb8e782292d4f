"""What is known of a company that was proposed by name: the customers it may be, the open nomination that it has."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from core.models import User
from core.texts import named_id
from customers.models import Contact, Customer
from customers.reports.customers import look_alikes
from customers.reports.search import SHORTEST, search
from customers.rules.names import name_key
from references.models import Nomination

MOST: Final = 8


@dataclass(frozen=True)
class Likely:
    """Customers that a company may be, likeliest first. `chosen` is the id of the one that was chosen, or of the only
    one that has its name or its contact's domain. It `may_be_new` unless one has its very name, and `is_new` if that
    was said, or if nothing speaks against it. The answer `is_guessed` where nobody has given it: who looks for another
    says which it is. `finds_none` says that nothing is called by the `text`, whatever is shown."""

    customers: list[Customer]
    chosen: int | None
    may_be_new: bool
    is_new: bool
    is_guessed: bool
    text: str
    has_more: bool
    finds_none: bool


def likely(nomination: Nomination, *, text: str, kept: str | None, user: User, today: date) -> Likely:
    """Those that are called alike, or else, if there is a `text`, those that are found by it; a customer of the very
    name, of the contact's address or of its domain is among them whatever is looked for, and so is the one whose id
    is `kept` because it was chosen before. Empty, it was chosen that the company is new; None, nothing was."""
    name = nomination.proposed_customer
    same = list(dict.fromkeys([*look_alikes(name, nomination.contact_email), *_of_contact(nomination.contact_email)]))
    named = [row for row in same if row.name_key == name_key(name)]
    words = text if len(text) >= SHORTEST else ""
    matching = search(words or name.split()[0], user=user, limit=MOST + 1).customers
    taken = _kept(kept or "", user=user, today=today)
    guessed = [row for row in named or same if not row.has_left(today)]
    same += [row for row in taken if row not in same]
    found = [row for row in matching if row not in same]
    is_said_new = kept == "" and not named
    is_guessed = not (taken or is_said_new or words)
    able = guessed if is_guessed else taken
    chosen = able[0].pk if len(able) == 1 else None
    is_new = is_said_new or (is_guessed and chosen is None and not named)
    nothing = bool(words and not matching)
    return Likely(same + found[:MOST], chosen, not named, is_new, is_guessed, text, len(found) > MOST, nothing)


def _of_contact(email: str) -> list[Customer]:
    """The customers that have a contact of this address."""
    if not email:
        return []
    known = Contact.objects.present().filter(email__iexact=email).select_related("customer")
    return [contact.customer for contact in known[:MOST]]


def _kept(number: str, *, user: User, today: date) -> list[Customer]:
    """The customer of this id, if it can be the one."""
    rows = Customer.objects.visible_to(user).unmerged().filter(pk=named_id(number))
    return [row for row in rows if not row.has_left(today)]


def open_nomination(customer: Customer | None, name: str) -> Nomination | None:
    """The open one of a customer, or of a company that was proposed by this name, legal form and spelling aside."""
    rows = Nomination.objects.open()
    if customer is not None:
        return rows.filter(customer=customer).first()
    key = name_key(name)
    return next((row for row in rows.filter(customer__isnull=True) if name_key(row.proposed_customer) == key), None)
