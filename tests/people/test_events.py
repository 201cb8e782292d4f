"""Priya reads the audit trail: by person, event, subject and day; nobody can change it."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from core.actions import people
from core.choices import Role
from core.models import AuditEvent
from customers.actions import customers
from customers.choices import Lifecycle
from tests.factories import customer, person

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def priyas(priya):
    client = Client()
    client.force_login(priya)
    return client


@pytest.fixture
def trail(maria, jonas, priya):
    customer("Bluth Company", at=NOON)
    people.edit(maria, name="Maria Chen-Li", time_zone="UTC", locale="en", by=jonas, at=NOON)
    people.edit(
        jonas, name="Jonas W.", time_zone="UTC", locale="en", by=jonas, at=datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    )


def rows(client, query):
    page = client.get(f"/audit/?{query}").content.decode()
    return re.findall(r"<tr>\s*<td class=\"nowrap\"><time.*?</tr>", page, re.DOTALL)


def test_a_person_is_a_link_for_those_alone_who_may_open_that_page(priyas, trail, maria):
    address = f'href="/people/{maria.pk}/"'
    assert address not in priyas.get("/audit/").content.decode()
    assert priyas.get(f"/people/{maria.pk}/").status_code == 403
    administrator = Client()
    administrator.force_login(person("Alex Kim", Role.ADMINISTRATOR))
    assert address in administrator.get("/audit/").content.decode()


def test_the_trail_is_searched_by_author_event_subject_and_row(priyas, trail, maria):
    assert len(rows(priyas, "by=jonas.weber@example.com")) == 2
    assert len(rows(priyas, "event=person.edited&q=chen")) == 1
    [bluth] = rows(priyas, "q=bluth&event=customer.created")
    assert "the program" in bluth
    assert "/customers/" in bluth
    assert len(rows(priyas, f"type=core.user&id={maria.pk}&event=person.edited")) == 1


def test_days_are_those_of_the_reader(priyas, trail, priya):
    assert len(rows(priyas, "event=person.edited&since=2026-11-21&until=2026-11-21")) == 1
    priya.time_zone = "Asia/Tokyo"
    priya.save()
    assert len(rows(priyas, "event=person.edited&since=2026-11-21&until=2026-11-21")) == 0
    assert len(rows(priyas, "event=person.edited&since=2026-11-22")) == 1


def test_a_person_nobody_knows_is_said_so(priyas, trail):
    assert "“who@example.com” is not known to the filter “By”" in priyas.get("/audit/?by=who@example.com").text


def test_the_export_is_the_search(priyas, trail):
    text = b"".join(priyas.get("/audit/export/?event=person.edited").streaming_content).decode()
    assert text.count("person.edited") == 2
    assert "customer.created" not in text


def test_pages_hold_fifty_and_lead_through_everything_once(priyas, priya):
    for number in range(70):
        people.edit(priya, name=f"Priya {number}", time_zone="UTC", locale="en", by=priya, at=NOON)
    first = priyas.get("/audit/?event=person.edited").content.decode()
    onward = re.search(r'rel="next" href="\?([^"]+)"', first)[1].replace("&amp;", "&")
    assert (len(rows(priyas, "event=person.edited")), len(rows(priyas, onward))) == (50, 20)
    assert AuditEvent.objects.filter(event="person.edited").count() == 70


def test_an_event_is_told_in_words(priyas, priya):
    bluth = customer("Bluth Company", at=NOON)
    customers.set_lifecycle(bluth, lifecycle=Lifecycle.CHURNED, on=date(2026, 11, 19), reason="Sold", by=priya, at=NOON)
    people.set_roles(priya, roles=["programme_manager", "csm"], by=None, at=NOON)
    [left] = rows(priyas, "event=customer.lifecycle")
    assert "customer: lifecycle changed" in left
    assert "lifecycle: live → churned; churned on: – → 19 Nov 2026" in left
    assert "Customer success manager, Programme manager" in rows(priyas, "event=person.roles_set")[0]


def test_htmx_gets_the_list_alone(priyas, trail):
    answer = priyas.get("/audit/", headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="event-list"')
    assert "HX-Request" in answer["Vary"]
