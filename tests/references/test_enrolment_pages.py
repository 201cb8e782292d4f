"""Maria notes what Bluth agreed to: she states it, and nothing is stated for her."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core.models import Notice
from core.quarters import Quarter
from references.actions import cells, nominations
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions.cells import NewEvidence
from references.actions.nomination_invitations import Agreed
from references.models import Cell, Dimension, Evidence
from references.reports import recognitions
from tests.factories import ContactFactory


@pytest.fixture
def invited(bluth, sam, priya, maria):
    """Sam believes that Lucille would take a call and lend the logo."""
    now = timezone.now()
    values = {"contact": bluth.contacts.get(), "story": "Big.", "source": "sales"}
    will = {kind("reference_call"): "willing", kind("logo"): "willing"}
    made = nominations.submit(customer=bluth, values=values, willingness=will, by=sam, at=now)
    return invitations.invite(decisions.accept(made, by=priya, at=now), by=maria, at=now)


def kind(key):
    return Dimension.objects.get(key=key)


def answers(**statuses):
    return {f"agreed-{kind(key).pk}": status for key, status in statuses.items()}


def page_of(nomination):
    return reverse("references:nomination_detail", args=[nomination.pk])


def as_opened(page):
    """What a browser sends of a form that nobody touched."""
    selects = re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S)
    inputs = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="file"' not in tag]
    named = {re.search(r'name="([^"]+)"', tag).group(1): re.search(r'value="([^"]*)"', tag) for tag in inputs}
    chosen = {name: re.search(r'value="([^"]*)"\s+selected', options) for name, options in selects}
    first = {name: re.search(r'value="([^"]*)"', options) for name, options in selects}
    sent = named | {name: chosen[name] or first[name] for name in first}
    return {name: found.group(1) if found else "" for name, found in sent.items()}


def test_enrol_pressed_on_an_untouched_form_enrols_nobody_and_says_what_is_missing(client, invited, maria, bluth):
    client.force_login(maria)
    opened = client.get(f"{page_of(invited)}enrol/").text
    sent = as_opened(opened[opened.index('<form class="card-plain"') :])
    assert sent["contact"] == str(bluth.contacts.get().pk), "whom Sam named stays chosen"
    assert sent[f"agreed-{kind('reference_call').pk}"] == "", "people are paid for it"
    assert sent[f"agreed-{kind('logo').pk}"] == "", "what Sam believes is no agreement"
    assert (sent["kind"], sent["agreed_on"]) == ("", "")
    refused = client.post(f"{page_of(invited)}enrol/", sent)
    assert refused.status_code == 422
    assert "Say whether the contact agreed to it." in refused.text
    assert "Say in what form the contact agreed." not in refused.text, "a logo needs no evidence"
    refused = client.post(f"{page_of(invited)}enrol/", sent | {f"agreed-{kind('reference_call').pk}": "green"})
    assert refused.status_code == 422
    assert "Say in what form the contact agreed." in refused.text
    assert "Say when the contact agreed." in refused.text
    assert not Cell.objects.exclude(status="").exists()
    assert not Evidence.objects.exists()


def test_a_call_that_was_nominated_is_agreed_to_or_not_and_never_passed_over(client, invited, maria, bluth):
    client.force_login(maria)
    call, logo = (f"agreed-{kind(key).pk}" for key in ("reference_call", "logo"))
    said = {"contact": bluth.contacts.get().pk, "kind": "call", "agreed_on": str(timezone.localdate()), logo: "green"}
    passed_over = client.post(f"{page_of(invited)}enrol/", said)
    assert (passed_over.status_code, "Say whether the contact agreed to it." in passed_over.text) == (422, True)
    assert client.post(f"{page_of(invited)}enrol/", said | {call: "no"}).status_code == 302
    assert {(cell.dimension.key, cell.status) for cell in bluth.cells.exclude(status="")} == {("logo", "green")}


def test_an_agreement_that_has_run_out_already_is_named_at_its_day(client, invited, maria, bluth):
    client.force_login(maria)
    today = timezone.localdate()
    said = {"contact": bluth.contacts.get().pk, "kind": "call", "agreed_on": str(today - timedelta(days=2))}
    said |= answers(reference_call="green", logo="no") | {"valid_until": str(today - timedelta(days=1))}
    refused = client.post(f"{page_of(invited)}enrol/", said)
    assert refused.context["form"].errors == {
        "valid_until": ["This day is past; evidence behind a Green is valid today."]
    }
    said["valid_until"] = str(today)
    assert client.post(f"{page_of(invited)}enrol/", said).status_code == 302


def test_what_sam_believed_stands_beside_each_kind(client, invited, maria):
    client.force_login(maria)
    opened = client.get(f"{page_of(invited)}enrol/").text
    assert opened.count("nominated:") == 2
    assert opened.count("Would do it") == 2


def test_who_enrolled_wrongly_finds_the_way_to_the_cells(client, invited, maria, jonas, bluth):
    client.force_login(maria)
    said = {"contact": bluth.contacts.get().pk, "kind": "call", "agreed_on": str(timezone.localdate())}
    way = f'href="/customers/{bluth.pk}/#customer-cells">Put right in the cells'
    assert way not in client.get(page_of(invited)).text
    client.post(f"{page_of(invited)}enrol/", said | answers(reference_call="green", logo="no"))
    assert way in client.get(page_of(invited)).text


def test_the_page_of_evidence_chooses_no_form_of_agreement_either(client, maria, bluth):
    client.force_login(maria)
    address = reverse("references:evidence_create", args=[bluth.pk, "reference_call"])
    opened = client.get(address).text
    sent = as_opened(opened[opened.index('<form class="card-plain"') :])
    assert sent["kind"] == ""
    refused = client.post(address, sent | {"contact": bluth.contacts.get().pk})
    assert (refused.status_code, "Say in what form the contact agreed." in refused.text) == (422, True)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("was_green", "words"),
    [(False, "Logo (on the way), Reference call"), (True, "Logo (Green already), Reference call")],
)
def test_what_turned_amber_is_told_as_on_the_way_and_not_as_agreed(
    client, invited, maria, sam, bluth, was_green, words
):
    now = timezone.now()
    if was_green:
        logo = Cell.objects.of(bluth, kind("logo"))
        cells.edit(logo, seen_version=logo.version, changes={"status": "green"}, by=maria, at=now)
    agreed = [Agreed(kind("logo"), "amber"), Agreed(kind("reference_call"), "green")]
    proof = NewEvidence(kind="call", agreed_on=timezone.localdate())
    done = invitations.enrol(invited, agreed=agreed, evidence=proof, by=maria, at=now)
    assert Notice.objects.filter(to=sam).latest("pk").text.endswith(f"enrolled. {words}")
    client.force_login(sam)
    assert words in client.get(page_of(done)).text
    assert recognitions.facts(sam, nomination=done, quarter=Quarter(2026, 4)).agreed == words


def test_who_enrols_what_was_enrolled_meanwhile_hears_by_whom_even_with_an_answer_missing(
    client, invited, maria, priya
):
    invitations.enrol(invited, agreed=[Agreed(kind("logo"), "amber")], by=priya, at=timezone.now())
    client.force_login(maria)
    late = client.post(f"{page_of(invited)}enrol/", answers(reference_call="", press_release="amber"))
    assert late.status_code == 422
    assert "in the state “Enrolled” now; look at it again. Its latest: Enrolled, Priya Nair." in late.text
    assert "Nothing is enrolled yet" not in late.text


def test_what_is_on_the_way_asks_for_no_evidence_and_drops_none(client, invited, maria, bluth):
    client.force_login(maria)
    said = answers(reference_call="no", press_release="amber", logo="no") | {"contact": bluth.contacts.get().pk}
    refused = client.post(f"{page_of(invited)}enrol/", said | {"note": "She asks her board in May."})
    assert refused.status_code == 422
    assert "Evidence belongs to a Green, and nothing here is Green." in refused.text
    another = client.post(f"{page_of(invited)}enrol/", said | {"contact": ContactFactory(customer=bluth).pk})
    assert [*another.context["form"].errors] == ["contact"]
    unanswered = client.post(f"{page_of(invited)}enrol/", said | {"note": "In May."} | answers(reference_call=""))
    assert [name.split("-")[0] for name in unanswered.context["form"].errors] == ["agreed"]
    assert "She asks her board in May.</textarea>" in refused.text
    assert client.post(f"{page_of(invited)}enrol/", said).status_code == 302
    assert {cell.dimension.key: cell.status for cell in bluth.cells.all()} == {"press_release": "amber"}


def test_evidence_that_nobody_needs_stands_behind_the_green_all_the_same(client, invited, maria, bluth):
    client.force_login(maria)
    said = answers(reference_call="no", press_release="amber", logo="green") | {"contact": bluth.contacts.get().pk}
    note = {"note": "By mail to Maria."}
    letter = SimpleUploadedFile("letter.txt", b"We agree.", content_type="text/plain")
    refused = client.post(f"{page_of(invited)}enrol/", said | note | {"file": letter})
    assert "Choose the file again" in refused.text
    assert (refused.status_code, "Say in what form the contact agreed." in refused.text) == (422, True)
    stated = note | {"kind": "email", "agreed_on": timezone.localdate().isoformat()}
    assert client.post(f"{page_of(invited)}enrol/", said | stated).status_code == 302
    proof = Evidence.objects.get()
    assert (proof.dimension, proof.note) == (kind("logo"), "By mail to Maria.")
