"""Many nominations accepted at once: each by itself, and the queue planned once for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import User
from references.actions import recruiting_queue
from references.actions.nomination_decisions import take_in
from references.actions.nomination_history import do_as_seen, lock_queue
from references.models import Nomination


@dataclass(frozen=True)
class Left:
    """A nomination that could not be accepted, and why."""

    nomination: Nomination
    reason: str


@dataclass(frozen=True)
class Batch:
    """What came of many."""

    accepted: list[Nomination] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


@transaction.atomic
def accept_each(seen: Iterable[tuple[Nomination, int]], *, by: User, at: datetime) -> Batch:
    """Accept every nomination that has the version somebody saw; what is refused stays as it was and holds up no other.

    Whether a company that is proposed by its name is a new customer is a question, which many at once do not answer.
    """
    lock_queue()
    batch = Batch()
    for nomination, version in seen:
        try:
            batch.accepted.append(do_as_seen(nomination, _take_known, seen_version=version, by=by, at=at))
        except RuleBroken as refusal:
            batch.left.append(Left(nomination, str(refusal)))
    if batch.accepted:
        recruiting_queue.plan(at=at)
    return batch


def _take_known(nomination: Nomination, *, by: User, at: datetime) -> Nomination:
    if nomination.customer is None:
        words = _("This company is not a customer yet; open the nomination and say whether it is a new one.")
        raise RuleBroken(words)
    take_in(nomination, by=by, at=at)
    return nomination
