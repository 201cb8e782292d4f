"""Who only looks writes nothing: on SQLite, with its one writer, no page waits for an import."""

import re
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import ApiToken
from tests.cast import cast
from tests.test_permissions_table import Callers, expected, lines_of

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
# On SQLite whoever begins a transaction waits for the one writer.
BEGINS = re.compile(r"\s*(SAVEPOINT|BEGIN)", re.IGNORECASE)
FEWEST = 100


@contextmanager
def writes_told():
    """The statements that write, or begin to, while the block runs."""
    told = []

    def listen(execute, sql, params, many, context):
        if WRITES.match(sql) or (connection.vendor == "sqlite" and BEGINS.match(sql)):
            told.append(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield told


@pytest.mark.django_db
def test_what_is_only_looked_at_is_only_read(own_files, settings):
    settings.API_CALLS_PER_MINUTE = 0
    caches["menus"].clear()
    people, wrong, seen = cast(), {}, 0
    # What a company may set has its row from the first look on.
    for model in apps.get_models():
        getattr(model, "current", bool)()
    callers = Callers(people)
    ApiToken.objects.update(last_used_at=timezone.now())
    client = Client()
    for line, rule, arguments in lines_of(people):
        address = reverse(line.split()[0], kwargs=arguments)
        able = [first for first in people if expected(rule, first, address) == {200}]
        if rule.get("method", "GET") != "GET" or not able:
            continue
        client.cookies["sessionid"] = callers.sessions[able[0]]
        is_api = address.startswith("/api/")
        headers = {"Authorization": f"Bearer {callers.tokens[able[0]]}"} if is_api else {}
        with writes_told() as told:
            answer = client.get(address, rule.get("data", {}), headers=headers)
            b"".join(answer) if answer.streaming else answer.content
        seen += 1
        if told:
            wrong[line] = told
    assert seen >= FEWEST
    assert not wrong
