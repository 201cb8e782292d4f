"""Priya and Paul have the settings open at once: the second save is refused with both values, and nothing is lost."""

import re

import pytest

from core.choices import Role
from core.models import Programme
from references.models import ImpactSettings, RecognitionSettings, RecruitingSettings
from tests.factories import person

PAGES = {
    "/settings/recruiting/": (RecruitingSettings, "capacity", 30, 12),
    "/settings/recognition/": (RecognitionSettings, "top_count", 4, 7),
    "/settings/impact/": (ImpactSettings, "a_from", 90, 85),
    "/settings/": (Programme, "upload_limit_mb", 20, 50),
}


@pytest.fixture
def paul(db):
    return person("Paul Diaz", Role.PROGRAMME_MANAGER)


def shown(client, address):
    """What the page would send back."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


@pytest.mark.parametrize("address", PAGES)
def test_the_second_of_two_saves_is_refused_with_both_values(client, priya, paul, address):
    model, name, theirs, mine = PAGES[address]
    client.force_login(priya)
    before = shown(client, address)
    client.force_login(paul)
    assert client.post(address, before | {name: theirs}).status_code == 302
    client.force_login(priya)
    refused = client.post(address, before | {name: mine})
    assert refused.status_code == 422
    assert "Somebody else saved these settings" in refused.text
    assert f"It is now: {theirs}." in refused.text
    assert f'value="{mine}"' in refused.text
    assert getattr(model.current(), name) == theirs
    mark = re.search(r'name="seen" value="(\w+)"', refused.text)[1]
    assert client.post(address, before | {name: mine, "seen": mark}).status_code == 302
    assert getattr(model.current(), name) == mine


def test_a_person_and_roles_are_named_as_the_form_names_them(client, priya, paul):
    client.force_login(priya)
    before = shown(client, "/settings/recruiting/")
    assert client.post("/settings/recruiting/", before | {"decider": paul.pk}).status_code == 302
    refused = client.post("/settings/recruiting/", before | {"capacity": 3})
    assert "It is now: Paul Diaz." in refused.text
    roles = shown(client, "/settings/recognition/")
    assert client.post("/settings/recognition/", roles | {"participants": ["support"]}).status_code == 302
    assert "It is now: Support." in client.post("/settings/recognition/", roles).text


def test_what_nobody_changed_meanwhile_is_saved(client, priya):
    client.force_login(priya)
    before = shown(client, "/settings/recruiting/")
    assert client.post("/settings/recruiting/", before | {"capacity": 3}).status_code == 302
