"""What the program does by itself with nominations: asks whether they still hold, takes parked ones up, closes those of
customers that have left, plans anew."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actions import notices
from customers.models import SupportCase
from references.actions import nomination_decisions as decisions
from references.actions import nomination_speakers, nomination_turns, recruiting_queue
from references.actions.nomination_history import day_of, lock, lock_queue, move, note
from references.choices import NominationDeed, NominationState
from references.models import Nomination, RecruitingSettings
from references.models.nomination import NominationQuerySet
from references.reports import invitations, recoveries


def tend(*, at: datetime) -> None:
    """Everything that a day brings; a second run of the same day finds nothing to do."""
    for pk in list(_parked_until_now(at).values_list("pk", flat=True)):
        _take_up(pk, at=at)
    close_gone(at=at)
    nomination_turns.hand_on(at=at)
    recruiting_queue.plan(at=at)
    ask(at=at)
    nomination_speakers.tell_of_departures(at=at)
    propose_recoveries(at=at)


def _parked_until_now(at: datetime) -> NominationQuerySet:
    return Nomination.objects.filter(state=NominationState.PARKED, parked_until__lte=day_of(at))


@transaction.atomic
def _take_up(pk: int, *, at: datetime) -> None:
    """Unless somebody has taken it up, parked it anew or ended it meanwhile."""
    lock_queue()
    nomination = _parked_until_now(at).filter(pk=pk).first()
    if nomination is not None:
        decisions.resume(nomination, by=None, at=at)


def close_gone(*, at: datetime) -> int:
    """Withdraw what customers that have left were nominated for; returns how many. Whom somebody is talking to, because
    the invitation is sent, stays with that person, who notes the answer."""
    unasked = Nomination.objects.open().exclude(state=NominationState.INVITED)
    gone = unasked.filter(customer__churned_on__lte=day_of(at)).select_related("customer")
    return sum(_close(nomination, at=at) for nomination in gone.order_by("pk"))


@transaction.atomic
def _close(nomination: Nomination, *, at: datetime) -> bool:
    current = lock(nomination)
    customer = current.customer
    if customer is None or not customer.has_left(day_of(at)) or current.state != nomination.state:
        return False
    reason = invitations.gone(customer)
    move(current, NominationDeed.WITHDRAWN, NominationState.WITHDRAWN, reason=reason, by=None, at=at)
    return True


def propose_recoveries(*, at: datetime) -> None:
    """Tell whoever solved a severe case to the customer's content that this is a story to nominate; once a case."""
    told = []
    for case in recoveries.recoveries(day_of(at)).iterator(chunk_size=1_000):
        if case.solver is not None:
            asked = f"customer={case.customer_id}&source=support&case={case.pk}"
            address = f"{reverse('references:nomination_create')}?{asked}"
            told.append((case.solver, f"recovery:{case.pk}", partial(_of_recovery, case), address))
    notices.tell_each(told, at=at)


def _of_recovery(case: SupportCase) -> str:
    told = {"case": case.number, "customer": case.customer}
    return _("You solved %(case)s and %(customer)s was content: a story worth telling. Nominate it?") % told


def ask(*, at: datetime) -> int:
    """Ask the nominators of what they vouched for too long ago, once in every such period; returns of how many."""
    days = RecruitingSettings.current().verify_after_days
    unasked = Q(asked_at__isnull=True) | Q(asked_at__lt=at - timedelta(days=days))
    stale = Nomination.objects.stale(day_of(at), days=days).filter(unasked)
    return sum(_ask(nomination, at=at) for nomination in stale.order_by("pk"))


@transaction.atomic
def _ask(nomination: Nomination, *, at: datetime) -> bool:
    current = lock(nomination)
    if current.asked_at != nomination.asked_at or not current.is_waiting:
        return False
    current.asked_at = at
    current.save(update_fields=["asked_at"])
    note(current, NominationDeed.ASKED, by=None, at=at)
    return True
