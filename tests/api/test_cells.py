"""A program edits cells: with the version it saw, with evidence for a Green, never over somebody else's words."""

from datetime import UTC, date, datetime

import pytest

from references.actions import cells
from references.models import Cell, CellChange, Dimension, Evidence
from tests.api.calling import client_of, patch
from tests.factories import ContactFactory, customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def bluth(db):
    return customer("Bluth Company")


@pytest.fixture
def logo(bluth):
    return f"/api/v1/customers/{bluth.pk}/cells/logo/"


@pytest.fixture
def call(bluth):
    return f"/api/v1/customers/{bluth.pk}/cells/reference_call/"


def test_a_cell_is_read_blank_written_and_its_history_read(bluth, logo, maria):
    api = client_of(maria)
    assert api.get(logo).json()["version"] == 0
    answer = patch(api, logo, {"status": "amber", "note": "Legal reads it.", "version": 0})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    history = api.get(logo + "history/").json()["results"]
    assert [(row["status"], row["by"], row["source"]) for row in history] == [("amber", maria.email, "api")]


@pytest.mark.parametrize("version", [{}, {"version": 0}])
def test_without_the_current_version_the_cell_is_refused_and_shown(bluth, logo, maria, jonas, version):
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="logo"))
    cells.edit(cell, seen_version=0, changes={"status": "red", "note": "Legal said no."}, by=jonas, at=NOON)
    answer = patch(client_of(maria), logo, {"status": "green"} | version)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["attr"] == "version"
    assert answer.json()["current"]["note"] == "Legal said no."
    assert Cell.objects.get().status == "red"


def test_green_on_the_pay_trigger_comes_with_evidence(bluth, maria):
    api, url = client_of(maria), f"/api/v1/customers/{bluth.pk}/cells/reference_call/"
    bare = patch(api, url, {"status": "green", "version": 0})
    assert bare.status_code == 422
    assert "evidence" in bare.json()["errors"][0]["detail"]
    lucille = ContactFactory(customer=bluth, name="Lucille")
    evidence = {"kind": "call", "contact": lucille.pk, "agreed_on": str(NOON.date())}
    earned = patch(api, url, {"status": "green", "version": 0, "evidence": evidence})
    assert earned.status_code == 200, earned.content
    assert earned.json()["evidence"]["valid_until"] == "2027-11-20"


def test_evidence_of_another_customers_contact_is_refused(bluth, maria):
    stranger = ContactFactory(customer=customer("Sitwell"), name="Stan")
    evidence = {"kind": "call", "contact": stranger.pk, "agreed_on": str(NOON.date())}
    url = f"/api/v1/customers/{bluth.pk}/cells/reference_call/"
    answer = patch(client_of(maria), url, {"status": "green", "version": 0, "evidence": evidence})
    assert answer.status_code == 422
    assert not CellChange.objects.exists()


def test_nobody_passes_a_green_off_as_imported(bluth, maria):
    url = f"/api/v1/customers/{bluth.pk}/cells/reference_call/"
    evidence = {"kind": "import", "agreed_on": str(NOON.date()), "valid_until": "2030-01-01"}
    answer = patch(client_of(maria), url, {"status": "green", "version": 0, "evidence": evidence})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "evidence.kind")
    assert not CellChange.objects.exists()


@pytest.mark.parametrize("name", ["next_action_due", "forecast_on"])
@pytest.mark.parametrize("day", ["0206-02-20", "9999-12-31"])
def test_a_slip_in_the_year_is_refused(call, maria, name, day):
    answer = patch(client_of(maria), call, {name: day, "version": 0})
    assert (answer.status_code, "Look at the year" in answer.text) == (422, True)
    assert not Cell.objects.exists()


FORECAST = {"forecast_on": "2026-12-10", "forecast_confidence": "commit", "blocker": "Legal"}


@pytest.mark.parametrize("name", FORECAST)
def test_only_the_pay_trigger_takes_a_forecast(logo, call, maria, name):
    api, body = client_of(maria), {name: FORECAST[name], "version": 0}
    refused = patch(api, logo, body)
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, name)
    assert not Cell.objects.exists()
    assert patch(api, call, body).json()[name] == FORECAST[name]


def test_a_forecast_from_the_time_as_pay_trigger_stands_and_can_be_taken_back(bluth, logo, maria):
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="logo"))
    cells.edit(cell, seen_version=0, changes={"blocker": "Legal"}, by=maria, at=NOON)
    api = client_of(maria)
    assert patch(api, logo, {"blocker": "Legal", "note": "Asked.", "version": 1}).status_code == 200
    assert patch(api, logo, {"blocker": "", "version": 2}).json()["blocker"] == ""


