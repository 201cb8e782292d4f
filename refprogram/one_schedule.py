"""The schedule, of which as many may run as there are machines: one sends, the others wait to take over."""

import fcntl
import logging
import os
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from celery.beat import PersistentScheduler
from django.conf import settings
from redis import Redis
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

log = logging.getLogger("refprogram.schedule")
# One that was killed is replaced within LEASE and LOOK seconds.
LEASE, LOOK = 15.0, 5.0


class Lead(Protocol):
    """Who may send: `held` takes or renews the lead and tells whether it is ours."""

    def held(self) -> bool: ...

    def give_up(self) -> None: ...


class LeaseInRedis:
    """For several machines: a lease that Redis ends by its own clock, so that no machine's clock matters."""

    def __init__(self, redis: Redis, name: str) -> None:
        self.lock = Lock(redis, name, timeout=LEASE, blocking=False, thread_local=False)

    def held(self) -> bool:
        if self.lock.local.token is not None:
            try:
                return bool(self.lock.reacquire())
            except LockError:
                self.lock.local.token = None
        return bool(self.lock.acquire())

    def give_up(self) -> None:
        with suppress(LockError, RedisError):
            self.lock.release()


class LockedFile:
    """For an embedded installation, which is one machine: the lock ends with the process, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path, self.number = path, -1

    def held(self) -> bool:
        if self.number >= 0:
            return True
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(number)
            return False
        self.number = number
        return True

    def give_up(self) -> None:
        # A second signal may come while the first one's is closed, and gives nothing up twice.
        number, self.number = self.number, -1
        if number >= 0:
            os.close(number)


class OneSchedule(PersistentScheduler):  # type: ignore[misc]
    """Sends what is due while it leads. Whoever takes over sends what fell due since the former leader was last seen
    to renew its lease: that may send a task twice, which does its work once, but leaves none out.
    """

    max_interval = LOOK
    others_led_at: datetime | None = None

    @cached_property
    def lead(self) -> Lead:
        if not settings.REDIS_URL:
            return LockedFile(settings.VAR_DIR / "schedule.lock")
        redis = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=3)
        return LeaseInRedis(redis, f"{settings.REDIS_PREFIX}:schedule")

    def tick(self, *arguments: Any, **options: Any) -> float:
        if self.leads():
            return min(float(super().tick(*arguments, **options)), LOOK)
        return LOOK

    def leads(self) -> bool:
        try:
            held = self.lead.held()
        except RedisError as trouble:
            log.warning("Whose schedule leads cannot be told: %s", trouble)
            return False
        if not held:
            self.others_led_at = self.app.now()
        elif self.others_led_at is not None:
            self._take_over(self.others_led_at - timedelta(seconds=LEASE))
        return held

    def _take_over(self, since: datetime) -> None:
        """What was due before that was sent by another."""
        log.warning("This schedule leads now.")
        self.others_led_at = None
        for entry in self.schedule.values():
            entry.last_run_at = max(entry.last_run_at, since)
        self.populate_heap()

    def close(self) -> None:
        """Leave the lead to another at once when this one is stopped."""
        self.lead.give_up()
        super().close()
