"""A save that was confirmed, but whose answer never came: the person sends it once more and is told no tale."""

import pytest

from references.models import Cell, CellChange, Evidence
from tests.factories import ContactFactory, customer

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bluth(maria):
    return customer("Bluth", csm=maria)


def save(desk, who, **data):
    return desk.post(f"/grid/{who.pk}/reference_call/edit/", {"status": "amber", "version": 0} | data, headers=HTMX)


def test_the_same_save_once_more_is_answered_as_the_first_one(desk, bluth):
    first = save(desk, bluth, note="Legal reads it.", next_action="Call", next_action_due="2026-12-02")
    again = save(desk, bluth, note="Legal reads it.", next_action="Call", next_action_due="2026-12-02")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["HX-Trigger"] == first.headers["HX-Trigger"]
    assert (CellChange.objects.count(), Cell.objects.get().version) == (1, 1)


def test_another_save_of_ones_own_is_compared_with_the_first_and_names_no_stranger(desk, bluth):
    save(desk, bluth, note="Legal reads it.")
    refused = save(desk, bluth, note="Legal has read it.")
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "You saved this cell yourself" in html
    assert "Maria Chen saved this cell" not in html
    assert "Legal has read it.</textarea>" in html.replace("\n", "")
    assert Cell.objects.get().note == "Legal reads it."


def test_the_same_save_of_somebody_else_is_a_conflict(desk, client, jonas, bluth):
    save(desk, bluth, note="Legal reads it.")
    client.force_login(jonas)
    assert "Maria Chen saved this cell" in save(client, bluth, note="Legal reads it.").content.decode()


def test_evidence_is_never_entered_twice_without_a_look(desk, bluth):
    agreed = {"contact": ContactFactory(customer=bluth).pk, "kind": "call", "agreed_on": "2026-11-01"}
    assert save(desk, bluth, status="green", **agreed).status_code == 200
    assert save(desk, bluth, status="green", **agreed).status_code == 409
    assert Evidence.objects.count() == 1


def test_a_key_pressed_once_more_says_what_the_cell_is(desk, bluth):
    press = [desk.post(f"/grid/{bluth.pk}/logo/status/", {"status": "red", "version": 0}) for _time in range(2)]
    assert [answer.status_code for answer in press] == [200, 409]
    assert press[1].json()["message"] == "You have changed this cell in the meantime: it is Red now."
    assert CellChange.objects.count() == 1
