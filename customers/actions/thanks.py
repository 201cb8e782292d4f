"""Thanks, written down: a colleague is told at once, to a contact the person writes who thanks."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.actions import notices
from core.errors import Duplicate, RuleBroken
from core.models import Programme, User
from customers.models import Contact, ThankYou


@transaction.atomic
def give(
    *,
    reason: str,
    text: str,
    colleague: User | None = None,
    contact: Contact | None = None,
    gift: str = "",
    by: User,
    at: datetime,
) -> ThankYou:
    """Thank a colleague, who gets a notice, or note that a contact was thanked; one of both. Raises Duplicate for the
    same thanks on the same day."""
    if (colleague is None) == (contact is None):
        raise RuleBroken(_("Thanks go to one colleague or to one contact."))
    if colleague == by:
        raise RuleBroken(_("Nobody thanks themselves; choose a colleague."))
    if not reason.strip() or not text.strip():
        raise RuleBroken(_("Say what you are thankful for, and thank."))
    if colleague is not None and gift:
        raise RuleBroken(_("A gift goes to a contact; leave it empty for a colleague."))
    thank_you = ThankYou(
        reason=reason,
        text=text,
        colleague=colleague,
        contact=contact,
        gift=gift,
        given_by=by,
        given_at=at,
        thanked_on=Programme.current().calendar.day_of(at),
    )
    _refuse_twin(thank_you)
    thank_you.save()
    audit.record("thank_you.given", thank_you, by=by, at=at, to=thank_you.receiver)
    if colleague is not None:
        _tell(thank_you, colleague, at=at)
    return thank_you


def _refuse_twin(thank_you: ThankYou) -> None:
    """A form that is sent twice thanks once."""
    User.objects.select_for_update().get(pk=thank_you.given_by_id)
    names = ("colleague", "contact", "given_by", "thanked_on", "reason", "text", "gift")
    twins = ThankYou.objects.filter(**{name: getattr(thank_you, name) for name in names})
    if twins.exists():
        raise Duplicate(
            _("You have thanked %(receiver)s with these words today already.") % {"receiver": thank_you.receiver},
            existing=list(twins),
        )


def _tell(thank_you: ThankYou, colleague: User, *, at: datetime) -> None:
    def words() -> str:
        told = {"who": thank_you.given_by, "reason": thank_you.reason}
        return _("%(who)s thanks you: %(reason)s") % told

    url = f"{reverse('customers:thank_you_index')}?show=received"
    notices.tell([colleague], key=f"thank_you:{thank_you.pk}", words=words, url=url, at=at)
