"""A program that sends odd values inside a list or a mapping is told where: none is read as something else."""

import pytest

from core.choices import Role
from customers.actions import attributes
from customers.models import Contact, Customer, ExternalId
from references.models import Dimension, Nomination, RecruitingPlan
from tests.api.calling import client_of, patch, post, told
from tests.factories import LONG_AGO, customer, person

NO_TEXT = "This is a text, not a number."


@pytest.fixture
def api(priya):
    return client_of(priya)


@pytest.fixture
def bluth():
    return customer("Bluth Company")


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ([2030], {"dimensions.0": NO_TEXT}),
        (["logo", 1.5], {"dimensions.1": NO_TEXT}),
        ([True], {"dimensions.0": "This is not a text."}),
        ({"2030": 1}, {"dimensions": "Send a list."}),
    ],
)
def test_a_dimension_of_a_plan_is_named_by_its_key_and_by_nothing_that_reads_like_it(api, bluth, odd, words):
    for key in ("2030", "1.5", "True"):
        Dimension.objects.create(key=key, name=f"Kind {key}", group="private", position=90)
    assert told(post(api, "/api/v1/recruiting-plans/", {"customer": bluth.pk, "dimensions": odd})) == words
    assert not RecruitingPlan.objects.exists()
    named = {"customer": bluth.pk, "dimensions": ["2030"]}
    assert post(api, "/api/v1/recruiting-plans/", named).status_code == 201


def test_what_an_attribute_says_is_a_text(api, bluth, priya):
    made = attributes.create(name="Floor", by=priya, at=LONG_AGO)
    address = f"/api/v1/customers/{bluth.pk}/"
    for odd in (5, 1.5):
        assert told(patch(api, address, {"attributes": {made.key: odd}})) == {f"attributes.{made.key}": NO_TEXT}
    assert patch(api, address, {"attributes": {made.key: "5"}}).json()["attributes"][made.key] == "5"


@pytest.mark.parametrize("odd", [5, 1.5])
def test_an_id_of_another_system_is_a_text(api, odd):
    body = {"name": "Sitwell", "external_ids": [{"source": "crm", "value": "1"}, {"source": "erp", "value": odd}]}
    assert told(post(api, "/api/v1/customers/", body)) == {"external_ids.1.value": NO_TEXT}
    assert (Customer.objects.count(), ExternalId.objects.count()) == (0, 0)


@pytest.mark.parametrize("odd", [5, 1.5, True])
def test_a_willingness_or_a_role_is_one_of_those_there_are(api, bluth, odd):
    said = {"contact_name": "Lucille", "story": "Big.", "source": "sales", "willingness": {"logo": odd}}
    assert list(told(post(api, "/api/v1/nominations/", said | {"customer": bluth.pk}))) == ["willingness.logo"]
    contact = {"name": "Lucille", "roles": ["champion", odd]}
    assert list(told(post(api, f"/api/v1/customers/{bluth.pk}/contacts/", contact))) == ["roles.1"]
    assert (Nomination.objects.count(), Contact.objects.count()) == (0, 0)


@pytest.mark.parametrize("odd", [5, True])
def test_a_colleague_is_named_by_a_text(api, bluth, odd):
    person("Maria Chen", Role.CSM)
    words = told(patch(api, f"/api/v1/customers/{bluth.pk}/", {"csm": odd, "owner_reason": "She knows them"}))
    assert words == {"csm": "This is not a text." if odd is True else NO_TEXT}


@pytest.mark.parametrize("odd", [["a"], {"a": "b"}, []])
def test_a_list_or_a_mapping_for_a_text_is_refused_as_what_it_is(api, bluth, odd):
    address = f"/api/v1/customers/{bluth.pk}/"
    for field in ("name", "csm", "industry", "size_band"):
        assert told(patch(api, address, {field: odd})) == {field: "This is a text."}
    cell = {"version": 0, "status": odd, "note": "Agreed"}
    assert told(patch(api, f"{address}cells/logo/", cell)) == {"status": "This is a text."}


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "Acme", "name": "Bluth"}',
        '{"name": "Acme", "external_ids": [{"source": "crm", "value": "1", "name": "x", "name": "x"}]}',
    ],
)
def test_a_name_that_stands_twice_in_an_object_is_refused(api, body):
    answer = api.post("/api/v1/customers/", body, content_type="application/json")
    assert told(answer) == {None: "“name” stands twice."}
    assert not Customer.objects.exists()


def test_a_doubled_name_of_half_a_character_is_refused_as_such(api):
    answer = api.post("/api/v1/customers/", r'{"\ud800": 1, "\ud800": 2}', content_type="application/json")
    assert "surrogate pair" in told(answer)[None]
