"""Maria enrols Bluth while Priya works on the same cells: nobody's word is replaced unread."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from references.actions import cells, nominations
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions.cells import NewEvidence
from references.actions.nomination_invitations import Agreed
from references.models import Cell, Dimension
from tests.api.calling import client_of, post

TODAY = timezone.localdate()
BEHIND = {"kind": "call", "agreed_on": str(TODAY)}


def kind(key):
    return Dimension.objects.get(key=key)


@pytest.fixture
def invited(bluth, sam, priya, maria):
    now = timezone.now()
    values = {"contact": bluth.contacts.get(), "story": "Big.", "source": "sales"}
    made = nominations.submit(customer=bluth, values=values, willingness={kind("logo"): "maybe"}, by=sam, at=now)
    return invitations.invite(decisions.accept(made, by=priya, at=now), by=maria, at=now)


@pytest.fixture
def form(client, invited, maria):
    client.force_login(maria)
    return reverse("references:nomination_enrol", args=[invited.pk])


@pytest.fixture
def write(bluth, priya):
    """Priya changes a cell of Bluth."""

    def written(key, evidence=None, **changes):
        cell = Cell.objects.of(bluth, kind(key))
        return cells.edit(
            cell, seen_version=cell.version, changes=changes, evidence=evidence, by=priya, at=timezone.now()
        )

    return written


@pytest.fixture
def contract(bluth):
    """A contract that binds Bluth for a year and more."""
    until = TODAY + timedelta(days=400)
    return NewEvidence(kind="contract", agreed_on=TODAY, contact=bluth.contacts.get(), valid_until=until)


def opened(client, form):
    """The versions of the cells that the form has seen."""
    return seen_in(client.get(form))


def seen_in(answer):
    return {f"seen-{one.dimension.pk}": str(one.cell.version) for one in answer.context["form"].kinds()}


def answers(bluth, **statuses):
    said = {f"agreed-{kind(key).pk}": status for key, status in statuses.items()}
    return said | {"contact": bluth.contacts.get().pk}


def test_a_cell_that_turned_red_meanwhile_is_shown_and_turned_green_only_by_a_second_press(client, form, write, bluth):
    said = answers(bluth, press_release="green")
    seen = opened(client, form)
    write("press_release", status="red", note="Legal forbade it on the phone.")
    refused = client.post(form, said | seen)
    assert refused.status_code == 422
    assert "Priya Nair changed this cell meanwhile." in refused.text
    assert "Legal forbade it on the phone." in refused.text
    assert Cell.objects.get(customer=bluth).status == "red"
    assert client.post(form, said | seen_in(refused)).status_code == 302
    assert Cell.objects.get(customer=bluth).status == "green"


def test_the_form_says_how_each_cell_stands_before_anybody_answers(client, form, write, contract):
    write("quotation", status="red", note="Ask again after the reorganisation.")
    write("reference_call", contract, status="green")
    shown = client.get(form).text
    assert "Ask again after the reorganisation." in shown
    assert f"until {contract.valid_until:%-d %b %Y}" in shown


def test_what_nobody_agreed_to_may_change_meanwhile(client, form, write, bluth):
    seen = opened(client, form)
    write("press_release", status="red")
    assert client.post(form, answers(bluth, press_release="", logo="green") | seen).status_code == 302
    assert {cell.dimension.key: cell.status for cell in bluth.cells.all()} == {"press_release": "red", "logo": "green"}


def test_evidence_of_a_colleague_that_holds_for_longer_is_kept(client, form, write, contract, bluth):
    said, seen = answers(bluth, reference_call="green") | BEHIND, opened(client, form)
    write("reference_call", contract, status="green")
    refused = client.post(form, said | seen)
    assert (refused.status_code, "Priya Nair changed this cell meanwhile." in refused.text) == (422, True)
    shorter = client.post(form, said | seen_in(refused))
    assert "Green already, with evidence that ends later: leave the evidence empty." in shorter.text
    assert Cell.objects.get(customer=bluth).evidence_valid_until == contract.valid_until
    other = said | answers(bluth, reference_call="green", logo="green") | seen_in(shorter)
    without = {name: value for name, value in other.items() if name not in BEHIND}
    assert client.post(form, without).status_code == 302
    assert Cell.objects.get(customer=bluth, dimension__key="reference_call").evidence.kind == "contract"


def test_evidence_stands_behind_every_new_green_and_leaves_a_longer_one_alone(form, write, contract, bluth, client):
    write("reference_call", contract, status="green")
    said = answers(bluth, reference_call="green", press_release="green", logo="green") | BEHIND
    until = {"valid_until": str(TODAY + timedelta(days=30))}
    assert client.post(form, said | until | opened(client, form)).status_code == 302
    kinds = {cell.dimension.key: cell.evidence.kind for cell in bluth.cells.all()}
    assert kinds == {"reference_call": "contract", "press_release": "call", "logo": "call"}


def test_who_enrols_what_a_colleague_has_enrolled_is_told_that_alone(form, invited, write, bluth, client, jonas):
    seen = opened(client, form)
    said = [Agreed(kind("logo"), "green")]
    invitations.enrol(invited, agreed=said, by=jonas, at=timezone.now())
    refused = client.post(form, answers(bluth, logo="green") | seen)
    assert (refused.status_code, "is in the state “Enrolled” now" in refused.text) == (422, True)
    assert "press again" not in refused.text


def test_evidence_that_holds_for_longer_renews_a_green(client, form, write, contract, bluth):
    write("reference_call", contract, status="green")
    until = contract.valid_until + timedelta(days=1)
    said = answers(bluth, reference_call="green") | BEHIND | {"valid_until": str(until)}
    assert client.post(form, said | opened(client, form)).status_code == 302
    cell = Cell.objects.get(customer=bluth)
    assert (cell.evidence.kind, cell.evidence_valid_until) == ("call", until)


def test_a_change_in_the_moment_of_the_press_is_no_less_seen(client, form, write, bluth, monkeypatch):
    enrol = invitations.enrol

    def after_priya(*args, **kwargs):
        write("logo", status="red", note="Not this year.")
        return enrol(*args, **kwargs)

    monkeypatch.setattr(invitations, "enrol", after_priya)
    refused = client.post(form, answers(bluth, logo="green") | opened(client, form))
    assert (refused.status_code, "Priya Nair changed this cell meanwhile." in refused.text) == (422, True)
    assert "Not this year." in refused.text
    assert Cell.objects.get(customer=bluth).status == "red"


def test_a_program_that_says_what_it_saw_is_answered_with_the_cell(invited, write, maria, bluth):
    seen = Cell.objects.of(bluth, kind("logo")).version
    write("logo", status="red")
    said = {"agreed": {"logo": "green"}, "seen": {"logo": seen}}
    refused = post(client_of(maria), f"/api/v1/nominations/{invited.pk}/enrol/", said)
    assert (refused.status_code, refused.json()["current"]["status"]) == (409, "red"), refused.content
    for seen in ({"nonsense": 0}, {"reference_call": 0}):
        unknown = post(client_of(maria), f"/api/v1/nominations/{invited.pk}/enrol/", said | {"seen": seen})
        assert (unknown.status_code, unknown.json()["errors"][0]["attr"]) == (400, "seen"), unknown.content
    said["seen"]["logo"] = refused.json()["current"]["version"]
    assert post(client_of(maria), f"/api/v1/nominations/{invited.pk}/enrol/", said).status_code == 200


def test_who_agreed_and_has_left_meanwhile_is_said_to_be_gone(client, form, bluth):
    seen, said = opened(client, form), answers(bluth, logo="green") | BEHIND
    bluth.contacts.update(left_on=TODAY)
    refused = client.post(form, said | seen)
    assert "Who was chosen has left meanwhile" in refused.text
