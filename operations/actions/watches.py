"""Tell the administrators that the schedule does not do what it should."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from core.actions import notices
from core.choices import Role
from core.models import Programme, User
from operations.reports.schedule import Schedule, Scheduled, schedule


@transaction.atomic
def watch(*, at: datetime) -> Schedule:
    """One notice to each administrator for each task that is late, or a single one if nothing runs at all. It is
    told once: the same task is told of again only after it was done in between. Returns what was seen."""
    seen = schedule(at)
    if not (seen.late or seen.silent_since):
        return seen
    people = list(User.objects.active().with_role(Role.ADMINISTRATOR))
    url = reverse("operations:overview")
    zone = Programme.current().calendar.zone
    for key, words in _news(seen, lambda moment: date_format(moment.astimezone(zone), "DATETIME_FORMAT")):
        notices.tell(people, key=key, words=words, url=url, at=at)
    return seen


def _news(seen: Schedule, told: Callable[[datetime], str]) -> list[tuple[str, notices.Words]]:
    if seen.silent_since:
        return [(f"schedule-silent:{_stamp(seen.silent_since)}", partial(_silence, seen.silent_since, told))]
    return [(f"task-late:{one.task}:{_stamp(one.done_at)}", partial(_lateness, one, told)) for one in seen.late]


def _stamp(at: datetime | None) -> str:
    return f"{at:%Y%m%d%H%M%S}" if at else "never"


def _silence(since: datetime, told: Callable[[datetime], str]) -> str:
    return gettext(
        "Nothing of the schedule has run since %(when)s: the worker or the schedule seems to be down. Until it runs, "
        "no quarter is closed, no mail is sent and no import is done."
    ) % {"when": told(since)}


def _lateness(one: Scheduled, told: Callable[[datetime], str]) -> str:
    facts = {"task": one.task.label, "failure": one.failure}
    if one.done_at is None:
        words = gettext("“%(task)s” has not run since the program was installed.") % facts
    else:
        words = gettext("“%(task)s” has not been done since %(when)s.") % (facts | {"when": told(one.done_at)})
    return words + (" " + gettext("What it said: %(failure)s") % facts if one.failure else "")
