"""Runs of the schedule, searched."""

from dataclasses import dataclass

from django.db.models import QuerySet

from operations.models import TaskRun


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is empty does not narrow."""

    task: str = ""
    state: str = ""


def found(wanted: Wanted) -> QuerySet[TaskRun]:
    """The runs that match, in no particular order."""
    narrowing = {"task": wanted.task, "state": wanted.state}
    return TaskRun.objects.filter(**{name: value for name, value in narrowing.items() if value}).order_by()
