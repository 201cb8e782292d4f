"""The owners of a customer: each side of the relationship is handed on for a reason."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
from core.models import User
from customers.actions import customers
from customers.actions.early_days import refuse_slip
from customers.choices import ChangeKind, OwnerRole
from customers.models import Customer


class OpenerSwap(RuleBroken):
    """The rep who opened the account would be replaced while follow-up business is open; somebody must say so."""


def set_owner(
    customer: Customer,
    *,
    role: OwnerRole,
    owner: User | None,
    effective_on: date,
    reason: str,
    confirmed: bool = False,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Customer:
    """Hand one side of the relationship to another colleague. The reason is kept with the day.

    Replacing the opener of a customer with open follow-up business raises OpenerSwap unless `confirmed`.
    `seen` is the id of the owner whom the person saw, 0 for nobody; StaleVersion if it is another one now.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the owner changes; the next owner will want to know."))
    held = getattr(customer, role.value)
    if held == owner:
        raise RuleBroken(_("%(owner)s is the %(role)s already.") % {"owner": owner or _("Nobody"), "role": role.label})
    _refuse_replaced(customer, role, seen=seen)
    refuse_slip(effective_on, at=at)
    if role == OwnerRole.OPENER and not confirmed:
        refuse_swap(customer, owner)
    return customers.edit(
        customer,
        seen_version=customer.version,
        changes={role.value: owner},
        kind=ChangeKind.OWNER,
        reason=reason,
        effective_on=effective_on,
        by=by,
        at=at,
    )


def _refuse_replaced(customer: Customer, role: OwnerRole, *, seen: int | None) -> None:
    """StaleVersion unless the owner is the one that the person saw; who says nothing has seen it just now."""
    held = getattr(customer, role.value)
    if seen is not None and seen != (held.pk if held else 0):
        words = _("Somebody else has changed it meanwhile: %(owner)s is the %(role)s now. Send it again to replace it.")
        raise StaleVersion(words % {"owner": held or _("Nobody"), "role": role.label}, current=customer)


def refuse_swap(customer: Customer, opener: User | None) -> None:
    """Raise OpenerSwap if this would replace the opener while follow-up business is open."""
    if customer.has_open_follow_up and customer.opener is not None and customer.opener != opener:
        words = _(
            "Follow-up business with %(customer)s is open, and %(opener)s opened the account: customers buy again "
            "from people they know. Confirm the change if it is meant."
        )
        raise OpenerSwap(words % {"customer": customer, "opener": customer.opener})
