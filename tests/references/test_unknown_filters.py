"""`/customers/?lifecycle=left` names no lifecycle: the list says so, and its file is refused, not that of everybody."""

from datetime import UTC, datetime

import pytest
from django.utils.html import escape

from core.choices import Role
from core.models import Job
from core.quarters import Quarter
from customers.actions import occasions
from customers.models import Contact
from tests.factories import ContactFactory, customer, person
from tests.references.drives import drive
from tests.references.paid import closing

pytestmark = pytest.mark.django_db
LISTS = [
    ("/customers/", "export.csv", "lifecycle=left", "left", "Lifecycle"),
    ("/customers/", "export.csv", "owner=x", "x", "Owner"),
    ("/grid/", "export/", "lifecycle=left", "left", "Lifecycle"),
    ("/grid/", "export/", "dimension=logo&status=blue&status=red", "blue, red", "Status"),
    ("/evangelists/", "export.csv", "level=loud", "loud", "Evangelist"),
    ("/referrals/", "export.csv", "quarter=last", "last", "Quarter"),
    ("/referrals/", "quarters.csv", "outcome=x", "x", "Outcome"),
    ("/nominations/", "export.csv", "state=waiting", "waiting", "State"),
    ("/nominations/plans/", "export.csv", "tier=Z", "Z", "Impact"),
    ("/nominations/quotas/", "export.csv", "role=king", "king", "Role"),
    ("/recognitions/", "export.csv", "state=lost", "lost", "State"),
    ("/cases/", "export.csv", "show=lost", "lost", "Show"),
    ("/invoices/", "export.csv", "show=lost", "lost", "Show"),
    ("/occasions/", "export.csv", "show=lost", "lost", "Show"),
    ("/thanks/", "export.csv", "show=lost", "lost", "Show"),
    ("/referrals/", "export.csv", "prompted=maybe", "maybe", "We had asked for it"),
    ("/customers/", "export.csv", "mine=maybe", "maybe", "My customers"),
    ("/evangelists/", "export.csv", "stale=1", "1", "Not briefed lately"),
    ("/grid/", "export/", "overdue=maybe", "maybe", "Action overdue"),
    ("/nominations/", "export.csv", "turn=maybe", "maybe", "My turn"),
    ("/nominations/plans/", "export.csv", "overdue=maybe", "maybe", "Overdue"),
    ("/recognitions/", "export.csv", "mine=maybe", "maybe", "To me"),
    ("/rankings/", "export.csv", "role=king", "king", "Role"),
    ("/rankings/", "export.csv", "quarter=2026-Q9", "2026-Q9", "Quarter"),
    ("/rankings/", "export.csv", "team=Nowhere", "Nowhere", "Team"),
    ("/rankings/", "export.csv", "by=mood", "mood", "People or teams"),
    ("/nominations/quotas/", "export.csv", "period=soon", "soon", "Period"),
    ("/nominations/quotas/", "export.csv", "period=2030-Q1", "2030-Q1", "Period"),
    ("/nominations/quotas/", "export.csv", "period=1900-Q1", "1900-Q1", "Period"),
    ("/nominations/quotas/", "export.csv", "period=2026", "2026", "Period"),
    ("/nominations/quotas/", "export.csv", "team=Nowhere", "Nowhere", "Team"),
    ("/evangelists/growth/", "export.csv", "since=zz", "zz", "Growth since"),
    ("/evangelists/growth/", "customers.csv", "since=2099-Q1", "2099-Q1", "Growth since"),
    ("/forecast/", "export/", "what=luck", "luck", "Show"),
    ("/forecast/", "export/", "owner=maria", "maria", "Owner"),
    ("/forecast/", "export/", "late=maybe", "maybe", "Late"),
    ("/forecast/", "export/", "blocked=maybe", "maybe", "Blocked"),
    ("/coverage/", "export/", "all=maybe", "maybe", "What is hidden (weight 0)"),
    ("/coverage/", "export/", "places=few", "few", "Where to recruit next"),
    ("/referrals/", "quarters.csv", "quarter=last", "last", "Quarter"),
    ("/audit/", "export/", "event=person.exploded", "person.exploded", "Event"),
    ("/audit/", "export/", "by=who@example.com", "who@example.com", "By"),
]


@pytest.fixture
def as_priya(client, priya):
    customer("Bluth Company")
    client.force_login(priya)
    return client


def words(value, name):
    return escape(f"“{value}” is not known to the filter “{name}”, so the list is not narrowed by it.")


def refusal(value, name):
    """What is refused shows no list of which to speak."""
    return f"<p>{escape(f'“{value}” is not known to the filter “{name}”.')}</p><p>Nothing was exported or changed."


@pytest.mark.parametrize(("address", "file", "query", "value", "name"), LISTS)
def test_the_list_says_it_and_the_file_is_refused(as_priya, address, file, query, value, name):
    shown = as_priya.get(f"{address}?{query}")
    assert (shown.status_code, words(value, name) in shown.text) == (200, True)
    assert "is not known to the filter" not in as_priya.get(address).text
    refused = as_priya.get(f"{address}{file}?{query}")
    assert (refused.status_code, refusal(value, name) in refused.text) == (400, True)
    whole = as_priya.get(f"{address}{file}")
    whole.close()
    assert whole.status_code == 200


