"""What a program may do with one of Priya's tokens, for how long and how often."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from redis import RedisError

from core.actions import api_tokens
from core.api.endpoints import Endpoint
from core.models import ApiToken
from tests.factories import customer
from tests.test_permissions_table import addresses

NOON = datetime(2026, 11, 20, 12, 0, 10, tzinfo=UTC)
DIMENSIONS = "/api/v1/dimensions/"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
DESCRIPTIONS = {"api:openapi", "api:docs"}
ENDPOINTS = {name: view.cls for _route, name, view in addresses(get_resolver()) if name.startswith("api:")}


def program(user, **options) -> Client:
    """A program that carries a new token."""
    _token, secret = api_tokens.create(user, name="program", by=user, at=timezone.now(), **options)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_every_address_of_the_api_asks_for_permissions_by_method():
    others = {name for name, view in ENDPOINTS.items() if not (issubclass(view, Endpoint) and view.permissions)}
    assert others == DESCRIPTIONS


def test_a_token_that_reads_is_refused_at_every_address_that_writes(priya):
    asked = {"customer_id": customer("Acme").pk, "dimension_key": "logo", "label": "2020-Q1"}
    asked |= {"case_id": 1, "invoice_id": 1, "nomination_id": 1, "contact_id": 1, "referral_id": 1}
    asked |= {"case_id": 1, "invoice_id": 1, "nomination_id": 1, "recognition_id": 1, "drive_id": 1, "plan_id": 1}
    reader, writer = program(priya, may_write=False), program(priya)
    tried = 0
    for route, name, _view in addresses(get_resolver()):
        if name not in ENDPOINTS or name in DESCRIPTIONS:
            continue
        address = reverse(name, kwargs={key: value for key, value in asked.items() if f":{key}>" in route})
        for method in WRITES & ENDPOINTS[name].permissions.keys():
            refused = reader.generic(method, address, "{}", content_type="application/json")
            assert (refused.status_code, "may only read" in refused.content.decode()) == (403, True), f"{method} {name}"
            allowed = writer.generic(method, address, "{}", content_type="application/json")
            assert allowed.status_code not in (401, 403), f"{method} {name}"
            tried += 1
    assert tried >= 5


def test_a_token_expires_to_the_second(priya):
    with time_machine.travel(NOON, tick=False) as clock:
        api = program(priya, expires_at=NOON + timedelta(hours=1))
        clock.shift(timedelta(minutes=59, seconds=59))
        assert api.get(DIMENSIONS).status_code == 200
        clock.shift(1)
        assert api.get(DIMENSIONS).status_code == 401


def test_a_session_opens_no_address_of_the_api(client, priya):
    client.force_login(priya)
    assert client.get(DIMENSIONS).status_code == 401


def test_a_token_opens_no_page(priya):
    assert program(priya).get(reverse("home")).status_code == 302


def test_a_token_that_calls_too_often_waits_for_the_next_minute(priya, settings):
    settings.API_CALLS_PER_MINUTE = 3
    with time_machine.travel(NOON, tick=False) as clock:
        first, second = program(priya), program(priya)
        assert [first.get(DIMENSIONS).status_code for _call in range(4)] == [200, 200, 200, 429]
        refused = first.get(DIMENSIONS)
        assert refused["Retry-After"] == "50"
        assert refused.json()["type"] == "client_error"
        assert [one["code"] for one in refused.json()["errors"]] == ["throttled"]
        assert second.get(DIMENSIONS).status_code == 200, "one token's calls are counted against another"
        clock.shift(50)
        assert first.get(DIMENSIONS).status_code == 200


def test_the_calls_are_counted_where_every_worker_counts(priya, settings):
    settings.API_CALLS_PER_MINUTE = 3
    with time_machine.travel(NOON, tick=False):
        api = program(priya)
        elsewhere = f"api-calls-{ApiToken.objects.get().pk}-{int(NOON.timestamp()) // 60}"
        cache.set(elsewhere, 3)
        assert api.get(DIMENSIONS).status_code == 429


def test_a_cache_that_is_away_does_not_take_the_api_with_it(priya, monkeypatch):
    def gone(*args, **kwargs):
        raise RedisError

    monkeypatch.setattr(cache, "incr", gone, raising=False)
    assert program(priya).get(DIMENSIONS).status_code == 200


@pytest.mark.parametrize(("options", "days"), [([], None), (["--days", "90"], 90)])
def test_an_operator_makes_a_token_that_expires(priya, options, days):
    secret = StringIO()
    with time_machine.travel(NOON, tick=False):
        call_command("create_api_token", priya.email, "--read-only", *options, stdout=secret)
    token = ApiToken.objects.get(digest=ApiToken.digest_of(secret.getvalue().strip()))
    assert token.expires_at == (days and NOON + timedelta(days=days))
    assert not token.may_write


@pytest.mark.parametrize("days", ["0", "-5"])
def test_a_token_that_would_be_over_is_refused_in_one_line(priya, days):
    with pytest.raises(CommandError, match="lies in the past"):
        call_command("create_api_token", priya.email, f"--days={days}", stdout=StringIO())
    assert not ApiToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_only_reads_does_not_wait_for_whoever_writes(priya):
    """SQLite has one writer at a time; when the token was used last is told by the next call."""
    if connection.vendor != "sqlite":
        pytest.skip("elsewhere two write at the same moment")
    waited = []

    def somebody_writes(execute, sql, params, many, context):
        if sql.startswith(("UPDATE", "INSERT", "DELETE", "SAVEPOINT")):
            with connection.cursor() as cursor:
                waited.append(cursor.execute("PRAGMA busy_timeout").fetchone()[0])
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    caller = program(priya)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20000")
    with connection.execute_wrapper(somebody_writes):
        assert caller.get(DIMENSIONS).status_code == 200
    assert ({*waited}, ApiToken.objects.get().last_used_at) == ({0, 500}, None)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 20000
    assert caller.get(DIMENSIONS).status_code == 200
    assert ApiToken.objects.get().last_used_at
