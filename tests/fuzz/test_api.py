"""Bodies, headers and encodings that no client of ours would send: answered in words, never with a failure."""

import gzip
import json

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Customer
from references.models import Cell
from tests.fuzz import values
from tests.fuzz.addresses import known
from tests.fuzz.calls import check
from tests.fuzz.cases import cases
from tests.fuzz.world import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "sent")]
JSON = "application/json"
FIELDS = (
    "name", "domain", "industry", "recurring_revenue", "lifecycle", "churned_on", "csm", "version", "status", "note",
    "next_action", "next_action_due", "owner", "evidence", "forecast_on", "forecast_confidence", "contact", "kind",
    "agreed_on", "valid_until", "url", "email", "roles", "size_band", "in_production_since", "external_ids", "at", "on",
)  # fmt: skip
LEAVES = (
    values.text | values.number | values.lone_surrogate | st.booleans() | st.none() | st.floats() | values.written_day
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3)
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=7) | ANYTHING


@pytest.fixture
def called(client, db):
    """Calls as Hedda with a token that may write; answers the status."""
    made = world()
    client.kept = client.cookies
    places = {name: place for name, place in known(made).items() if name.startswith("api:")}

    def call(method, path, body=b"", *, kind=JSON, **headers):
        given = {"Authorization": f"Bearer {made.token}"} | headers
        return check(client, method, path, body, content_type=kind, headers=given, slow_after=5).status

    call.places = places
    call.token = made.token
    return call


def test_whatever_json_is_sent_to_any_address_of_the_api(called, record_property):
    tried = []
    for place in called.places.values():

        @cases(4, 0.04 / len(called.places) * 5)
        @given(path=st.just(place.path()), method=st.sampled_from(["post", "patch", "put", "delete"]), body=BODIES)
        def answers(path, method, body):
            tried.append(1)
            assert called(method, path, json.dumps(body).encode()) < 500

        answers()
    record_property("cases", len(tried))


NUMBERS = b"[" + b"1," * 200_000 + b"1]"
HOSTILE = {
    "nested": b"[" * 100_000,
    "nested and closed": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a number of a million digits": b'{"version":' + b"9" * 1_000_000 + b"}",
    "an exponent": b'{"version":1e999999999}',
    "many numbers": NUMBERS,
    "the same name often": b"{" + b'"name":"x",' * 50_000 + b'"name":"y"}',
    "NaN": b'{"recurring_revenue":NaN,"version":Infinity}',
    "half a pair": b'{"name":"\\ud800","note":"\\udfff"}',
    "NUL": b'{"name":"a\\u0000b"}',
    "no UTF-8": b'{"name":"\xff\xfe\xc3\x28"}',
    "UTF-16": '{"name":"Acme"}'.encode("utf-16"),
    "a mark in front": b'\xef\xbb\xbf{"name":"Acme"}',
    "nothing": b"",
    "blanks": b" " * 100_000,
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "three megabytes": b'{"note":"' + b"x" * (3 * 2**20) + b'"}',
    "packed": gzip.compress(b'{"name":"Acme"}'),
}


# Odd, but JSON that says what a call needs; an empty PATCH changes nothing.
UNDERSTOOD = {"the same name often", "nothing"}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_refused_in_words(called, name):
    rows = Customer.objects.count()
    for method, place in (("post", "api:customers"), ("patch", "api:customer_detail"), ("patch", "api:cell_detail")):
        least = 200 if name in UNDERSTOOD else 400
        assert least <= called(method, called.places[place].path(), HOSTILE[name]) < 500
    assert Customer.objects.count() == rows


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("application/json; charset=utf-7", {}),
        ("application/json; charset=nonsense", {}),
        ("application/x-www-form-urlencoded", {}),
        ("multipart/form-data", {}),
        ("multipart/form-data; boundary=", {}),
        ("text/\ufffd".encode().decode("latin-1"), {}),
        ("", {}),
        (JSON, {"Content-Encoding": "gzip"}),
        (JSON, {"Content-Length": "-1"}),
        (JSON, {"Content-Length": "99999999999999999999"}),
        (JSON, {"Content-Length": "many"}),
        (JSON, {"Accept": "text/html;q=nonsense, */*;q=-1"}),
        (JSON, {"Accept-Language": "x" * 10_000}),
        (JSON, {"X-HTTP-Method-Override": "DELETE"}),
        (JSON, {"Authorization": "Bearer " + "x" * 100_000}),
        (JSON, {"Authorization": "Bearer \x00"}),
        (JSON, {"Authorization": "Bearer a b c"}),
        (JSON, {"Authorization": "Basic ====="}),
        (JSON, {"Cookie": "sessionid=" + "x" * 5000 + "; csrftoken=\x01"}),
    ],
)
def test_hostile_headers_are_no_failure(called, kind, headers):
    for method, place in (("post", "api:customers"), ("get", "api:customers"), ("patch", "api:cell_detail")):
        body = b'{"statuss": "green"}' if method != "get" else b""
        assert 200 <= called(method, called.places[place].path(), body, kind=kind, **headers) < 500


def part(name: str, content: str, file: str | None = None) -> str:
    named = "" if file is None else f'; filename="{file}"'
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n{content}\r\n'


PARTS = {
    "ten thousand fields": "".join(part(f"f{number}", "1") for number in range(10_000)),
    "a thousand files": "".join(part(f"f{number}", "Name", "a.csv") for number in range(1_000)),
    "a name that leads out": part("file", "Name", "../../../etc/x.csv"),
    "a name of NUL": part("file", "Name", "a\0b.csv"),
    "a name of dots": part("file", "Name", ".."),
    "a long name": part("file", "Name", "n" * 9000 + ".csv"),
    "a long head": part("n" * 200_000, "1"),
    "an odd encoding": part("kind", "*").replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1),
    "no head": "--x\r\n\r\n\r\n" * 500,
    "no end": part("file", "Name", "a.csv"),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_hostile_form_of_many_parts_is_no_failure(client, hedda_of_all_roles, name):
    client.force_login(hedda_of_all_roles)
    client.kept = client.cookies
    ends = "" if name == "no end" else "--x--\r\n"
    for place in ("customers:import_create", "references:grid_import_create", "references:paste_preview"):
        body = f"{PARTS[name]}{ends}".encode()
        came = check(client, "post", reverse(place), body, content_type="multipart/form-data; boundary=x", slow_after=5)
        assert came.status in (302, 400, 413, 422)
    assert not Cell.objects.exists()


FORMS = {
    "no UTF-8": b"name=%FF%FE&page=%C3%28",
    "half a pair": b"name=%ED%A0%80&page=references:grid&query=%ED%BF%BF",
    "NUL": b"name=a%00b&page=references:grid&query=%00",
    "ten thousand fields": b"&".join(b"f%d=1" % n for n in range(10_000)),
    "the same name often": b"&".join([b"name=x"] * 900),
    "nothing but signs": b"&" * 100_000 + b"=" * 1000,
    "three megabytes": b"name=" + b"x" * (3 * 2**20),
}


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-7", "nonsense", "latin-1"])
def test_a_hostile_form_is_no_failure(client, hedda_of_all_roles, charset):
    client.force_login(hedda_of_all_roles)
    client.kept = client.cookies
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    for body in FORMS.values():
        for place in ("core:saved_view_save", "customers:customer_create", "people:profile_edit"):
            came = check(client, "post", reverse(place), body, content_type=kind, slow_after=5)
            assert came.status in (302, 400, 404, 413, 415, 422)
