"""Ada and Alex look after the same person at the same time: nothing that one of them gave is taken back unseen."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from core.actions import people
from core.choices import Role
from core.errors import RuleBroken
from core.models import User
from tests.factories import person


@pytest.fixture
def omar(db):
    return person("Omar Haddad", Role.SUPPORT)


def at(who):
    client = Client()
    client.force_login(who)
    return client


def opened(client, address):
    """What a browser sends of the page's form that nobody touched."""
    form = client.get(address).context["form"]
    shown = {field.html_name: field.value() for field in form}
    return {name: value for name, value in shown.items() if value is not None}


@pytest.fixture
def as_alex(db):
    return at(person("Alex Kim", Role.ADMINISTRATOR))


def test_a_role_that_alex_gave_is_not_taken_away_by_ada_who_types_a_team(as_ada, as_alex, omar):
    page = f"/people/{omar.pk}/"
    adas, alexes = opened(as_ada, page), opened(as_alex, page)
    assert as_alex.post(f"{page}edit/", alexes | {"roles": ["support", "executive"]}).status_code == 302
    refused = as_ada.post(f"{page}edit/", adas | {"team": "Berlin"})
    assert (refused.status_code, "Somebody else changed Omar Haddad" in refused.text) == (422, True)
    assert "They changed: Roles" in refused.text
    assert 'value="Berlin"' in refused.text
    assert User.objects.get(pk=omar.pk).roles == {"support", "executive"}
    again = {name: field.value() for name, field in ((one.html_name, one) for one in refused.context["form"])}
    assert as_ada.post(f"{page}edit/", again).status_code == 302
    omar.refresh_from_db()
    assert (omar.team, User.objects.get(pk=omar.pk).roles) == ("Berlin", {"support", "executive"})


def test_of_two_names_the_second_is_saved_only_by_another_press(as_ada, as_alex, omar):
    page = f"/people/{omar.pk}/"
    adas, alexes = opened(as_ada, page), opened(as_alex, page)
    as_alex.post(f"{page}edit/", alexes | {"name": "Omar A. Haddad"})
    refused = as_ada.post(f"{page}edit/", adas | {"name": "O. Haddad"})
    assert "It is now: Omar A. Haddad. Save again to replace it by yours." in refused.text
    assert 'value="O. Haddad"' in refused.text
    again = re.search(r'name="version" value="(\d+)"', refused.text).group(1)
    assert as_ada.post(f"{page}edit/", adas | {"name": "O. Haddad", "version": again}).status_code == 302
    omar.refresh_from_db()
    assert omar.name == "O. Haddad"


def test_a_role_that_both_changed_otherwise_is_shown_with_what_is_held(as_ada, as_alex, omar):
    page = f"/people/{omar.pk}/"
    adas, alexes = opened(as_ada, page), opened(as_alex, page)
    as_alex.post(f"{page}edit/", alexes | {"roles": []})
    refused = as_ada.post(f"{page}edit/", adas | {"roles": ["support", "csm"]})
    assert "It is now: –. Save again to replace it by yours." in refused.text
    assert User.objects.get(pk=omar.pk).roles == set()


def test_omar_changes_his_time_zone_while_ada_corrects_his_name(as_ada, omar):
    omars = at(omar)
    shown = opened(omars, "/profile/")
    page = f"/people/{omar.pk}/"
    as_ada.post(f"{page}edit/", opened(as_ada, page) | {"name": "Omar Haddad-Li"})
    refused = omars.post("/profile/edit/", shown | {"time_zone": "Asia/Tokyo"})
    assert (refused.status_code, "They changed: Name" in refused.text) == (422, True)
    again = {one.html_name: one.value() for one in refused.context["form"]}
    assert omars.post("/profile/edit/", again).status_code == 302
    omar.refresh_from_db()
    assert (omar.name, omar.time_zone) == ("Omar Haddad-Li", "Asia/Tokyo")


@pytest.mark.parametrize("way", ["roles", "deactivated"])
def test_of_two_administrators_who_end_each_other_one_is_left(as_ada, as_alex, ada, way):
    alex = User.objects.get(name="Alex Kim")
    adas = opened(as_ada, f"/people/{alex.pk}/")
    if way == "roles":
        as_ada.post(f"/people/{alex.pk}/edit/", adas | {"roles": ["executive"]})
        # What Alex pressed at the same moment was permitted then; only the action comes second.
        with pytest.raises(RuleBroken, match="is the only administrator"):
            people.administer(ada, name="Ada", roles=["executive"], by=alex, at=timezone.now())
    else:
        as_ada.post(f"/people/{alex.pk}/deactivate/")
        with pytest.raises(RuleBroken, match="is the only administrator"):
            people.set_active(ada, active=False, by=alex, at=timezone.now())
    assert User.objects.get(pk=ada.pk).roles == {"administrator"}


def test_who_saves_a_person_whom_another_has_shut_out_is_told(as_ada, as_alex, omar):
    page = f"/people/{omar.pk}/"
    adas = opened(as_ada, page)
    as_alex.post(f"{page}deactivate/")
    refused = as_ada.post(f"{page}edit/", adas | {"team": "Berlin"})
    assert (refused.status_code, "Somebody else changed Omar Haddad" in refused.text) == (422, True)
    assert "deactivated" in refused.text
