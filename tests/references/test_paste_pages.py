"""Maria pastes into the grid: she sees what will be written, and whose agreement with it, before she saves."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from core.models import Programme
from customers.actions import owners
from customers.choices import OwnerRole
from references.actions import cells, evidence
from references.actions.cells import NewEvidence
from references.models import Cell, Dimension, Evidence
from references.reports import grid
from tests.factories import ContactFactory, customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def pasting(client, maria):
    """What Maria's browser does: pastes at a customer and a dimension of the grid it shows, and saves the dialog."""
    client.force_login(maria)
    return Pasting(client)


class Pasting:
    def __init__(self, client):
        self.client = client

    def paste(self, text, *, at=0, dimension="reference_call", query="", **more):
        shown = self.client.get(reverse("references:grid") + f"?{query}").content.decode()
        customers = re.findall(r'<tr data-customer="(\d+)"', shown)
        dimensions = re.findall(r'data-dimension="(\w+)"', shown)
        sent = {
            "text": text,
            "customers": ",".join(customers[at:]),
            "dimensions": ",".join(dimensions[dimensions.index(dimension) :]),
            "next": re.search(r'data-next="([^"]*)"', shown)[1],
            "query": query,
            "mode": "auto",
            "source": "paste",
        }
        answer = self.client.post(reverse("references:paste_preview"), sent | more)
        self.dialog, self.status = answer.content.decode(), answer.status_code
        return self.dialog

    def save(self, **chosen):
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.dialog))
        hidden = {name: value.replace("&quot;", '"') for name, value in hidden.items()}
        picked = dict(
            re.findall(r'<select[^>]*name="(agreed_by_\d+)".*?<option value="(\d+)"[^>]* selected', self.dialog, re.S)
        )
        typed = {"greens": "evidence", "kind": "email", "agreed_on": "2026-11-02"}
        return self.client.post(reverse("references:paste_apply"), hidden | typed | picked | chosen)


def agreed():
    return dict(Evidence.objects.values_list("customer__name", "contact__name"))


def test_the_dialog_lists_for_each_customer_whose_agreement_will_be_recorded(pasting):
    acme, bluth, cheers = (customer(name) for name in ("Acme", "Bluth", "Cheers"))
    ContactFactory(customer=acme, name="Annyong")
    ContactFactory(customer=acme, name="Lucille", roles=["champion", "executive"])
    ContactFactory(customer=bluth, name="Gob")
    ContactFactory(customer=cheers, name="Gone", roles=["champion"], left_on=date(2026, 1, 1))
    dialog = pasting.paste("G\nG\nG")
    assert "3 Greens need evidence" in dialog
    options = re.findall(r'<option value="\d+"[^>]*?( selected)?>([^<]+)</option>', dialog.split("agreements", 1)[1])
    assert options == [("", "Lucille · Champion, Executive"), ("", "Annyong"), ("", "Gob")]
    assert "data-champion>Lucille" in dialog
    assert dialog.count("has no contact who could have agreed") == 1
    refused = pasting.save()
    assert refused.status_code == 422
    assert "nobody is chosen who agreed): Acme · Reference call; Bluth · Reference call" in refused.content.decode()
    assert not Cell.objects.exists()
    saved = pasting.save(**{f"agreed_by_{acme.pk}": acme.contacts.get(name="Annyong").pk, "rest_amber": "on"})
    assert saved.status_code == 200
    assert agreed() == {"Acme": "Annyong"}
    statuses = dict(Cell.objects.values_list("customer__name", "status"))
    assert statuses == {"Acme": "green", "Bluth": "amber", "Cheers": "amber"}


def test_nothing_of_a_consent_is_chosen_before_somebody_has_chosen_it(pasting):
    acme = customer("Acme")
    lucille = ContactFactory(customer=acme, name="Lucille", roles=["champion"])
    dialog = pasting.paste("G")
    chosen = re.findall(r"<(?:input|option)[^>]*(?:checked|selected)[^>]*>", dialog)
    assert chosen == ['<option value="" selected>']
    assert 'value="2026-11-20"' not in dialog
    by_lucille = {f"agreed_by_{acme.pk}": lucille.pk}
    for missing, said in (
        ({"greens": ""}, "1 Green needs evidence"),
        ({"kind": ""}, "Say in what form the contacts agreed."),
        ({"agreed_on": ""}, "Say when the contacts agreed."),
    ):
        answer = pasting.save(**{**by_lucille, **missing})
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Evidence.objects.exists()
    assert pasting.save(**by_lucille).status_code == 200
    assert agreed() == {"Acme": "Lucille"}


