"""Other programs bring cases and invoices, and nominate in the name of a colleague."""

from datetime import UTC, date, datetime

import pytest

from core.quarters import Quarter
from customers.models import Invoice, SupportCase
from references.actions import impact, recruiting_targets
from references.choices import Characteristic
from references.models import Nomination
from tests.api.calling import client_of, patch, post
from tests.factories import ContactFactory, customer
from tests.references.recognized import NOW as QUARTER_DAY
from tests.references.recognized import enrol, nominate

NOW = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def bluth(maria):
    made = customer("Bluth Company", csm=maria)
    ContactFactory(customer=made, name="Lucille")
    return made


def test_a_case_is_entered_narrowed_and_solved_with_the_version_it_was_seen_in(bluth, maria):
    api = client_of(maria)
    body = {"customer": bluth.pk, "number": "4711", "severity": "high", "opened_on": "2025-11-02"}
    made = post(api, "/api/v1/cases/", body)
    assert made.status_code == 201, made.content
    assert [row["number"] for row in api.get("/api/v1/cases/?escalated=true").json()["results"]] == ["4711"]
    address = f"/api/v1/cases/{made.json()['id']}/"
    early = patch(api, address, {"closed_on": "2025-11-01", "version": 1})
    assert (early.status_code, "before it was opened" in early.content.decode()) == (422, True)
    assert patch(api, address, {"closed_on": "2025-11-09", "satisfaction": 5, "version": 1}).status_code == 200
    stale = patch(api, address, {"subject": "Late", "version": 1})
    assert (stale.status_code, stale.json()["current"]["satisfaction"]) == (409, 5)
    assert SupportCase.objects.get().closed_on == date(2025, 11, 9)
    assert api.get("/api/v1/cases/?open=true").json()["results"] == []
    assert api.get("/api/v1/cases/?customer=x").status_code == 400


def test_an_invoice_is_entered_once_and_paid(bluth, maria):
    api = client_of(maria)
    body = {"customer": bluth.pk, "number": "R-1", "amount": "12.50", "currency": "EUR", "due_on": "2025-10-02"}
    made = post(api, "/api/v1/invoices/", body)
    assert made.status_code == 201, made.content
    assert post(api, "/api/v1/invoices/", body).status_code == 409
    assert len(api.get("/api/v1/invoices/?overdue=true").json()["results"]) == 1
    address = f"/api/v1/invoices/{made.json()['id']}/"
    assert patch(api, address, {"paid_on": "2025-11-09", "version": 1}).status_code == 200
    assert Invoice.objects.unpaid().count() == 0


def test_a_nomination_is_made_read_and_joined(bluth, sam, jonas):
    body = {
        "customer": bluth.pk,
        "contact": bluth.contacts.get().pk,
        "story": "They halved their returns.",
        "source": "sales",
        "willingness": {"reference_call": "willing", "logo": "maybe"},
    }
    made = post(client_of(sam), "/api/v1/nominations/", body)
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["nominators"]) == ("submitted", [sam.email])
    joined = post(client_of(jonas), "/api/v1/nominations/", body)
    assert joined.json()["nominators"] == [sam.email, jonas.email]
    assert post(client_of(sam), "/api/v1/nominations/", body).status_code == 422
    listed = client_of(sam).get("/api/v1/nominations/?mine=true").json()["results"]
    assert [row["id"] for row in listed] == [Nomination.objects.get().pk]
    assert listed[0]["willingness"] == {"reference_call": "willing", "logo": "maybe"}
    wrong = post(client_of(sam), "/api/v1/nominations/", body | {"willingness": {"singing": "willing"}})
    assert wrong.status_code == 400


def test_coverage_is_read_and_targets_are_set(bluth, maria, priya):
    api, marketing = client_of(maria), client_of(priya)
    customer("Acme", industry="Finance", region="EMEA")
    body = {"rows": "industry", "columns": "region", "row": "Finance", "column": "EMEA", "target": 2}
    assert post(api, "/api/v1/coverage/", body).status_code == 403
    made = post(marketing, "/api/v1/coverage/", body)
    assert (made.status_code, made.json()["missing"]) == (200, 2)
    found = api.get("/api/v1/coverage/?rows=region&columns=industry").json()
    assert [(row["row"], row["column"], row["target"]) for row in found["results"] if row["target"]] == [
        ("EMEA", "Finance", 2)
    ]
    assert "attribute_use_case" in found["axes"]
    assert api.get("/api/v1/coverage/?rows=region&columns=region").status_code == 400
    assert api.get("/api/v1/coverage/?rows=moon").status_code == 400
    assert post(marketing, "/api/v1/coverage/", body | {"target": -1}).status_code == 400


def test_impact_stands_beside_a_customer(bluth, maria):
    api = client_of(maria)
    assert api.get(f"/api/v1/customers/{bluth.pk}/").json()["impact"] is None
    impact.rate(bluth, characteristic=Characteristic.RESULTS, points=3, evidence="seen", by=maria, at=NOW)
    found = api.get(f"/api/v1/customers/{bluth.pk}/").json()["impact"]
    assert (found["results"], found["tier"]) == (3, "C")
    assert [row["name"] for row in api.get("/api/v1/customers/?impact=C&sort=impact").json()["results"]] == [bluth.name]
    assert api.get("/api/v1/customers/?impact=Z").status_code == 400


