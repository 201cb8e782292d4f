"""What customers use us for, where their references are worked on: the grid, its files, merges, and the API."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from customers.actions import attributes, customers
from customers.models import AttributeValue, Customer
from references.actions import merges
from references.filters import GridFilter
from references.formats import grid_sheets
from references.reports.grid_exports import table
from references.reports.merges import preview, signature
from tests.api.calling import client_of, patch, post
from tests.factories import customer
from tests.references.test_rag_imports import kinds, run

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def deployment():
    return attributes.create(name="Deployment", by=None, at=NOON)


@pytest.fixture
def three(deployment, maria):
    return [
        customer("Acme", csm=maria, attributes={"use_case": "Fraud detection", "deployment": "Cloud"}),
        customer("Bluth", csm=maria, attributes={"use_case": "Fraud detection", "deployment": "Hybrid"}),
        customer("Initech", csm=maria),
    ]


def said(of: Customer) -> dict[str, str]:
    return dict(of.attribute_values.values_list("attribute__key", "value"))


class TestTheGrid:
    def test_it_is_narrowed_by_values_from_its_menus(self, desk, three):
        def names(**query):
            return [row.name for row in desk.get(reverse("references:grid"), query).context["page"].rows]

        assert names(attribute_use_case="Fraud detection") == ["Acme", "Bluth"]
        assert names(attribute_use_case="Fraud detection", attribute_deployment="Cloud") == ["Acme"]
        assert names(attribute_gone="x") == ["Acme", "Bluth", "Initech"]
        page = desk.get(reverse("references:grid"), {"region": ""}).content.decode()
        assert 'href="?region=&amp;attribute_use_case=Fraud+detection">Fraud detection</a>' in page
        page = desk.get(reverse("references:grid"), {"attribute_use_case": "Fraud detection"}).content.decode()
        assert "<span>Use case: Fraud detection</span>" in page

    def test_the_rarer_ones_stand_behind_more_and_are_asked_for_once(self, desk, three):
        query = {"attribute_deployment": "Cloud", "attribute_use_case": "Fraud detection"}
        page = desk.get(reverse("references:grid"), query).content.decode()
        more = page[page.index(">More <") : page.index("Evidence expiring")]
        assert '<option value="Cloud" selected>' in more
        assert '<input type="hidden" name="attribute_use_case" value="Fraud detection">' in more
        assert '<input type="hidden" name="attribute_deployment"' not in more

    def test_an_address_that_names_no_attribute_asks_for_none(self, maria, django_assert_num_queries):
        with django_assert_num_queries(0):
            narrowed = GridFilter({"region": "EMEA"}, user=maria, today=NOON.date())
        assert not [name for name in narrowed.filters if name.startswith("attribute_")]

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_its_files_carry_the_values_and_are_taken_back_unchanged(self, three, maria, kind):
        head, rows = table(Customer.objects.order_by("name_key"))
        assert head.attributes == ["Use case", "Deployment"]
        rows = list(rows)
        shown = [tuple(row.values) for row in rows]
        assert shown == [("Fraud detection", "Cloud"), ("Fraud detection", "Hybrid"), ("", "")]
        file = io.BytesIO()
        if kind == "xlsx":
            grid_sheets.write_workbook(file, head, rows)
        else:
            header, lines = grid_sheets.csv_table(head, rows)
            text = io.StringIO()
            csv.writer(text).writerows([header, *lines])
            file.write(text.getvalue().encode())
            assert header[-4:] == ["Use case", "Deployment", "Web domain", "RefProgram id"]
        assert [kind for _name, kind in kinds(run(file, maria))] == ["unchanged"] * 3


class TestMerging:
    def test_the_survivor_takes_what_it_lacks_and_both_sides_of_a_conflict_are_shown(self, three, maria):
        survivor, duplicate = customer("Acme Two", attributes={"use_case": "Order tracking"}), three[0]
        choices = {choice.name: choice for choice in preview(survivor, duplicate).fields}
        assert choices["attribute_use_case"].is_conflict
        assert (choices["attribute_use_case"].ours, choices["attribute_use_case"].theirs) == (
            "Order tracking",
            "Fraud detection",
        )
        assert choices["attribute_deployment"].is_filled
        seen = signature(survivor, duplicate)
        merges.merge(survivor, duplicate=duplicate, seen=seen, by=maria, at=NOON)
        assert said(survivor) == {"use_case": "Order tracking", "deployment": "Cloud"}
        assert said(duplicate) == {}
        absorbed, merged = survivor.changes.first(), duplicate.changes.first()
        assert absorbed.fields["attribute Deployment"] == [None, "Cloud"]
        assert merged.fields["attribute Use case"] == ["Fraud detection", None]

    def test_what_was_picked_replaces_the_survivors(self, three, maria, desk):
        survivor, duplicate = three[1], three[0]
        url = reverse("references:merge_compare", args=[survivor.pk, duplicate.pk])
        page = desk.get(url).content.decode()
        assert 'name="field-attribute_deployment"' in page
        chosen = {"field-attribute_deployment": "theirs", "confirmed": "yes"}
        desk.post(url, chosen | {"seen": signature(survivor, duplicate)})
        assert said(survivor) == {"use_case": "Fraud detection", "deployment": "Cloud"}
        assert AttributeValue.objects.filter(customer=duplicate).count() == 0


class TestTheApi:
    def test_they_are_read_written_and_taken_away_by_their_keys(self, three, maria):
        api = client_of(maria)
        read = api.get(f"/api/v1/customers/{three[2].pk}/").json()
        assert read["attributes"] == {"use_case": "", "deployment": ""}
        url = f"/api/v1/customers/{three[0].pk}/"
        body = {"attributes": {"use_case": "  Order   tracking ", "deployment": ""}}
        assert patch(api, url, body).json()["attributes"] == {"use_case": "Order tracking", "deployment": ""}
        assert said(three[0]) == {"use_case": "Order tracking"}
        assert three[0].changes.first().by == maria
        made = post(api, "/api/v1/customers/", {"name": "New", "attributes": {"use_case": "Reporting"}})
        assert made.json()["attributes"] == {"use_case": "Reporting", "deployment": ""}

    def test_an_older_version_is_a_conflict_that_shows_the_present(self, three, maria):
        body = {"attributes": {"use_case": "x"}, "version": 1}
        current = Customer.objects.get(pk=three[0].pk)
        customers.edit(current, seen_version=1, changes={}, attributes={"use_case": "y"}, by=None, at=NOON)
        answer = patch(client_of(maria), f"/api/v1/customers/{three[0].pk}/", body)
        assert answer.status_code == 409
        assert said(three[0])["use_case"] == "y"

    @pytest.mark.parametrize(
        "sent",
        [{"colour": "red"}, {"use_case": "x" * 201}, {"use_case": "a\x01b"}, {"use_case": None}, ["x"], "x"],
    )
    def test_what_cannot_be_kept_is_refused(self, three, maria, sent):
        answer = patch(client_of(maria), f"/api/v1/customers/{three[0].pk}/", {"attributes": sent})
        assert answer.status_code == 400
        assert said(three[0])["use_case"] == "Fraud detection"

    def test_they_narrow_the_list_and_a_misspelt_one_is_refused(self, three, maria):
        api = client_of(maria)

        def names(query):
            return [row["name"] for row in api.get(f"/api/v1/customers/?{query}").json()["results"]]

        assert names("attribute_use_case=Fraud+detection&attribute_deployment=Hybrid") == ["Bluth"]
        assert names("attribute_use_case=Nothing") == []
        assert api.get("/api/v1/customers/?attribute_colour=red").status_code == 400