def test_what_was_chosen_stands_in_the_dialog_again_when_it_is_refused(pasting):
    acme = customer("Acme")
    chosen = ContactFactory(customer=acme, name="Annyong")
    ContactFactory(customer=acme, name="Lucille", roles=["champion"])
    pasting.paste("G")
    again = pasting.save(agreed_on="2026-11-21", **{f"agreed_by_{acme.pk}": chosen.pk})
    assert again.status_code == 422
    assert "still to come" in again.content.decode()
    assert re.search(r'data-name="Annyong"[^>]* selected', again.content.decode())


def test_nobody_of_another_customer_and_nobody_who_left_can_be_chosen(pasting):
    acme, bluth = customer("Acme"), customer("Bluth")
    gone = ContactFactory(customer=acme, name="Gone", left_on=date(2026, 1, 1))
    other = ContactFactory(customer=bluth, name="Gob")
    for contact in (gone, other):
        pasting.paste("G")
        assert pasting.save(**{f"agreed_by_{acme.pk}": contact.pk}).status_code == 422
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"), [("", "The clipboard is empty"), ("\r\n", "The clipboard is empty"), ("R", "Nothing to save")]
)
def test_an_empty_clipboard_and_a_block_that_changes_nothing_are_said_in_a_line(pasting, maria, text, said):
    acme = customer("Acme")
    cell = Cell.objects.of(acme, Dimension.objects.get(key="logo"))
    cells.edit(cell, seen_version=0, changes={"status": "red"}, by=maria, at=NOON)
    dialog = pasting.paste(text, dimension="logo")
    assert re.search(rf"data-brief>{said}", dialog)
    assert "Save" not in dialog.split("data-brief")[1]


def test_a_block_longer_than_the_page_goes_on_with_the_customers_of_the_next(pasting, monkeypatch):
    monkeypatch.setattr(grid, "PAGE_SIZE", 2)
    for name in ("Acme", "Bluth", "Cheers", "Dalt", "Ecorp"):
        customer(name, region="EMEA")
    customer("Cyberdyne", region="APAC")
    dialog = pasting.paste("R\nA\nG\nR\nA\n", at=1, dimension="logo", query="region=EMEA&sort=-name")
    assert "goes on with the customers of the next page" in dialog
    assert re.findall(r'<th scope="row">(\w+)</th>', dialog) == ["Dalt", "Cheers", "Bluth", "Acme"]
    assert "its last row has no customer to go to" in dialog
    assert pasting.save(greens="").status_code == 200
    assert dict(Cell.objects.values_list("customer__name", "status")) == {
        "Dalt": "red", "Cheers": "amber", "Bluth": "green", "Acme": "red",
    }  # fmt: skip


def test_a_block_with_more_rows_than_can_be_pasted_is_refused_before_anything_is_written(pasting):
    customer("Acme")
    dialog = pasting.paste("R\n" * 501)
    assert pasting.status == 422
    assert "The block has 501 rows; at most 500 rows can be pasted at once." in dialog


def test_undo_tells_what_it_could_really_restore(pasting, maria):
    acme, bluth = customer("Acme"), customer("Bluth")
    call = Dimension.objects.get(key="reference_call")
    for who in (acme, bluth):
        consent = NewEvidence("call", date(2026, 11, 1), ContactFactory(customer=who))
        cells.edit(
            Cell.objects.of(who, call), seen_version=0, changes={"status": "green"}, evidence=consent, by=maria, at=NOON
        )
    pasting.paste("R\nR")
    done = pasting.save(greens="").json()
    evidence.withdraw(Evidence.objects.get(customer=bluth), reason="New management", by=maria, at=NOON)
    undone = pasting.client.post(reverse("references:change_set_undo", args=[done["undo"]])).json()
    assert undone["message"] == (
        "Undone for the other cells. 1 Green could not come back, because its evidence does not hold any more; "
        "it is Amber now: Bluth · Reference call."
    )
    assert dict(Cell.objects.values_list("customer__name", "status")) == {"Acme": "green", "Bluth": "amber"}
    again = pasting.client.post(reverse("references:change_set_undo", args=[undone["undo"]])).json()
    assert again["message"] == "Done again."


