"""Who asks for the head of a page alone gets just that: what is behind it the web server would drop, and complain."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from core.actions import api_tokens
from core.middleware import HeadWithoutBody
from tests.factories import LONG_AGO


@pytest.mark.parametrize("path", ["/api/v1/customers/", "/accounts/login/", "/grid/", "/nowhere/", "/readyz"])
def test_a_head_has_the_length_of_its_page_and_no_body(maria, path):
    """Past the client of the tests, which takes the body away itself."""
    _token, secret = api_tokens.create(maria, name="Monitor", by=maria, at=LONG_AGO)
    bearer = {"Authorization": f"Bearer {secret}"}
    factory, seen = RequestFactory(headers=bearer), []
    bodies = [
        b"".join(WSGIHandler()(ask(path).environ, lambda status, headers: seen.append((status, dict(headers)))))
        for ask in (factory.get, factory.head)
    ]
    (status, page), (same, head) = seen
    assert status == same
    assert bodies[1] == b""
    if path != "/accounts/login/":
        assert int(head["Content-Length"]) == int(page["Content-Length"]) == len(bodies[0])


def test_a_file_is_not_read_and_still_closed(db):
    file = BytesIO(b"evidence")
    answer = HeadWithoutBody(lambda request: FileResponse(file, filename="evidence.pdf"))(RequestFactory().head("/"))
    assert b"".join(answer) == b""
    assert answer["Content-Length"] == "8"
    answer.close()
    assert file.closed


def test_rows_of_an_export_are_not_looked_up():
    def rows():
        raise AssertionError("the rows were asked for")
        yield b""

    answer = HeadWithoutBody(lambda request: StreamingHttpResponse(rows()))(RequestFactory().head("/"))
    assert b"".join(answer) == b""


def test_a_page_keeps_its_body():
    answer = HeadWithoutBody(lambda request: HttpResponse(b"page"))(RequestFactory().get("/"))
    assert answer.content == b"page"
