"""What Alex Kim finds in the log, and what must not stand there."""

import json
import logging
import sys

import pytest
from django.db import IntegrityError

from core.actions import api_tokens
from core.tasks import tend_jobs
from refprogram import logs
from tests.factories import LONG_AGO


class Lines(logging.Handler):
    """The log, as it would be written to a file."""

    def __init__(self, formatter):
        super().__init__()
        self.setFormatter(formatter)
        self.written = []

    def emit(self, record):
        self.written.append(self.format(record))


@pytest.fixture
def lines():
    handler, logger = Lines(logs.Json()), logging.getLogger("refprogram")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield handler.written
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_a_request_is_one_line_of_json_with_who_what_and_how_long(client, maria, lines):
    client.force_login(maria)
    answer = client.get("/customers/?search=secret+merger", headers={"X-Request-ID": "proxy-17"})
    (line,) = map(json.loads, lines)
    assert answer["X-Request-ID"] == line["request_id"] == "proxy-17"
    assert (line["method"], line["path"], line["view"]) == ("GET", "/customers/", "customers:customer_index")
    assert (line["status"], line["user_id"], line["level"]) == (200, maria.pk, "INFO")
    assert 0 < line["duration_ms"] < 60_000
    assert "merger" not in lines[0]


@pytest.mark.parametrize("sent", ["", "a b", 'x" injected', "9" * 101, "ü"])
def test_a_number_that_is_none_is_replaced_by_one_of_ours(client, lines, sent):
    answer = client.get("/healthz", HTTP_X_REQUEST_ID=sent)
    assert len(answer["X-Request-ID"]) == 32
    assert json.loads(lines[0])["request_id"] == answer["X-Request-ID"]


def test_two_requests_have_two_numbers(client):
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


def test_the_key_of_a_mailed_link_is_not_written_down(db, client, lines):
    client.get("/accounts/password/reset/key/3f-c0ffee-5ec3e7/")
    assert json.loads(lines[0])["path"] == "/accounts/password/reset/key/3f-…/"
    assert "5ec3e7" not in lines[0]


def test_nobody_is_looked_up_for_the_log(db, client, lines, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/healthz")
    assert json.loads(lines[0])["user_id"] is None


def test_a_person_of_the_api_is_named(client, lines, maria):
    _token, secret = api_tokens.create(maria, name="Script", by=maria, at=LONG_AGO)
    client.get("/api/v1/customers/", headers={"Authorization": f"Bearer {secret}"})
    assert json.loads(lines[0])["user_id"] == maria.pk
    assert secret not in lines[0]


def test_a_run_of_a_task_is_a_line(db, lines):
    tend_jobs.apply(task_id="message-5")
    (line,) = map(json.loads, lines)
    assert (line["task"], line["end"], line["request_id"]) == ("core.tasks.tend_jobs", "done", "message-5")


def test_a_task_that_fails_says_so(db, lines, monkeypatch):
    monkeypatch.setattr("core.tasks.signs.seen", lambda job: 1 / 0)
    monkeypatch.setattr("core.tasks.Job.objects.running", lambda: [1])
    with pytest.raises(ZeroDivisionError):
        tend_jobs()
    assert json.loads(lines[0])["end"] == "failed"


def test_of_an_error_the_row_that_the_database_refused_is_not_told():
    try:
        try:
            raise ValueError("first")
        except ValueError:
            raise IntegrityError('null value in column "by"\nDETAIL: Failing row contains (Their CFO hates us).')
    except IntegrityError:
        record = logging.LogRecord("django.request", logging.ERROR, "", 1, "Error: %s", ("/",), sys.exc_info())
    line = logs.Json().format(record)
    told = json.loads(line)["exception"]
    assert [(one["type"], one["message"]) for one in told] == [
        ("IntegrityError", 'null value in column "by"'),
        ("ValueError", "first"),
    ]
    assert "test_logs.py" in told[0]["places"][0]
    assert "CFO" not in line
    assert "\n" not in line


def test_a_person_reads_text():
    record = logging.LogRecord("refprogram.requests", logging.INFO, "", 1, "request", (), None)
    record.told = {"path": "/grid/", "status": 200}
    assert logs.Text().format(record).endswith("[INFO] refprogram.requests: request path=/grid/ status=200")


@pytest.mark.parametrize("form", [logs.Json, logs.Text])
def test_a_wrong_host_is_one_line_and_no_error(db, client, settings, form):
    """Whoever scans the internet asks under every name; that must not fill the log with traces."""
    settings.ALLOWED_HOSTS = ["references.example.com"]
    handler, logger = Lines(form()), logging.getLogger("django.security")
    logger.addHandler(handler)
    try:
        answer = client.get("/", headers={"Host": "evil.example" + "x" * 1000})
    finally:
        logger.removeHandler(handler)
    (line,) = handler.written
    assert answer.status_code == 400
    assert "WARNING" in line
    assert "django.security.DisallowedHost" in line
    assert "evil.example" in line
    assert not [part for part in ("Traceback", "exception", "ERROR", "\n") if part in line]
    assert len(line) < 1000
