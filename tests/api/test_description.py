"""The API describes itself."""

import json
import time
from io import StringIO
from threading import Thread

from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings


def test_the_description_is_openapi_31_and_names_every_address(client, db):
    answer = client.get("/api/v1/openapi.json")
    described = json.loads(answer.content)
    assert described["openapi"].startswith("3.1")
    assert {
        "/api/v1/customers/",
        "/api/v1/customers/{customer_id}/cells/{dimension_key}/",
        "/api/v1/changes/",
        "/api/v1/dimensions/",
    } <= set(described["paths"])


def test_the_docs_are_a_page_without_inline_script(client, db):
    page = client.get("/api/v1/docs").content.decode()
    assert "<script>" not in page


def test_the_description_has_no_gap():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_a_contact_without_an_address_is_as_described(client, db):
    schemas = json.loads(client.get("/api/v1/openapi.json").content)["components"]["schemas"]
    for schema in ("Contact", "Evangelist"):
        shapes = schemas[schema]["properties"]["email"]["oneOf"]
        assert {"type": "string", "maxLength": 0} in shapes, schema


def test_who_did_it_is_described_as_nobody_where_the_program_did_it(client, db):
    schemas = json.loads(client.get("/api/v1/openapi.json").content)["components"]["schemas"]
    for schema, field in (("CellChange", "by"), ("CellChange", "owner"), ("Cell", "updated_by")):
        assert schemas[schema]["properties"][field]["type"] == ["string", "null"], (schema, field)


def test_two_who_ask_for_the_description_at_once_do_not_trip_over_each_other(monkeypatch):
    inside, most = [], []

    def slowly(self, request=None, public=False):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.05)
        inside.pop()

    monkeypatch.setattr(SchemaGenerator, "get_schema", slowly)
    asking = [Thread(target=spectacular_settings.DEFAULT_GENERATOR_CLASS().get_schema) for _person in range(4)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert most == [1, 1, 1, 1]
