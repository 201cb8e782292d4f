"""Figures for Prometheus. Nothing is counted in a process: what happened stands in rows, and requests are counted in
Redis, so every web server on every machine tells the same.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from time import perf_counter
from typing import cast

from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.models import AuditEvent, Job, Programme
from operations.reports import overview
from operations.reports.schedule import schedule
from references.models import CellChange
from references.reports import closings

Labels = dict[str, str]
Sample = tuple[Labels, float]
COUNTED, SECONDS = "requests", "seconds"


class RequestMetrics:
    """Count every request that reached a view, where metrics are wanted and there is a Redis."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        if settings.METRICS_TOKEN and settings.REDIS_URL and match:
            _count(f"{match.view_name} {request.method} {response.status_code}", perf_counter() - began)
        return response


def _count(what: str, seconds: float) -> None:
    """One round trip; a Redis that is away costs figures, not the answer."""
    with suppress(RedisError):
        pipe = _redis().pipeline(transaction=False)
        pipe.hincrby(_key(COUNTED), what, 1)
        pipe.hincrbyfloat(_key(SECONDS), what, seconds)
        pipe.execute()


@lru_cache(maxsize=1)
def _redis() -> Redis:
    once = Retry(NoBackoff(), 0)
    return Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5, retry=once, decode_responses=True
    )


def _key(name: str) -> str:
    return f"{settings.REDIS_PREFIX}:metrics:{name}"


def is_allowed(request: HttpRequest) -> bool:
    """Whether the request carries METRICS_TOKEN; nobody is, where none is set."""
    sent = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(sent.encode(), wanted.encode())


def text() -> str:
    """All figures in the exposition format of Prometheus."""
    lines = []
    for name, kind, meaning, look in FAMILIES:
        lines += [f"# HELP refprogram_{name} {meaning}", f"# TYPE refprogram_{name} {kind}"]
        lines += [f"refprogram_{name}{_braces(labels)} {value}" for labels, value in look()]
    return "\n".join(lines) + "\n"


def _braces(labels: Labels) -> str:
    escaped = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in labels.items()}
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}" if labels else ""


def _of_redis(name: str) -> Callable[[], Iterator[Sample]]:
    def samples() -> Iterator[Sample]:
        if not settings.REDIS_URL:
            return
        with suppress(RedisError):
            found = cast("dict[str, str]", _redis().hgetall(_key(name)))
            for what, value in found.items():
                view, method, status = what.rsplit(" ", 2)
                yield {"view": view, "method": method, "status": status}, float(value)

    return samples


def _jobs() -> Iterator[Sample]:
    counted = Job.objects.order_by().values("kind", "state").annotate(count=Count("pk"))
    for row in counted:
        yield {"kind": row["kind"], "state": row["state"]}, row["count"]


def _queue_age() -> Iterator[Sample]:
    at = timezone.now()
    oldest = overview.queue(at).oldest
    yield {}, (at - oldest).total_seconds() if oldest else 0


def _tasks_done() -> Iterator[Sample]:
    for one in schedule(timezone.now()).tasks:
        if one.done_at is not None:
            yield {"task": one.task}, one.done_at.timestamp()


def _tasks_late() -> Iterator[Sample]:
    yield {}, len(schedule(timezone.now()).late)


def _edits() -> Iterator[Sample]:
    yield {}, CellChange.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _days_unclosed() -> Iterator[Sample]:
    at = timezone.now()
    calendar = Programme.current().calendar
    due = closings.due(calendar=calendar, at=at)
    yield {}, (calendar.day_of(at) - calendar.ends_on(due[0])).days if due else 0


def _verified(figure: Callable[[AuditEvent], float]) -> Callable[[], Iterator[Sample]]:
    def samples() -> Iterator[Sample]:
        last = overview.last_check(timezone.now()).last
        if last is not None:
            yield {}, figure(last)

    return samples


def _last_backup() -> Iterator[Sample]:
    made = overview.last_backup(timezone.now()).last
    if made is not None:
        yield {}, made.at.timestamp()


FAMILIES: list[tuple[str, str, str, Callable[[], Iterator[Sample]]]] = [
    ("requests_total", "counter", "Requests by view, method and status; 409 is a conflict.", _of_redis(COUNTED)),
    ("request_seconds_total", "counter", "Time spent on them.", _of_redis(SECONDS)),
    ("jobs", "gauge", "Jobs of people by kind and state, as their rows say.", _jobs),
    ("queue_age_seconds", "gauge", "How long the oldest job has been waiting for a worker.", _queue_age),
    ("scheduled_tasks_late", "gauge", "Tasks of the schedule that are late.", _tasks_late),
    ("task_done_timestamp_seconds", "gauge", "When each task of the schedule was last done.", _tasks_done),
    ("cell_edits_total", "counter", "Number of the newest row of the cells' history.", _edits),
    ("quarter_unclosed_days", "gauge", "Days since the end of the oldest quarter that is not closed.", _days_unclosed),
    (
        "closing_differences",
        "gauge",
        "What the last check of the closings found; 0 is well.",
        _verified(lambda event: event.detail["differences"]),
    ),
    (
        "closing_check_timestamp_seconds",
        "gauge",
        "When the closings were last checked.",
        _verified(lambda event: event.at.timestamp()),
    ),
    ("last_backup_timestamp_seconds", "gauge", "When the last backup was made.", _last_backup),
]
