"""Who tells that the worker is dead? Not the worker, and not the schedule, which may have died with it. So every web
server looks after them.
"""

import logging
from random import uniform
from threading import Event, Thread

from django.db import Error, connections
from django.utils import timezone

from operations.actions import watches
from people.tasks import mail_notices

log = logging.getLogger("refprogram.watch")
EVERY = 300.0


class Watch(Thread):
    """Looks every five minutes whether the schedule does what it should, as long as the web server lives."""

    def __init__(self) -> None:
        super().__init__(name="watch", daemon=True)
        self.over = Event()

    def run(self) -> None:
        # Servers that were started together need not look together.
        while not self.over.wait(EVERY * uniform(0.9, 1.1)):  # noqa: S311  not a secret
            try:
                look()
            except (Error, OSError) as trouble:
                log.warning("The schedule could not be looked after: %s", trouble)
            finally:
                connections.close_all()


def look() -> None:
    """Tell the administrators of what is late, and mail it from here: the worker that mails may be what is away."""
    seen = watches.watch(at=timezone.now())
    if seen.late or seen.silent_since:
        log.warning("Late: %s", ", ".join(one.task for one in seen.late) or "everything")
        mail_notices()
