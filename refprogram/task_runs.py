"""What surrounds every run of a task."""

import logging
from time import perf_counter
from typing import Any

from celery import Task

from refprogram.logs import running

log = logging.getLogger("refprogram.tasks")


class LoggedTask(Task):  # type: ignore[misc]
    """A task that leaves a line in the log when it ends, under the number of its message."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        began, end = perf_counter(), "failed"
        token = running.set(self.request.id or running.get())
        try:
            answer = super().__call__(*args, **kwargs)
            end = "done"
        finally:
            duration = round((perf_counter() - began) * 1000, 1)
            log.info("task", extra={"told": {"task": self.name, "end": end, "duration_ms": duration}})
            running.reset(token)
        return answer
