"""Which invitations may go out now, and in words why the others may not: the same for pages, the API and the deed."""

from collections.abc import Collection
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Programme, User
from customers.models import Contact, Customer
from references.models import Nomination, RecruitingSettings
from references.reports import invitation_blocks, recruiting_queue
from references.rules.nominations import is_stale
from references.rules.recruiting_queue import InLine, Place, places


def refusals(nominations: Collection[Nomination], *, today: date, reader: User) -> dict[int, str]:
    """By nomination that waits, why its invitation may not go out today, for the reader; what may is not in it.

    The number of statements does not grow with the nominations that are asked about.
    """
    waiting = [row for row in nominations if row.is_waiting]
    if not waiting:
        return {}
    settings = RecruitingSettings.current()
    blocks = invitation_blocks.of_nominations(waiting, today=today, reader=reader)
    speakers = Contact.objects.filter(pk__in=[row.contact_id for row in waiting], left_on__isnull=False).in_bulk()
    line = in_line(settings, today=today)
    found: dict[int, str] = {}
    for row in waiting:
        if row.customer is not None and row.customer.has_left(today):
            found[row.pk] = gone(row.customer)
        elif row.contact_id in speakers:
            found[row.pk] = speaker_gone(speakers[row.contact_id])
        elif row.pk in blocks:
            told = {"reasons": " ".join(block.words for block in invitation_blocks.told_once(blocks[row.pk]))}
            found[row.pk] = _("The invitation is blocked. %(reasons)s") % told
        elif is_stale(row.verified_on, today=today, days=settings.verify_after_days):
            words = _("It was last confirmed on %(day)s; a nominator must say that it still holds.")
            found[row.pk] = words % {"day": date_format(row.verified_on)}
        elif row.pk in line and not line[row.pk].may_go_out:
            month = row.planned_for(today)
            is_late = row.leaves_on(today) is not None and month is None
            found[row.pk] = leaves_before(row) if is_late else _out_of_turn(month, line[row.pk])
    return found


def in_line(settings: RecruitingSettings, *, today: date) -> dict[int, Place]:
    """The place of everything that waits, by its id; five statements however many they are."""
    blocked = invitation_blocks.blocked_ones(today)
    day_of, days = Programme.current().calendar.day_of, settings.verify_after_days
    rows = Nomination.objects.in_plan(today).order_by().values_list("pk", "score", "submitted_at", "verified_on")
    waiting = (
        InLine(pk, score, day_of(since), pk not in blocked and not is_stale(verified, today=today, days=days))
        for pk, score, since, verified in rows
    )
    sent = recruiting_queue.invited_in(today.replace(day=1))
    return places(waiting, capacity=settings.capacity, invited_this_month=sent)


def gone(customer: Customer) -> str:
    """What is said of a customer that has left."""
    told = {"customer": customer, "day": date_format(customer.churned_on) if customer.churned_on else "–"}
    return _("%(customer)s left on %(day)s; a customer that has left is not asked for a reference.") % told


def speaker_gone(contact: Contact) -> str:
    """What is said of who would speak and has left."""
    told = {"contact": contact, "day": date_format(contact.left_on) if contact.left_on else "–"}
    return _("%(contact)s, who would speak, left on %(day)s; name somebody else first.") % told


def leaves_before(nomination: Nomination) -> str:
    """Why a nomination of a customer that is leaving waits without a month."""
    leaves = nomination.customer.churned_on if nomination.customer else None
    day = date_format(leaves) if leaves else "–"
    return _("The customer leaves on %(day)s, before its turn would come, so no month is planned.") % {"day": day}


def _out_of_turn(planned: date | None, place: Place) -> str:
    if planned is None:
        return _("It is not its turn yet; its month is planned within the hour.")
    month = date_format(planned, "YEAR_MONTH_FORMAT")
    if not place.left:
        words = ngettext(
            "The only invitation of this month is sent; this one is planned for %(month)s.",
            "All %(sent)d invitations of this month are sent; this one is planned for %(month)s.",
            place.sent,
        )
        return words % {"sent": place.sent, "month": month}
    words = ngettext(
        "%(before)d nomination that can be invited now comes before it; invitations left this month: %(left)d. "
        "This one is planned for %(month)s.",
        "%(before)d nominations that can be invited now come before it; invitations left this month: %(left)d. "
        "This one is planned for %(month)s.",
        place.before,
    )
    return words % {"before": place.before, "left": place.left, "month": month}
