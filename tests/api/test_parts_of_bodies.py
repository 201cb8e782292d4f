"""A change may leave out what stays; a part of it that is sent, an id or evidence, is sent whole."""

import pytest
from rest_framework import serializers

from core.api.parsing import Body
from references.api.urls import urlpatterns
from tests.api.calling import patch, post, told
from tests.api.test_amounts_and_days import bodies

NEEDED = "This field is required."


@pytest.mark.parametrize(
    ("half", "missing"),
    [({}, ["source", "value"]), ({"source": "crm"}, ["value"]), ({"value": "x"}, ["source"])],
)
def test_half_an_external_id_is_refused_alike_in_a_new_customer_and_in_a_change(api, bluth, half, missing):
    whole = {"source": "crm", "value": "001"}
    words = {f"external_ids.1.{name}": NEEDED for name in missing}
    assert told(post(api, "/api/v1/customers/", {"name": "Sitwell", "external_ids": [whole, half]})) == words
    assert told(patch(api, f"/api/v1/customers/{bluth.pk}/", {"external_ids": [whole, half]})) == words
    assert not bluth.external_ids.exists()


@pytest.mark.parametrize(("half", "missing"), [({}, ["kind", "agreed_on"]), ({"kind": "call"}, ["agreed_on"])])
def test_half_of_an_evidence_is_refused(api, bluth, half, missing):
    sent = {"status": "green", "version": 0, "evidence": half}
    words = told(patch(api, f"/api/v1/customers/{bluth.pk}/cells/logo/", sent))
    assert words == {f"evidence.{name}": NEEDED for name in missing}


def test_what_is_missing_is_told_with_what_is_wrong(api, bluth):
    sent = {"external_ids": [{"sourc": "crm", "value": 5}]}
    assert told(patch(api, f"/api/v1/customers/{bluth.pk}/", sent)).keys() == {
        "external_ids.0.source", "external_ids.0.sourc", "external_ids.0.value",
    }  # fmt: skip


def parts_of(body):
    """What is nested in a body, by its name, with an empty one as it would be sent."""
    for name, field in body(partial=True).fields.items():
        part = getattr(field, "child", field)
        if isinstance(part, serializers.BaseSerializer) and not field.read_only:
            yield name, part, [{}] if part is not field else {}


def test_no_body_takes_an_empty_part_in_a_change(db):
    assert urlpatterns
    found = [(body, *part) for body in bodies() for part in parts_of(body)]
    assert {name for _body, name, _part, _empty in found} >= {"external_ids", "evidence"}
    for body, name, part, empty in found:
        assert isinstance(part, Body), f"{body.__name__}.{name}"
        needed = {one for one, field in part.fields.items() if field.required and not field.read_only}
        sent = body(data={name: empty}, partial=True)
        assert not sent.is_valid(), f"{body.__name__}.{name}"
        lacking = sent.errors[name] if empty == {} else sent.errors[name][0]
        assert set(lacking) == needed
