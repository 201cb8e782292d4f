"""One page for the administrator: does the program do what it should do by itself?"""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import broker
from core.models import Job
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from operations.models import TaskRun
from operations.reports import overview
from operations.reports.schedule import schedule

SHOWN = 8


@require_safe
@requires("operations.operate")
def index(request: PersonRequest) -> HttpResponse:
    """The page asks for its own partial every few seconds."""
    at = timezone.now()
    context = {
        "at": at,
        "schedule": schedule(at),
        "queue": overview.queue(at),
        "queue_is_away": broker.is_away(),
        "backup": overview.last_backup(at),
        "check": overview.last_check(at),
        "troubles": TaskRun.objects.unwell()[:SHOWN],
        "failed_jobs": [(job, job.can_be_retried(at)) for job in _failed()],
    }
    return render_page_or_partial(request, "operations/overview.html", "operations-state", context)


def _failed() -> list[Job]:
    return list(Job.objects.listed().failed().select_related("created_by")[:SHOWN])