def test_what_htmx_asks_for_says_it_too(as_priya):
    shown = as_priya.get("/customers/?lifecycle=left", headers={"HX-Request": "true"})
    assert words("left", "Lifecycle") in shown.text


def test_what_was_typed_is_shown_as_it_is_and_shortened(as_priya):
    page = as_priya.get("/customers/", {"size": "<b>" + "x" * 500}).text
    assert (words("<b>" + "x" * 57 + "…", "Employees") in page, "x" * 58 in page.split("Employees")[0]) == (True, False)


@pytest.mark.parametrize(("query", "value", "name"), [("month=soon", "soon", "Month"), ("answer=x", "x", "Answer")])
def test_the_people_of_a_drive_too(as_priya, priya, query, value, name):
    page = f"/nominations/drives/{drive(priya).pk}/"
    assert words(value, name) in as_priya.get(f"{page}?{query}").text
    assert as_priya.get(f"{page}export.csv?{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "value", "name"), [("counts=maybe", "maybe", "Verdict"), ("reason=luck", "luck", "Reason")]
)
def test_the_entries_of_a_closed_quarter_too(as_priya, query, value, name):
    page = f"/quarters/{closing(Quarter(2026, 1), 5).quarter}/"
    for headers in ({}, {"HX-Request": "true"}):
        assert words(value, name) in as_priya.get(f"{page}?{query}", headers=headers).text
    refused = as_priya.get(f"{page}entries.csv?{query}")
    assert (refused.status_code, refusal(value, name) in refused.text) == (400, True)


def test_notices_and_the_places_that_miss_most_too(as_priya):
    assert words("red", "Show") in as_priya.get("/notices/?show=red").text
    assert words("maybe", "What is hidden (weight 0)") in as_priya.get("/coverage/gaps/?all=maybe").text


def test_no_workbook_is_begun(as_priya):
    assert as_priya.post("/grid/export/start/?lifecycle=left").status_code == 400
    assert not Job.objects.exists()


def test_nobody_is_invited_by_a_filter_that_is_none(as_priya, priya):
    ContactFactory(customer=customer("Sitwell"), name="Sally", evangelist_level="prompted")
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    webinar = occasions.create(title="What is new", kind="webinar", held_on=at.date(), by=priya, at=at)
    address = f"/occasions/{webinar.pk}/invite/?level=loud"
    assert words("loud", "Evangelist") in as_priya.get(address).text
    assert as_priya.post(address, {"everyone": "true"}).status_code == 400
    assert not webinar.invitations.exists()


def test_the_guests_of_an_occasion_too_and_nothing_is_noted_of_all_of_them(as_priya, priya):
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    webinar = occasions.create(title="What is new", kind="webinar", held_on=at.date(), by=priya, at=at)
    sally = ContactFactory(customer=customer("Sitwell"), name="Sally", evangelist_level="prompted")
    occasions.invite(webinar, contacts=Contact.objects.filter(pk=sally.pk), by=priya, at=at)
    page = f"/occasions/{webinar.pk}/"
    assert words("lost", "Show") in as_priya.get(f"{page}?show=lost").text
    assert as_priya.get(f"{page}guests.csv?show=lost").status_code == 400
    refused = as_priya.post(f"{page}note/?show=lost", {"everyone": "true", "deed": "comes"})
    assert (refused.status_code, webinar.invitations.get().response) == (400, "none")


@pytest.mark.parametrize(("address", "query"), [("/rankings/", "team=North"), ("/nominations/quotas/", "team=North")])
def test_a_team_of_somebody_is_known_though_nobody_of_it_is_shown(as_priya, sam, address, query):
    sam.team = "North"
    sam.save()
    assert "is not known to the filter" not in as_priya.get(f"{address}?{query}&q=nobody").text


ADMINISTERED = [
    ("/people/", "export/", "role=king", "king", "Role"),
    ("/operations/jobs/", "export/", "state=lost", "lost", "State"),
    ("/operations/runs/", "export/", "task=dream", "dream", "Task"),
]


@pytest.mark.parametrize(("address", "file", "query", "value", "name"), ADMINISTERED)
def test_what_an_administrator_sees_too(client, address, file, query, value, name):
    client.force_login(person("Alex Kim", Role.ADMINISTRATOR))
    assert words(value, name) in client.get(f"{address}?{query}").text
    assert client.get(f"{address}{file}?{query}").status_code == 400
    assert client.get(f"{address}{file}").status_code == 200


def test_what_a_page_links_to_is_known_before_it_happens(as_priya):
    page = as_priya.get("/audit/?event=programme.configured").text
    assert ("is not known to the filter" in page, "Nothing found" in page) == (False, True)


@pytest.mark.parametrize("value", ["true", "false", "True", ""])
def test_a_switch_is_on_or_off(as_priya, value):
    assert "is not known to the filter" not in as_priya.get(f"/referrals/?prompted={value}").text
