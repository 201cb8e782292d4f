"""Whether the process is up, and whether it can work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

from refprogram.celery import app


@login_not_required
def process(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def readiness(request: HttpRequest) -> JsonResponse:
    """200 if the database and the broker answer, 503 with the one that does not otherwise."""
    states = {"database": _database_answers(), "broker": _broker_answers()}
    return JsonResponse(
        {name: "ok" if answers else "unreachable" for name, answers in states.items()},
        status=200 if all(states.values()) else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return False
    return True
