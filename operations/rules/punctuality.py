"""Whether a task of the schedule runs when it should."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from operations.choices import Punctuality

# A message waits so long for a worker before it is dropped, and a run takes its time.
GRACE = timedelta(minutes=15)
# No task of the schedule takes longer, so that one which began before that was cut off.
LONGEST = timedelta(hours=1)


@dataclass(frozen=True)
class Known:
    """What is known of one task. `missed_at` is the second time at which it was due after it was last done: one
    alone may fall into a restart, in which the schedule sends nothing."""

    missed_at: datetime
    done_at: datetime | None = None
    running_since: datetime | None = None
    has_failed_since: bool = False


def punctuality(known: Known, *, at: datetime) -> Punctuality:
    """Late is more than failing, since nothing has come of it for longer; who is at it just now is not late."""
    if known.running_since is not None and at - known.running_since < LONGEST:
        return Punctuality.RUNNING
    if at > known.missed_at + GRACE:
        return Punctuality.LATE
    if known.has_failed_since:
        return Punctuality.FAILING
    return Punctuality.EXPECTED if known.done_at is None else Punctuality.ON_TIME
