"""What an export asks its address for, it questions: a value that it does not know is no file of everybody.

What it asks for is seen while it answers, so that a list that is new, or has one more filter, is tried by itself.
"""

import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from tests.fuzz.world import world
from tests.permission_subjects import subject
from tests.test_permissions_table import TABLE, addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
EXPORTS = {
    name: route
    for route, name, _view in addresses()
    if route.endswith((".csv", "export/")) and not route.startswith(("api/", "accounts/", "admin/"))
}
# Any text narrows by these, as words of a search do; and where a page begins or how it is sorted leaves no row out.
FREE = {"q", "region", "industry", "country", "type", "cursor", "sort", "format"}
# What stands in an address itself is looked up there: of a place or a quarter that there is not, there is no page.
REFUSED = (400, 404)


@pytest.fixture
def asked_for(monkeypatch):
    """The names that addresses were asked for."""
    names = set()

    def noting(method):
        def noted(query, name, *rest, **more):
            names.add(name)
            return method(query, name, *rest, **more)

        return noted

    for method in ("__getitem__", "getlist"):
        monkeypatch.setattr(QueryDict, method, noting(getattr(QueryDict, method)))
    return names


def address_of(name, made):
    """The address of an export with a row behind each part of it."""
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", EXPORTS[name])
    given = made.of(name) or {}
    if not {*wanted} <= {*given}:
        people = dict.fromkeys(("maria", "jonas", "priya", "elena", "sam"), made.hero)
        given = {one: subject(row, people) for one, row in TABLE[name]["with"].items()}
    return reverse(name, kwargs={one: given[one] for one in wanted})


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_an_export_is_refused_for_every_value_that_its_list_does_not_know(client, asked_for, name):
    made = world()
    client.force_login(made.hero)
    address = address_of(name, made)
    asked_for.clear()
    whole = client.get(address)
    assert whole.status_code in (200, 302), (address, whole.status_code)
    assert whole.getvalue() or whole.status_code == 302
    wrong = {one: client.get(address, {one: "no such value"}) for one in sorted(asked_for - FREE)}
    passed = {one: answer.status_code for one, answer in wrong.items() if answer.status_code not in REFUSED}
    assert not passed, f"{address} answers as if these had not been asked for"
    silent = [one for one, answer in wrong.items() if answer.status_code == 400 and "no such" not in answer.text]
    assert not silent, f"{address} refuses these without saying what it does not know"


def test_the_exports_are_found():
    assert len(EXPORTS) > 25
    assert {"references:quota_export", "references:evangelist_growth_customers", "people:event_export"} <= {*EXPORTS}
