"""The glossary of operations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScheduledTask(TextChoices):
    """What the schedule has done, by the name under which it is sent."""

    SEND_INVITATIONS = "people.tasks.send_invitations", _("Send invitations")
    MAIL_NOTICES = "people.tasks.mail_notices", _("Mail notices")
    TEND_JOBS = "core.tasks.tend_jobs", _("Keep the queue of jobs going")
    DECAY_GREENS = "references.tasks.decay_greens", _("Turn Greens Amber whose evidence has ended")
    CLOSE_QUARTERS = "references.tasks.close_due_quarters", _("Close quarters that have ended")
    VERIFY_CLOSINGS = "operations.tasks.verify_closings", _("Check the closed quarters")
    TAKE_SNAPSHOT = "references.tasks.take_weekly_snapshot", _("Keep the forecast of the week")
    REFRESH_IMPACT = "references.tasks.refresh_impact", _("Compute what references are worth")
    TEND_NOMINATIONS = "references.tasks.tend_nominations", _("Look after nominations")
    ASK_COHORTS = "references.tasks.ask_cohorts", _("Ask the people of drives whose month has come")
    MAIL_RECOGNITIONS = "references.tasks.mail_recognitions", _("Send signed letters of recognition")
    MAIL_RANKINGS = "references.tasks.mail_rankings", _("Send the ranking of the week")
    EXTEND_HISTORY = "operations.tasks.extend_history", _("Make room for the history of quarters to come")
    FORGET_RUNS = "operations.tasks.forget_runs", _("Forget old runs of the schedule")


class RunState(TextChoices):
    """What became of one run."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CUT_OFF = "cut_off", _("Cut off")


class Punctuality(TextChoices):
    """Whether a task of the schedule runs when it should."""

    ON_TIME = "on_time", _("On time")
    EXPECTED = "expected", _("Not yet")
    RUNNING = "running", _("Running")
    FAILING = "failing", _("Fails")
    LATE = "late", _("Late")
