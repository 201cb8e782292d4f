"""A contact left the customer: the Greens that stood on this person's word turn Amber."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import Programme, User
from customers.actions import contacts
from customers.models import Contact
from references.actions import cells
from references.choices import ChangeSource, Status
from references.models import Cell


@transaction.atomic
def leave(contact: Contact, *, on: date, reason: str = "", by: User | None, at: datetime) -> list[Cell]:
    """Mark the contact as gone and turn the cells Amber whose evidence names the contact; returns those cells."""
    if on > Programme.current().calendar.day_of(at):
        raise RuleBroken(_("The day lies ahead; enter it when %s has left.") % contact)
    contacts.mark_left(contact, on=on, reason=reason, by=by, at=at)
    return [
        cells.edit(
            cell,
            seen_version=cell.version,
            changes={"status": Status.AMBER.value},
            source=ChangeSource.DEPARTURE,
            reason=departed(contact),
            by=by,
            at=at,
        )
        for cell in Cell.objects.resting_on(contact).select_related("customer", "dimension")
    ]


def departed(contact: Contact) -> str:
    """The reason that a cell's history gives."""
    day = date_format(contact.left_on) if contact.left_on else ""
    return _("%(contact)s, who had agreed, left on %(day)s.") % {"contact": contact, "day": day}