def test_a_note_that_gives_way_stands_beside_the_one_that_replaces_it(pasting, maria):
    acme, _bluth = customer("Acme"), customer("Bluth")
    cell = Cell.objects.of(acme, Dimension.objects.get(key="logo"))
    cells.edit(cell, seen_version=0, changes={"note": "Ask the brand team."}, by=maria, at=NOON)
    dialog = pasting.paste("They decide in May\nNo answer yet", dimension="logo")
    assert re.search(r"<del[^>]*>Ask the brand team.</del>.*?They decide in May", dialog, re.S)
    assert dialog.count("<del") == 1
    assert "1 note that stands there is replaced." in dialog


def test_a_block_of_words_says_why_it_is_taken_as_notes(pasting):
    for name in ("Acme", "Bluth", "Cheers"):
        customer(name)
    said = "Taken as notes, because more of the block is other words (2 fields) than statuses (1)."
    assert said in pasting.paste("They decide in May\nNo answer yet\nG", dimension="logo")
    assert said not in pasting.paste("They decide in May\nNo answer yet\nG", dimension="logo", mode="note")
    assert "Taken as notes" not in pasting.paste("R\nmaybe\nG", dimension="logo")


def test_an_undo_that_restores_everything_says_so(pasting):
    customer("Acme")
    pasting.paste("R", dimension="logo")
    done = pasting.save(greens="").json()
    answer = pasting.client.post(reverse("references:change_set_undo", args=[done["undo"]]))
    assert answer.json()["message"] == "Undone: Acme · Logo is Blank."


def test_a_cell_that_was_said_to_stay_and_was_changed_meanwhile_is_not_written_unseen(pasting, maria, jonas):
    """Acme is Red already, so the dialog says it stays; while Maria looks, Jonas turns it Amber."""
    acme, _bluth = customer("Acme", csm=maria), customer("Bluth", csm=maria)
    logo = Dimension.objects.get(key="logo")
    cells.edit(Cell.objects.of(acme, logo), seen_version=0, changes={"status": "red"}, by=maria, at=NOON)
    pasting.paste("R\nA", dimension="logo")
    cells.edit(Cell.objects.of(acme, logo), seen_version=1, changes={"status": "amber"}, by=jonas, at=NOON)
    refused = pasting.save(greens="")
    assert refused.status_code == 409
    assert "Acme · Logo is now Amber (Jonas Weber), you set Red" in unescape(refused.text)
    assert dict(Cell.objects.values_list("customer__name", "status")) == {"Acme": "amber"}
    pasting.dialog = refused.text
    assert pasting.save(greens="").status_code == 200, "now it was shown"
    assert dict(Cell.objects.values_list("customer__name", "status")) == {"Acme": "red", "Bluth": "amber"}


def test_a_note_beside_a_status_that_stays_is_no_conflict(pasting, maria, jonas):
    acme, _bluth = customer("Acme", csm=maria), customer("Bluth", csm=maria)
    logo = Dimension.objects.get(key="logo")
    cells.edit(Cell.objects.of(acme, logo), seen_version=0, changes={"status": "red"}, by=maria, at=NOON)
    pasting.paste("R\nA", dimension="logo")
    cells.edit(Cell.objects.of(acme, logo), seen_version=1, changes={"note": "Ask in May"}, by=jonas, at=NOON)
    assert pasting.save(greens="").status_code == 200


def test_a_cell_that_was_not_hers_when_it_was_shown_is_not_written(pasting, maria, jonas):
    Programme.objects.update(colleagues_may_edit=False)
    acme, bluth = customer("Acme", csm=jonas), customer("Bluth", csm=maria)
    assert "not yours to edit" in pasting.paste("R\nA", dimension="logo")
    change = {"effective_on": NOON.date(), "reason": "Handed over"}
    owners.set_owner(acme, role=OwnerRole.CSM, owner=maria, **change, by=jonas, at=NOON)
    assert len(pasting.save(greens="").json()["cells"]) == 1
    assert Cell.objects.get().customer == bluth


def test_an_undo_names_the_cells_that_somebody_has_changed_since(pasting, maria, jonas):
    acme, _bluth = customer("Acme", csm=maria), customer("Bluth", csm=maria)
    pasting.paste("R\nA", dimension="logo")
    done = pasting.save(greens="").json()
    cell = Cell.objects.get(customer=acme)
    cells.edit(cell, seen_version=1, changes={"note": "Ask in May"}, by=jonas, at=NOON)
    undone = pasting.client.post(reverse("references:change_set_undo", args=[done["undo"]])).json()
    assert undone["message"].endswith("1 cell stays as it is, because somebody has changed it since: Acme · Logo.")
    assert [one["status"] for one in undone["cells"]] == [""]
