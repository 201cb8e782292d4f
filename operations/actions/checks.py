"""Check every closing, keep what came of it, and tell the administrators of a difference."""

from datetime import datetime
from functools import partial
from itertools import islice

from django.db import transaction
from django.urls import reverse
from django.utils.translation import ngettext

from core import audit
from core.actions import notices
from core.choices import Role
from core.models import AuditEvent, Programme, User
from operations.reports.overview import CHECKED
from references.models import Closing
from references.reports import verifications

NAMED = 1000


def verify_daily(*, again: bool = False, at: datetime) -> AuditEvent | None:
    """Recompute all closings, unless that was done today and nobody wants it `again`.

    The event tells how many there are and what differs.

    Administrators and programme managers get one notice per incident: a new one only after a check that was clean.
    """
    before = _last()
    calendar = Programme.current().calendar
    if not again and before is not None and calendar.day_of(before.at) == calendar.day_of(at):
        return None
    closings = Closing.objects.order_by("quarter")
    wrong = [str(one) for closing in closings for one in islice(verifications.differences(closing), NAMED)]
    wrong += [str(gap) for gap in verifications.gaps()]
    return _keep(len(closings), wrong, before, at=at)


def _last() -> AuditEvent | None:
    return AuditEvent.objects.filter(event=CHECKED).order_by("-pk").first()


@transaction.atomic
def _keep(count: int, wrong: list[str], before: AuditEvent | None, *, at: datetime) -> AuditEvent | None:
    """The outcome, unless another worker has kept one since we began."""
    Programme.locked()
    if _last() != before:
        return None
    event = audit.record(CHECKED, Programme.current(), by=None, at=at, count=count, differences=len(wrong))
    if wrong and (before is None or not before.detail["differences"]):
        people = User.objects.active().with_role(Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER)
        words = partial(_news, len(wrong), wrong[0])
        notices.tell(people, key=f"closings-differ:{event.pk}", words=words, url=reverse("people:event_list"), at=at)
    return event


def _news(count: int, first: str) -> str:
    words = ngettext(
        "The daily check of the closed quarters found a difference: %(first)s",
        "The daily check of the closed quarters found %(count)d differences; the first: %(first)s",
        count,
    )
    return words % {"count": count, "first": first}
