"""How a job is shown in a list of them."""

from typing import Any

from django import template
from django.utils import timezone

from core import signs
from core.models import Job

register = template.Library()


@register.inclusion_tag("core/job_state.html")
def job_state(job: Job) -> dict[str, Any]:
    """The state in a word: what its worker told last, or that it tells nothing any more."""
    return {"job": job, "is_silent": signs.seen(job).is_silent(timezone.now())}
