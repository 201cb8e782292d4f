"""How the schedule and its runs are put into words."""

from datetime import timedelta
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from operations.choices import Punctuality, RunState
from operations.models import TaskRun
from operations.reports.overview import check_in_words

register = template.Library()
COLOURS = {
    Punctuality.ON_TIME: "tag-green",
    Punctuality.EXPECTED: "tag-quiet",
    Punctuality.FAILING: "tag-red",
    Punctuality.LATE: "tag-red",
    RunState.DONE: "tag-green",
    RunState.FAILED: "tag-red",
    RunState.CUT_OFF: "tag-amber",
}


@register.inclusion_tag("operations/state.html")
def state_tag(state: str) -> dict[str, Any]:
    """A state of a run, or of a task of the schedule, as a word in its colour."""
    known: Punctuality | RunState = Punctuality(state) if state in Punctuality else RunState(state)
    return {"colour": COLOURS.get(known, ""), "word": known.label}


register.filter(check_in_words)


@register.filter
def every(interval: timedelta) -> str:
    """How often something is done: every minute, every 15 minutes, every hour, every day."""
    minutes = round(interval.total_seconds() / 60)
    if minutes % 1440 == 0:
        return ngettext("every day", "every %(count)d days", minutes // 1440) % {"count": minutes // 1440}
    if minutes % 60 == 0:
        return ngettext("every hour", "every %(count)d hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("every minute", "every %(count)d minutes", minutes) % {"count": minutes}


@register.filter
def took(run: TaskRun | None) -> str:
    """How long a run took, to a tenth of a second; nothing while it runs."""
    if run is None or run.took is None:
        return ""
    return gettext("%(seconds)s s") % {"seconds": number_format(run.took.total_seconds(), decimal_pos=1)}
