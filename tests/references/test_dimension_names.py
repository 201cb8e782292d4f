"""A dimension is held to the same names as an attribute: files of the grid have columns of both."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from customers.actions import attributes
from references.actions import dimensions
from references.models import Dimension

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def new(name: str) -> dict[str, object]:
    return {"name": name, "group": "public", "definition": "Green means yes.", "position": 9, "is_active": True}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Use_Case__c", "“Use_Case__c” is too like “Use case”, an attribute of customers"),
        ("Use Cases", "“Use Cases” is too like “Use case”, an attribute of customers"),
        ("attribute_use_case", "too like “Use case”, an attribute of customers"),
        ("property_use_case", "too like “Use case”, an attribute of customers"),
        ("Press releases", "“Press releases” is too like “Press release”, another dimension"),
        ("Press_release__c", "too like “Press release”, another dimension"),
        ("Case studies", "too like “Case study”, another dimension"),
        ("Industries", "“Industries” is too like a name under which files bring “Industry”"),
        ("INDUSTRY__c", "too like a name under which files bring “Industry”"),
        ("Clients", "too like a name under which files bring “Name”"),
        ("Industry (2)", "ends in a number in brackets"),
        ("Reference call (2)", "ends in a number in brackets"),
        ("Region 2", "what a second column “Region” of a file is called"),
        ("\u0399nterview", "mixes letters of several alphabets in one word"),
        ("=cmd()", "cannot begin with ="),
        ("…", "needs a name of letters or digits"),
    ],
)
def test_a_name_that_is_refused_to_an_attribute_is_refused_to_a_dimension(client, priya, name, words):
    client.force_login(priya)
    answer = client.post(reverse("references:dimension_create"), new(name))
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    with pytest.raises(RuleBroken):
        dimensions.edit(Dimension.objects.get(key="logo"), changes={"name": name}, by=priya, at=NOON)


@pytest.mark.parametrize("name", ["Évidence", "Podcasts", "Κλάδος", "Award 2", "Interview"])
def test_other_names_are_fine(priya, name):
    assert dimensions.create(values=new(name), by=priya, at=NOON).name == name


def test_an_attribute_is_not_called_like_several_of_a_dimension(priya):
    dimensions.create(values=new("Podcast"), by=priya, at=NOON)
    for name in ("Podcasts", "Podcast__c", "attribute_podcast", "podcast notes"):
        with pytest.raises(RuleBroken, match="files"):
            attributes.create(name=name, by=priya, at=NOON)


def test_one_that_is_called_so_already_is_edited_all_the_same(client, priya):
    """Priya has "Use_Case__c" from a time when that was accepted; its page sends the name with every change."""
    Dimension.objects.filter(key="logo").update(name="Use_Case__c")
    client.force_login(priya)
    values = new("Use_Case__c") | {"definition": "Green means more."}
    assert client.post(reverse("references:dimension_edit", args=["logo"]), values).status_code == 302
    assert Dimension.objects.get(key="logo").definition == "Green means more."
