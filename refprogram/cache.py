"""The shared cache, which may go away without taking anything with it but its memory."""

import logging
from time import monotonic
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.db import router, transaction
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
SECONDS_UNTIL_ASKED_AGAIN = 5.0


class PlainDatabaseCache(DatabaseCache):
    """The embedded database; while it stays busy that is said as such. Django would say that the key is there already,
    and the library of the log-in would take that for too many attempts."""

    def _base_set(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic(using=router.db_for_write(self.cache_model_class)):
            return super()._base_set(*args, **kwargs)  # type: ignore[misc]


class SteadyRedisCache(RedisCache):
    """Redis, and while it does not answer the memory of this process, so that limits go on being counted.

    A silent server costs one wait in some seconds, not one for each call.
    """

    # Of the process, because Django makes a cache for every thread.
    asked_again_at = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # A connection that the server has closed is noticed when it is used, and used once more.
        options = {"retry": Retry(NoBackoff(), 1)} | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self.stand_in = LocMemCache("while Redis is away", params | {"OPTIONS": {}})

    def is_there(self) -> bool:
        """Whether Redis itself answers; raises RedisError if not."""
        return bool(self._cache.get_client().ping())

    def _do(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= SteadyRedisCache.asked_again_at:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except RedisError as trouble:
                SteadyRedisCache.asked_again_at = monotonic() + SECONDS_UNTIL_ASKED_AGAIN
                log.warning("Redis is away, so this process remembers for itself: %s", trouble)
        return getattr(self.stand_in, name)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("delete", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("has_key", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("incr", *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("get_many", *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("set_many", *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("delete_many", *args, **kwargs)