def test_a_sales_rep_may_read_a_cell_and_not_write_it(logo, sam):
    api = client_of(sam)
    assert api.get(logo).status_code == 200
    assert patch(api, logo, {"status": "green", "version": 0}).status_code == 403


def test_an_unknown_dimension_or_customer_is_not_found(logo, maria):
    api = client_of(maria)
    assert api.get(logo.replace("logo", "tattoo")).status_code == 404
    assert api.get("/api/v1/customers/999999/cells/logo/").status_code == 404


def test_changes_after_a_cursor_come_oldest_first(bluth, logo, maria):
    api = client_of(maria)
    for version, status in enumerate(["red", "amber", "green"]):
        patch(api, logo, {"status": status, "version": version})
    first = api.get("/api/v1/changes/?limit=2").json()
    rest = api.get(f"/api/v1/changes/?since={first['next']}").json()
    assert [row["status"] for row in first["results"] + rest["results"]] == ["red", "amber", "green"]
    assert api.get(f"/api/v1/changes/?since={rest['next']}").json() == {"results": [], "next": None}


def test_dimensions_come_with_their_definitions(maria):
    rows = client_of(maria).get("/api/v1/dimensions/").json()["results"]
    assert [row["key"] for row in rows] == [
        "press_release", "quotation", "logo", "case_study", "public_speech", "social_media", "showcase_visit",
        "prospect_seminar", "user_group", "reference_call", "private_material", "investor_material",
    ]  # fmt: skip
    assert all(row["definition"] for row in rows)


def test_a_note_longer_than_the_panel_takes_is_refused(logo, maria):
    refused = patch(client_of(maria), logo, {"note": "n" * 40_000, "version": 0})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "note"


@pytest.fixture
def green(bluth):
    """Green on a call that a file proves."""
    said = cells.NewEvidence("call", NOON.date(), ContactFactory(customer=bluth), url="https://example.com/mail")
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="reference_call"))
    return cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=said, by=None, at=NOON)


def test_a_green_that_is_sent_back_as_it_was_read_keeps_its_evidence(bluth, call, green, maria):
    api = client_of(maria)
    body = api.get(call).json()
    answer = patch(api, call, body | {"note": "Calls on Fridays."})
    assert (answer.status_code, answer.json()["note"]) == (200, "Calls on Fridays.")
    green.refresh_from_db()
    assert (Evidence.objects.count(), green.evidence) == (1, Evidence.objects.get())
    other = body["evidence"] | {"note": "And by mail."}
    assert patch(api, call, {"version": 2, "evidence": other}).status_code == 200
    assert Evidence.objects.count() == 2, "what says something else is new evidence"


def test_evidence_of_an_import_may_come_back_as_it_was_read(bluth, call, maria):
    given = cells.NewEvidence("import", NOON.date(), valid_until=date(2026, 12, 31))
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="reference_call"))
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=given, by=None, at=NOON)
    api = client_of(maria)
    assert patch(api, call, api.get(call).json() | {"note": "Old sheet"}).status_code == 200


def test_a_green_does_not_lose_its_evidence_by_null(bluth, call, green, maria):
    refused = patch(client_of(maria), call, {"version": 1, "evidence": None})
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, "evidence")
    assert "withdraw the consent" in refused.json()["errors"][0]["detail"]
    assert patch(client_of(maria), call, {"version": 1, "status": "amber", "evidence": None}).status_code == 200


@pytest.mark.parametrize("key", ["use\u0000case", "use case"])
def test_an_attribute_that_nobody_can_have_named_is_refused_in_words(bluth, maria, key):
    answer = patch(client_of(maria), f"/api/v1/customers/{bluth.pk}/", {"version": 1, "attributes": {key: "x"}})
    assert (answer.status_code, "There is no such attribute in use" in answer.text) == (400, True)


def test_an_address_without_its_last_slash_is_led_on_with_what_was_sent(bluth, logo, maria):
    """A program that follows 301 would ask with GET, be answered 200, and have written nothing."""
    led = patch(client_of(maria), logo.removesuffix("/"), {"status": "red", "version": 0})
    assert (led.status_code, led["Location"]) == (308, logo)
    followed = client_of(maria).patch(
        logo.removesuffix("/"), {"status": "red", "version": 0}, content_type="application/json", follow=True
    )
    assert (followed.status_code, Cell.objects.get().status) == (200, "red")
