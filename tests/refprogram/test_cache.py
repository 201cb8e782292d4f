"""While Redis is away the program goes on, and what must be limited is still counted."""

import os

import pytest
from django.db import OperationalError, connection
from redis.exceptions import RedisError

from refprogram import cache as caching
from refprogram.cache import PlainDatabaseCache, SteadyRedisCache

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _redis_is_asked_at_once(monkeypatch):
    monkeypatch.setattr(SteadyRedisCache, "asked_again_at", 0.0)


@pytest.fixture
def cache(request):
    made = SteadyRedisCache(NOWHERE, {"KEY_PREFIX": request.node.name, "OPTIONS": {"socket_connect_timeout": 1}})
    yield made
    made.stand_in.clear()


def test_log_ins_and_calls_are_counted_without_redis(cache):
    assert cache.add("calls", 0)
    assert not cache.add("calls", 0)
    assert [cache.incr("calls"), cache.incr("calls")] == [1, 2]
    cache.set("log-ins", [1, 2])
    assert cache.get("log-ins") == [1, 2]
    cache.delete("log-ins")
    assert cache.get("log-ins", []) == []


def test_redis_is_left_in_peace_for_a_while_and_then_asked_again(cache, monkeypatch):
    asked = []
    monkeypatch.setattr(caching.RedisCache, "get", lambda self, key: asked.append(key) or 1 / 0, raising=True)
    monkeypatch.setattr(SteadyRedisCache, "asked_again_at", float("inf"))
    cache.get("word")
    assert asked == []
    monkeypatch.setattr(SteadyRedisCache, "asked_again_at", 0.0)
    with pytest.raises(ZeroDivisionError):
        cache.get("word")


def test_whoever_wants_to_know_whether_redis_is_there_is_told_the_truth(cache):
    cache.get("word")
    with pytest.raises(RedisError):
        cache.is_there()


@pytest.mark.skipif("REDIS_URL" not in os.environ, reason="there is no Redis")
def test_with_redis_several_processes_share_what_is_counted(cache, request):
    here, there = (SteadyRedisCache(os.environ["REDIS_URL"], {"KEY_PREFIX": request.node.name}) for _time in range(2))
    here.add("calls", 0, 5)
    assert [here.incr("calls"), there.incr("calls")] == [1, 2]
    assert here.is_there()
    there.delete("calls")


@pytest.mark.django_db(transaction=True)
def test_an_embedded_database_that_stays_busy_is_no_count_that_is_full():
    """The library of the log-in takes what could not be added for too many attempts."""
    if connection.vendor != "sqlite":
        pytest.skip("the counts of others are not in the database")
    embedded = PlainDatabaseCache("core_cache", {})

    def busy(execute, sql, params, many, context):
        if sql.startswith("BEGIN"):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(busy), pytest.raises(OperationalError, match="locked"):
        embedded.add("attempts", 1)
    assert embedded.add("attempts", 1) is True
    assert embedded.add("attempts", 1) is False
