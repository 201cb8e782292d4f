"""`/customers/?lifecycle=left` names no lifecycle: the list says so, and its file is refused, not that of everybody."""

from datetime import UTC, datetime

import pytest
from django.utils.html import escape

from core.models import Job
from customers.actions import occasions
from tests.factories import ContactFactory, customer
from tests.references.drives import drive

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
]


@pytest.fixture
def as_priya(client, priya):
    customer("Bluth Company")
    client.force_login(priya)
    return client


def words(value, name):
    return escape(f"“{value}” is not known to the filter “{name}”, so the list is not narrowed by it.")


@pytest.mark.parametrize(("address", "file", "query", "value", "name"), LISTS)
def test_the_list_says_it_and_the_file_is_refused(as_priya, address, file, query, value, name):
    shown = as_priya.get(f"{address}?{query}")
    assert (shown.status_code, words(value, name) in shown.text) == (200, True)
    assert "is not known to the filter" not in as_priya.get(address).text
    refused = as_priya.get(f"{address}{file}?{query}")
    assert (refused.status_code, words(value, name) in refused.text) == (400, True)
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
