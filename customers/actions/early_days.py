"""Days that are a slip of the year, or on which somebody was gone, refused alike wherever one is noted."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import Programme
from customers.models import Contact, Customer
from customers.rules.evangelists import EARLIEST, is_too_early, is_too_far


def slips(*, past: Iterable[date | None] = (), future: Iterable[date | None] = (), today: date) -> list[str]:
    """What is wrong in words: with days before which nobody can have spoken for us, and for which nobody plans."""
    told = []
    if any(day is not None and is_too_early(day) for day in past):
        words = _("Look at the year: days from %(earliest)s on can be noted.")
        told.append(words % {"earliest": date_format(EARLIEST)})
    if any(day is not None and is_too_far(day, today) for day in future):
        told.append(_("Look at the year: nothing is planned more than five years ahead."))
    return told


def refuse_too_early(day: date | None, *, field: str = "") -> None:
    """Refuse a day before which nobody can have spoken for us."""
    for words in slips(past=[day], today=date.max):
        raise RuleBroken(words, field=field)


def refuse_too_far(day: date | None, today: date) -> None:
    """Refuse a day for which nobody plans anything."""
    for words in slips(future=[day], today=today):
        raise RuleBroken(words)


def refuse_slip(day: date | None, *, at: datetime) -> None:
    """Refuse a day with a slip in its year. Notice may be given, so a departure can lie ahead, but not for ever."""
    refuse_too_early(day)
    refuse_too_far(day, Programme.current().calendar.day_of(at))


def refuse_gone(contact: Contact, day: date) -> None:
    """Refuse a day after the one on which the contact left, as the database knows it now."""
    left_on = Contact.objects.gone_by(day).filter(pk=contact.pk).values_list("left_on", flat=True).first()
    if left_on is not None:
        told = {"contact": contact, "day": date_format(left_on)}
        raise RuleBroken(_("%(contact)s left on %(day)s; look at the day.") % told)


def refuse_absent(contact: Contact, day: date) -> None:
    """Refuse a day on which the contact was nowhere for the customer: one of them had left, as it is known now."""
    refuse_gone(contact, day)
    left = Customer.objects.filter(pk=contact.customer_id, churned_on__lte=day).first()
    if left is not None and left.churned_on is not None:
        told = {"customer": left, "day": date_format(left.churned_on), "contact": contact}
        raise RuleBroken(_("%(contact)s was at %(customer)s, our customer until %(day)s; look at the day.") % told)
