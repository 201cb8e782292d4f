"""Whether the process is up, and whether it can work."""

from collections.abc import Callable
from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from core import broker
from refprogram.cache import SteadyRedisCache

MILLISECONDS = 2000


@require_safe
@login_not_required
def process(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def readiness(request: HttpRequest) -> JsonResponse:
    """200 if the database is migrated and broker and cache answer, within seconds; otherwise 503 with what is not."""
    states = {name: _state(look) for name, look in CHECKS.items()}
    return JsonResponse(states, status=200 if set(states.values()) == {"ok"} else 503)


def _state(look: Callable[[], bool]) -> str:
    try:
        return "ok" if look() else "not ready"
    except (Error, *broker.UNREACHABLE):
        return "unreachable"


def _database_is_migrated() -> bool:
    if connection.vendor != "postgresql":
        return _has_newest_migrations()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [MILLISECONDS])
        return _has_newest_migrations()


def _has_newest_migrations() -> bool:
    return _newest_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@lru_cache(maxsize=1)
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app; they change with the program alone."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _broker_answers() -> bool:
    broker.ask()
    return True


def _cache_answers() -> bool:
    shared = caches[DEFAULT_CACHE_ALIAS]
    if isinstance(shared, SteadyRedisCache):
        return shared.is_there()
    shared.get("readiness")
    return True


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_is_migrated,
    "broker": _broker_answers,
    "cache": _cache_answers,
}
