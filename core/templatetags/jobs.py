"""How a job, and what became of the rows of its file, is put into words."""

from typing import Any

from django import template
from django.utils import timezone

from core import signs
from core.choices import ImportOutcome, JobState
from core.models import Job

register = template.Library()


@register.inclusion_tag("core/job_state.html")
def job_state(job: Job) -> dict[str, Any]:
    """The state in a word: what its worker told last, or that it tells nothing any more."""
    is_draft = job.state == JobState.DRAFT
    return {
        "job": job,
        "is_silent": signs.seen(job).is_silent(timezone.now()),
        "brings_nothing": is_draft and bool(job.report) and not _changes(job),
        "waits_for_its_person": is_draft and bool(job.report or not job.trials.unfinished().exists()),
    }


def _changes(job: Job) -> int:
    """How many rows of its file would change something, or did."""
    counts = job.report.get("counts", {})
    return sum(counts.get(kind.value, 0) for kind in (ImportOutcome.CREATED, ImportOutcome.UPDATED))


@register.filter
def outcome_words(kind: str) -> str:
    """What people call an outcome; one that is no longer known reads as it stands."""
    return str(dict(ImportOutcome.choices).get(kind, kind))
