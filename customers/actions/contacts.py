"""Contacts: entered, edited, gone and back. Each change stands in the history of the customer too."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import Programme, User
from customers.actions import customers
from customers.actions.early_days import refuse_too_early
from customers.actions.spellings import of_system
from customers.choices import Adoption, ChangeKind, ContactRole, EvangelistLevel
from customers.models import Contact, Customer

REFUSAL = ("refusal_reason", "asked_on")
EDITABLE = frozenset({"name", "title", "email", "phone", "roles", "evangelist_level", "evangelist_scope", "adoption"})
EDITABLE |= {*REFUSAL}
DAYS = frozenset({"asked_on", "left_on"})
ORIGIN = frozenset({"source", "source_id"})


@transaction.atomic
def create(
    customer: Customer, *, name: str, values: Mapping[str, Any] | None = None, by: User | None, at: datetime
) -> Contact:
    """A new contact. `values` maps columns of EDITABLE and, from another system, `source` and `source_id`."""
    _refuse_unknown(values or {}, EDITABLE | ORIGIN)
    current = customers.lock(customer.pk)
    contact = Contact(customer=current, created_at=at, **{"name": name, **of_system(values or {})})
    refuse_too_early(contact.asked_on)
    _refuse_nonsense(contact, at)
    _refuse_twin(contact)
    _save(contact)
    customers.append_change(
        current, kind=ChangeKind.CONTACT, fields={f"contact {contact}": [None, "entered"]}, by=by, at=at
    )
    audit.record("contact.created", contact, by=by, at=at, customer=current.pk)
    return contact


@transaction.atomic
def edit(
    contact: Contact, *, changes: Mapping[str, Any], seen_version: int | None = None, by: User | None, at: datetime
) -> Contact:
    """Write what differs; nothing if nothing differs. StaleVersion if changed since `seen_version`, where given."""
    _refuse_unknown(changes, EDITABLE | ORIGIN)
    return _write(contact, of_system(changes), seen_version=seen_version, event="contact.edited", by=by, at=at)


@transaction.atomic
def answer(
    contact: Contact, *, changes: Mapping[str, Any], seen_version: int | None = None, by: User | None, at: datetime
) -> Contact:
    """Write down what a contact answered to whether it refers us: `edit`, but who stops referring us says why."""
    stops = changes.get("evangelist_level") == EvangelistLevel.NONE != contact.evangelist_level
    if stops and not changes.get("refusal_reason"):
        words = _(
            "%(contact)s has referred us; write down why not any more, and the day of the answer. What was marked by "
            "mistake is put right where the contact's name and address are edited."
        )
        raise RuleBroken(words % {"contact": contact}, field="refusal_reason")
    return edit(contact, changes=changes, seen_version=seen_version, by=by, at=at)


@transaction.atomic
def mark_left(contact: Contact, *, on: date, reason: str = "", by: User | None, at: datetime) -> Contact:
    """The contact left the customer on a day; what the contact agreed to is the business of the references."""
    held = _locked(contact)
    if held.left_on is not None:
        raise RuleBroken(
            _("%(contact)s left already on %(day)s.") % {"contact": held, "day": date_format(held.left_on)}
        )
    return _write(contact, {"left_on": on}, event="contact.left", reason=reason, by=by, at=at)


@transaction.atomic
def come_back(contact: Contact, *, reason: str = "", by: User | None, at: datetime) -> Contact:
    """The contact is at the customer again, or never left; a consent that ended stays ended."""
    if _locked(contact).left_on is None:
        raise RuleBroken(_("%(contact)s has not left.") % {"contact": contact})
    return _write(contact, {"left_on": None}, event="contact.came_back", reason=reason, by=by, at=at)


def _locked(contact: Contact) -> Contact:
    """The contact as the database holds it, kept from others, as its customer is, which a merge locks first."""
    customers.lock(contact.customer_id)
    return Contact.objects.select_for_update().get(pk=contact.pk)


def _write(
    contact: Contact,
    changes: Mapping[str, Any],
    *,
    seen_version: int | None = None,
    event: str,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> Contact:
    customer = customers.lock(contact.customer_id)
    current = Contact.objects.select_for_update().get(pk=contact.pk)
    if seen_version is not None and current.version != seen_version:
        raise StaleVersion(customers.changed_meanwhile(current), current=current)
    if changes.get("evangelist_level", EvangelistLevel.NONE) != EvangelistLevel.NONE:
        # Who refers us now has no reason any more not to; the history keeps what was said.
        changes = {"refusal_reason": "", "asked_on": None, **changes}
    differing = {name: [getattr(current, name), value] for name, value in changes.items()}
    differing = {name: pair for name, pair in differing.items() if pair[0] != pair[1]}
    if not differing:
        return contact
    label, version = f"contact {current}", current.version + 1
    for name in DAYS & differing.keys():
        refuse_too_early(differing[name][1], field=name)
    _put(current, differing, version)
    _refuse_nonsense(current, at)
    _save(current)
    # Whoever shows a contact after a refusal shows what is written, not what was asked for.
    _put(contact, differing, version)
    plain = {name: [_plain(before), _plain(after)] for name, (before, after) in differing.items()}
    fields = {f"{label}: {name}": pair for name, pair in plain.items()}
    customers.append_change(customer, kind=ChangeKind.CONTACT, fields=fields, reason=reason, by=by, at=at)
    audit.record(event, current, by=by, at=at, customer=customer.pk, fields=plain, reason=reason)
    return contact


def _put(contact: Contact, differing: Mapping[str, Sequence[Any]], version: int) -> None:
    for name, (_before, after) in differing.items():
        setattr(contact, name, after)
    contact.version = version


def _save(contact: Contact) -> None:
    """Write the row; the database says whether another contact has its id in the other system already."""
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as conflict:
        words = _("Another contact has the id “%(id)s” of %(source)s already.")
        told = {"id": contact.source_id, "source": contact.source or _("the other system")}
        raise RuleBroken(words % told) from conflict


def _refuse_unknown(values: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = values.keys() - known
    if unknown:
        raise TypeError(f"not fields of a contact: {', '.join(sorted(unknown))}")


def _refuse_nonsense(contact: Contact, at: datetime) -> None:
    if not contact.name.strip():
        raise RuleBroken(_("A contact needs a name."))
    strange = [role for role in contact.roles if role not in ContactRole.values]
    if strange:
        raise RuleBroken(_("“%(word)s” is not a role of a contact.") % {"word": strange[0]})
    if contact.adoption and contact.adoption not in Adoption.values:
        raise RuleBroken(_("“%(word)s” does not say how a contact came to us.") % {"word": contact.adoption})
    if contact.evangelist_level == EvangelistLevel.NONE and contact.evangelist_scope:
        raise RuleBroken(
            _("Only an evangelist refers inside or outside the company; say first that the contact is one."),
            field="evangelist_scope",
        )
    _refuse_untold_reason(contact, at)


def _refuse_untold_reason(contact: Contact, at: datetime) -> None:
    """Why somebody does not refer us is an answer, so it has a day, and only who does not refer us has one."""
    if contact.refusal_reason and contact.evangelist_level != EvangelistLevel.NONE:
        raise RuleBroken(_("Who refers us has no reason not to; leave the reason empty."), field="refusal_reason")
    if bool(contact.refusal_reason) != bool(contact.asked_on):
        words = _("Write down why the contact does not refer us together with the day of the answer.")
        raise RuleBroken(words, field="asked_on" if contact.refusal_reason else "refusal_reason")
    if contact.asked_on is not None and contact.asked_on > Programme.current().calendar.day_of(at):
        raise RuleBroken(_("The day of the answer lies ahead."), field="asked_on")


def _refuse_twin(contact: Contact) -> None:
    """Refuse a new contact whom the customer has already: the same e-mail address, or the same name without one."""
    twin = Contact.objects.filter(customer=contact.customer).like(contact.name, contact.email).first()
    if twin is None:
        return
    words = _("%(contact)s is a contact of %(customer)s already; edit that one, or give another e-mail address.")
    if twin.left_on is not None:
        words = _("%(contact)s is a contact of %(customer)s who left; say that the contact is there again.")
    raise Duplicate(words % {"contact": twin, "customer": contact.customer}, existing=[twin])


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(value)
    return value if value is None else str(value)
