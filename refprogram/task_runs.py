"""What surrounds every run of a task."""

import logging
from time import perf_counter
from typing import Any

from celery import Task
from django.db import Error
from django.utils import timezone

from operations.actions import task_runs
from operations.choices import ScheduledTask
from operations.models import TaskRun
from refprogram.logs import first_line, running

log = logging.getLogger("refprogram.tasks")


class LoggedTask(Task):  # type: ignore[misc]
    """A task that leaves a line in the log when it ends, under the number of its message, and a row if the schedule
    sends such tasks. What such a task returns as a text is what it has to say."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        began, failure, said = perf_counter(), "It was stopped.", ""
        token, run = running.set(self.request.id or running.get()), self._begin()
        try:
            answer = super().__call__(*args, **kwargs)
            failure, said = "", answer if isinstance(answer, str) else ""
        except Exception as trouble:
            failure = f"{type(trouble).__name__}: {first_line(str(trouble))}"
            raise
        finally:
            told = {"task": self.name, "end": "failed" if failure else "done"}
            log.info("task", extra={"told": told | {"duration_ms": round((perf_counter() - began) * 1000, 1)}})
            self._end(run, failure, said)
            running.reset(token)
        return answer

    def _begin(self) -> TaskRun | None:
        """A database that cannot keep the run keeps nobody from trying to do the work."""
        if self.request.called_directly or self.name not in ScheduledTask:
            return None
        try:
            return task_runs.begin(ScheduledTask(self.name), at=timezone.now())
        except Error as trouble:
            log.warning("The run of a task could not be kept: %s", trouble)
            return None

    def _end(self, run: TaskRun | None, failure: str, said: str) -> None:
        if run is None:
            return
        try:
            task_runs.end(run, failure=failure, said=said, at=timezone.now())
        except Error as trouble:
            log.warning("The end of a task could not be kept: %s", trouble)