def test_a_plan_is_begun_read_and_changed_with_the_version_it_was_seen_in(bluth, maria, jonas):
    api, address = client_of(maria), "/api/v1/recruiting-plans/"
    body = {"customer": bluth.pk, "dimensions": ["logo"], "way": "Sam introduces us"}
    made = post(api, address, body)
    assert made.status_code == 201, made.content
    assert (made.json()["owner"], made.json()["state"], made.json()["version"]) == (maria.email, "open", 1)
    assert post(api, address, body).status_code == 409
    assert post(api, address, body | {"dimensions": ["singing"]}).status_code == 400
    assert post(api, address, body | {"dimensions": []}).status_code == 400
    own = f"{address}{made.json()['id']}/"
    step = {"next_step": "Call Sam", "due_on": "2025-11-02", "version": 1}
    changed = patch(api, own, step | {"owner": jonas.email})
    assert (changed.status_code, changed.json()["owner"], changed.json()["version"]) == (200, jonas.email, 2)
    stale = patch(api, own, {"way": "Priya", "version": 1})
    assert (stale.status_code, stale.json()["current"]["way"]) == (409, "Sam introduces us")
    assert patch(api, own, {"due_on": None, "version": 2}).status_code == 422
    assert api.get(own).json()["dimensions"] == ["logo"]
    assert len(api.get(f"{address}?overdue=true").json()["results"]) == 1
    assert api.get(f"{address}?mine=true").json()["results"] == []
    assert api.get(f"{address}?state=singing").status_code == 400


def test_what_is_only_answered_is_refused_by_name_unless_it_says_what_stands_there(bluth, maria):
    api, address = client_of(maria), "/api/v1/recruiting-plans/"
    made = post(api, address, {"customer": bluth.pk, "dimensions": ["logo"], "state": "won"})
    assert (made.status_code, made.json()["errors"][0]["attr"]) == (400, "state")
    read = post(api, address, {"customer": bluth.pk, "dimensions": ["logo"]}).json()
    own = f"{address}{read['id']}/"
    for name, value in (("state", "won"), ("close_reason", "Done."), ("customer", customer("Hooli").pk)):
        refused = patch(api, own, {name: value})
        assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, name)
        assert "only answered" in refused.content.decode()
    back = patch(api, own, read | {"way": "Sam introduces us"})
    assert (back.status_code, back.json()["way"]) == (200, "Sam introduces us")
    assert patch(api, own, read | {"way": "Seen too early"}).status_code == 409
    assert patch(api, own, {"way": "x" * 10_001}).status_code == 400


def test_a_story_is_as_long_as_on_the_page(bluth, sam):
    said = {"contact_name": "Lucille", "source": "sales", "willingness": {"logo": "willing"}, "customer": bluth.pk}
    for name in ("story", "results"):
        long = post(client_of(sam), "/api/v1/nominations/", {"story": "Big.", **said, name: "x" * 10_001})
        assert (long.status_code, long.json()["errors"][0]["attr"]) == (400, name)
    assert not Nomination.objects.exists()


def test_days_of_another_century_are_refused_for_cases_and_invoices(bluth, maria):
    api = client_of(maria)
    case = post(api, "/api/v1/cases/", {"customer": bluth.pk, "number": "1", "opened_on": "0206-01-01"})
    invoice = {"customer": bluth.pk, "number": "1", "amount": "1", "due_on": "9999-12-31"}
    for answer in (case, post(api, "/api/v1/invoices/", invoice)):
        assert answer.status_code == 422
        assert "Look at the year" in answer.json()["errors"][0]["detail"]


@pytest.mark.time_machine(QUARTER_DAY)
def test_the_targets_of_new_references_are_read_with_what_came_of_them(maria, sam, priya):
    aims = {"reason": "", "by": priya, "at": QUARTER_DAY}
    recruiting_targets.set_target(Quarter(2026, 4), count=2, **aims)
    recruiting_targets.set_target(Quarter(2026, 4), count=1, **aims | {"reason": "One left."})
    recruiting_targets.set_target(Quarter(2027, 1), count=4, **aims)
    enrol(nominate("Hooli", sam, at=QUARTER_DAY), priya, at=QUARTER_DAY)
    found = client_of(maria).get("/api/v1/recruiting-targets/").json()["results"]
    assert [(row["quarter"], row["target"], row["enrolled"], row["is_reached"]) for row in found] == [
        ("2027-Q1", 4, 0, False),
        ("2026-Q4", 1, 1, True),
    ]
    assert (found[1]["set_by"], found[1]["reason"], found[1]["high_impact"]) == (priya.email, "One left.", 0)
    assert client_of(priya).post("/api/v1/recruiting-targets/").status_code == 405
