"""The job queue and the schedule: what the program does by itself, and when."""

import os
from datetime import datetime
from typing import Any

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refprogram.settings")

app = Celery("refprogram", task_cls="refprogram.task_runs:LoggedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class Clockwork(crontab):  # type: ignore[misc]
    """A crontab that a clock set back does not silence until the time it has seen comes round again."""

    def is_due(self, last_run_at: datetime) -> Any:
        return super().is_due(min(last_run_at, self.now()))


SCHEDULE = {
    "invitations": {"task": "people.tasks.send_invitations", "schedule": Clockwork()},
    "notices": {"task": "people.tasks.mail_notices", "schedule": Clockwork(minute="*/10")},
    # Every minute, so that a job whose message was lost or whose worker died does not wait for a person to notice.
    "tend-jobs": {"task": "core.tasks.tend_jobs", "schedule": Clockwork()},
    # Hourly, because midnight is the programme's own; a second run of the same day finds nothing to do.
    "decay-greens": {"task": "references.tasks.decay_greens", "schedule": Clockwork(minute="10")},
    # Every quarter of an hour, because the programme's time zone is a setting in the database: five past midnight
    # there may be 00:35 or 00:50 here. What was missed while no worker ran is closed the next time.
    "close-quarters": {"task": "references.tasks.close_due_quarters", "schedule": Clockwork(minute="5,20,35,50")},
    # Hourly, because a worker may have been down; what was checked today is not checked again.
    "verify-closings": {"task": "operations.tasks.verify_closings", "schedule": Clockwork(minute="40")},
    # Daily, a year ahead of the first row that needs it.
    "extend-history": {"task": "operations.tasks.extend_history", "schedule": Clockwork(hour="3", minute="30")},
    "forget-runs": {"task": "operations.tasks.forget_runs", "schedule": Clockwork(hour="4", minute="0")},
    # Hourly, and just before the queue of nominations is planned by it.
    "impact": {"task": "references.tasks.refresh_impact", "schedule": Clockwork(minute="12")},
    # Hourly, because the day is the programme's own; a second run of the same day finds nothing to do.
    "nominations": {"task": "references.tasks.tend_nominations", "schedule": Clockwork(minute="15")},
    # Hourly, because the first working day is the programme's own; who was asked is not asked again.
    "cohorts": {"task": "references.tasks.ask_cohorts", "schedule": Clockwork(minute="25")},
    "recognitions": {"task": "references.tasks.mail_recognitions", "schedule": Clockwork(minute="*/5")},
    # Hourly, because Monday morning is the programme's own and a worker may have been down; who has the mail of the
    # week gets no other one.
    "rankings": {"task": "references.tasks.mail_rankings", "schedule": Clockwork(minute="25")},
    # Hourly, because the week begins with Monday in the programme's time zone and a worker may have been down.
    "forecast-snapshot": {"task": "references.tasks.take_weekly_snapshot", "schedule": Clockwork(minute="20")},
}
# A message that no worker took in time is dropped: the next one finds the same work in its rows.
SECONDS_KEPT = 600
app.conf.beat_schedule = {name: entry | {"options": {"expires": SECONDS_KEPT}} for name, entry in SCHEDULE.items()}
