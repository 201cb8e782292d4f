"""A copy of the database that answers what is only read: which questions may go to it, and when it is not asked.

The primary answers unless all of this holds: the question is asked inside `read`, outside a transaction, of a table of
customers or references; the copy is a standby that is no further behind than REPLICA_LAG_SECONDS; and whoever asks has
written nothing for so long that the copy must have it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = TypeVar("Answer")
REPLICA, PRIMARY = "replica", "default"
APPS = {"customers", "references"}
# How long what was found out about the copy is believed, and how long one that failed is left alone.
LOOK_AGAIN, LEFT_ALONE, WAIT = 3.0, 10.0, 15.0
COOKIE = "wrote"
LAG = """SELECT CASE
  WHEN NOT pg_is_in_recovery() THEN NULL
  WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
  ELSE EXTRACT(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END"""
_reading: ContextVar[bool] = ContextVar("reading", default=False)


class Router:
    """Sends questions to the copy while `read` runs; everything else goes to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        may = _reading.get() and model._meta.app_label in APPS and not connections[PRIMARY].in_atomic_block
        return REPLICA if may else PRIMARY

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


class State:
    """What this process knows of the copy."""

    is_usable, looked_at = False, float("-inf")

    def usable(self) -> bool:
        if time.monotonic() - self.looked_at > LOOK_AGAIN:
            try:
                behind = lag()
            except (OperationalError, InterfaceError):
                self.failed()
            else:
                self.is_usable = behind is not None and behind <= settings.REPLICA_LAG_SECONDS
                self.looked_at = time.monotonic()
        return self.is_usable

    def failed(self) -> None:
        connections[REPLICA].close()
        self.is_usable, self.looked_at = False, time.monotonic() + LEFT_ALONE


state = State()


def lag() -> float | None:
    """How many seconds the copy is behind; None where it does not follow the primary."""
    found = _asked(REPLICA, LAG)
    return None if found is None else float(found)


def has_all(*, wait: float = WAIT) -> bool:
    """Wait until the copy has what the primary has now; False if that takes too long or cannot be told."""
    written = _asked(PRIMARY, "SELECT pg_current_wal_lsn()")
    until = time.monotonic() + wait
    while not _asked(REPLICA, "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", written):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _asked(alias: str, statement: str, *parameters: Any) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, parameters or None)
        (found,) = cursor.fetchone()
    return found


def read(work: Callable[[], Answer]) -> Answer:
    """What a job reads, as of now or later: from the copy once it has all that was written, else from the primary."""
    if REPLICA in connections.databases and state.usable():
        try:
            if has_all():
                with _from_replica():
                    return work()
        except (OperationalError, InterfaceError):
            state.failed()
    return work()


@contextmanager
def _from_replica() -> Iterator[None]:
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


class ReadFromReplica:
    """Answers the pages named in REPLICA_VIEWS from the copy, and whoever writes from the primary for a while.

    It stands last among the middleware, so that all others have looked at the request before it calls the view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            secure = settings.SESSION_COOKIE_SECURE
            response.set_signed_cookie(COOKIE, "1", max_age=_pinned(), secure=secure, httponly=True, samesite="Lax")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """The answer from the copy, or None, and the view is asked again as ever."""
        if not self._may(request) or not state.usable():
            return None
        try:
            with _from_replica():
                return _streamed(view(request, *args, **kwargs))
        except (OperationalError, InterfaceError):
            state.failed()
            return None

    def _may(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        is_read = request.method in ("GET", "HEAD") and match is not None and match.view_name in settings.REPLICA_VIEWS
        return is_read and request.get_signed_cookie(COOKIE, default=None, max_age=_pinned()) is None


def _pinned() -> int:
    """Longer than the copy can be behind, also if it fell back since it was looked at."""
    return int(settings.REPLICA_LAG_SECONDS + 2 * LOOK_AGAIN)


def _streamed(response: HttpResponseBase) -> HttpResponseBase:
    """A table that is written while it is sent is read from the copy too."""
    if response.streaming and not getattr(response, "file_to_stream", None):
        content = response.streaming_content  # type: ignore[attr-defined]
        response.streaming_content = _read_on(content)  # type: ignore[attr-defined]
    return response


def _read_on(content: Iterator[bytes]) -> Iterator[bytes]:
    with _from_replica():
        yield from content
