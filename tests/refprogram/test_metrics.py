"""What a monitoring server is told, and who else is told nothing."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import RequestFactory
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from core.actions import jobs
from operations.actions import checks
from refprogram import metrics
from tests.references.ledger import company, set_cell

TOKEN = "kept-by-the-monitoring-server"


class OneRedis:
    """What two web servers share, as far as metrics use it."""

    def __init__(self):
        self.hashes = {}

    def pipeline(self, transaction):
        return self

    def hincrby(self, key, field, amount):
        counted = self.hashes.setdefault(key, {})
        counted[field] = counted.get(field, 0) + amount

    hincrbyfloat = hincrby

    def execute(self):
        pass

    def hgetall(self, key):
        return {field: str(value) for field, value in self.hashes.get(key, {}).items()}


@pytest.fixture
def shared(settings, monkeypatch):
    settings.METRICS_TOKEN, settings.REDIS_PREFIX = TOKEN, uuid4().hex
    settings.REDIS_URL = settings.REDIS_URL or "redis://shared"
    if settings.REDIS_URL == "redis://shared":
        redis = OneRedis()
        monkeypatch.setattr(metrics, "_redis", lambda: redis)
    yield
    if settings.REDIS_URL != "redis://shared":
        metrics._redis().delete(metrics._key(metrics.COUNTED), metrics._key(metrics.SECONDS))


def figures(client):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in (line.rpartition(" ") for line in lines)}


def test_nobody_reads_them_without_the_token_or_while_there_is_none(db, client, settings):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for sent in ("", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", "Bearer ü"):
        assert client.get("/metrics", HTTP_AUTHORIZATION=sent).status_code == 404


def test_requests_are_counted_by_view_and_status_across_web_servers(db, shared, client):
    def answers(status):
        return lambda request: SimpleNamespace(status_code=status)

    request = RequestFactory().post("/grid/cells/1/2/")
    request.resolver_match = SimpleNamespace(view_name="references:cell_edit")
    for server in (answers(200), answers(200), answers(409)):
        metrics.RequestMetrics(server)(request)
    found = figures(client)
    labels = 'view="references:cell_edit",method="POST"'
    assert found[f'refprogram_requests_total{{{labels},status="200"}}'] == 2
    assert found[f'refprogram_requests_total{{{labels},status="409"}}'] == 1
    assert found[f'refprogram_request_seconds_total{{{labels},status="200"}}'] > 0


def test_a_redis_that_is_away_costs_figures_and_no_answer(db, shared, client, monkeypatch):
    def away():
        raise RedisAway

    with monkeypatch.context() as patched:
        patched.setattr(metrics, "_redis", away)
        assert client.get("/healthz").status_code == 200
        assert "refprogram_queue_age_seconds" in figures(client)


def test_what_stands_in_rows_is_told(db, shared, client, maria):
    ago = timezone.now() - timedelta(minutes=10)
    jobs.enqueue("customers.import", title="CRM", parameters={}, by=maria, at=ago)
    set_cell(company("Acme", at=ago), "amber", key="logo", at=ago)
    found = figures(client)
    assert found['refprogram_jobs{kind="customers.import",state="queued"}'] == 1
    assert 600 <= found["refprogram_queue_age_seconds"] < 6000
    assert found["refprogram_cell_edits_total"] >= 1
    assert found["refprogram_quarter_unclosed_days"] == 0
    assert "refprogram_last_backup_timestamp_seconds" not in found
    assert "refprogram_closing_differences" not in found
    checks.verify_daily(at=timezone.now())
    assert figures(client)["refprogram_closing_differences"] == 0


def test_a_quarter_that_nobody_closes_is_seen(db, shared, client):
    company("Acme", at=timezone.now() - timedelta(days=200))
    assert 90 < figures(client)["refprogram_quarter_unclosed_days"] < 200
