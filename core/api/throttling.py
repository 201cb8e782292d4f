"""How often one token may call."""

import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.utils import timezone
from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from core.at_once import at_once
from core.models import ApiToken

logger = logging.getLogger(__name__)
WINDOW = 60
# For so many milliseconds a call waits for others to be counted in the embedded database; an import holds it longer.
OTHERS_COUNT = 500


class PerToken(BaseThrottle):
    """So many calls a minute and token, counted in the shared cache: the limit holds across all web workers."""

    wait_seconds = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit: int = settings.API_CALLS_PER_MINUTE
        if not limit or not isinstance(request.auth, ApiToken):
            return True
        minute, second = divmod(int(timezone.now().timestamp()), WINDOW)
        self.wait_seconds = WINDOW - second
        try:
            with at_once(milliseconds=OTHERS_COUNT):
                return _count(f"api-calls-{request.auth.pk}-{minute}") <= limit
        except (RedisError, DatabaseError, ValueError):
            # A cache that is away, or was emptied between two steps, must not take the API with it.
            logger.exception("The calls of token %s could not be counted.", request.auth.pk)
        return True

    def wait(self) -> Any:
        return self.wait_seconds


def _count(key: str) -> int:
    """One more. Redis counts in one step; in the embedded database the transaction keeps other workers out."""
    with transaction.atomic():
        cache.add(key, 0, WINDOW * 2)
        return cache.incr(key)
