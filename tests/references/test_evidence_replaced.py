"""Evidence that ends earlier, that a colleague gave or took back meanwhile, or of which only a part was typed."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from references.models import Cell, Evidence
from tests.factories import ContactFactory, customer

PDF = b"%PDF-1.7\nWe agree."

pytestmark = pytest.mark.usefixtures("own_files")


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


@pytest.fixture
def lucille(bluth):
    return ContactFactory(customer=bluth, name="Lucille", title="COO")


def give(client, bluth, lucille, **values):
    data = {"contact": lucille.pk, "kind": "email", "agreed_on": "2026-01-15", "version": 0} | values
    return client.post(reverse("references:evidence_create", args=[bluth.pk, "logo"]), data)


def test_of_two_who_give_evidence_the_second_sees_how_the_cell_stands_and_may_replace_it(
    client, maria, jonas, bluth, lucille
):
    client.force_login(jonas)
    give(client, bluth, lucille, valid_until="2027-01-14")
    client.force_login(maria)
    refused = give(client, bluth, lucille, note="A call", file=SimpleUploadedFile("consent.pdf", PDF))
    assert "Jonas Weber changed this cell meanwhile. It is Green now." in refused.text
    assert "Its present evidence holds until 14 Jan 2027." in refused.text
    assert ("Choose the file again" in refused.text, 'name="version" value="1"' in refused.text) == (True, True)
    assert Evidence.objects.get().by == jonas
    assert "Choose the file again" in give(client, bluth, lucille, agreed_on="2999-01-01", had_file="1").text
    assert give(client, bluth, lucille, version=1, note="A call").status_code == 302
    assert Cell.objects.get().evidence.by == maria


def test_who_withdraws_what_was_withdrawn_already_has_the_reason_back(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille)
    address = reverse("references:evidence_withdraw", args=[Evidence.objects.get().pk])
    client.post(address, {"reason": "Legal said no."})
    late = client.post(address, {"reason": "Her boss said no."}, follow=True).text
    assert "This evidence has already been withdrawn. You had written: “Her boss said no.”" in late


def test_evidence_that_ends_earlier_replaces_a_longer_one_only_when_pressed_again(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille, valid_until="2027-06-30")
    address = reverse("references:evidence_create", args=[bluth.pk, "logo"])
    assert "It stands on: E-mail, Lucille, 15 Jan 2026, valid until 30 Jun 2027." in client.get(address).text
    shorter = {"version": 1, "valid_until": "2026-12-15"}
    refused = give(client, bluth, lucille, **shorter)
    assert "Its present evidence holds until 30 Jun 2027. This evidence ends earlier." in refused.text
    warned = re.search(r'name="warned_of" value="([^"]+)"', refused.text).group(1)
    another = give(client, bluth, lucille, **shorter | {"warned_of": warned, "valid_until": "2026-12-10"})
    assert another.status_code == 422, "it is another day than the one she was warned of"
    assert give(client, bluth, lucille, **shorter, warned_of=warned).status_code == 302
    assert f"{Cell.objects.get().evidence_valid_until}" == "2026-12-15"


@pytest.mark.parametrize("name", ["valid_until", "contact_title", "contact_email"])
def test_a_part_of_a_consent_that_is_typed_into_the_panel_is_not_dropped(client, maria, bluth, lucille, name):
    client.force_login(maria)
    give(client, bluth, lucille)
    panel = reverse("references:cell_edit", args=[bluth.pk, "logo"])
    typed = {"valid_until": "2028-05-05", "contact_title": "COO", "contact_email": "a@b.example"}[name]
    said = {"status": "green", "version": 1, "kind": "call", "agreed_on": "2026-01-15", name: typed}
    refused = client.post(panel, said)
    assert (refused.status_code, "Say which contact agreed." in refused.text) == (422, True)
    assert f'value="{typed}"' in refused.text


def test_evidence_that_is_typed_for_an_amber_is_refused_as_what_it_is(client, maria, bluth, lucille):
    client.force_login(maria)
    panel = reverse("references:cell_edit", args=[bluth.pk, "logo"])
    refused = client.post(panel, {"status": "amber", "version": 0, "url": "https://x.example/proof"})
    assert (refused.status_code, "Evidence belongs to a Green" in refused.text) == (422, True)
    assert ("Say which contact agreed." in refused.text, "x.example/proof" in refused.text) == (False, True)


def test_the_panel_asks_before_a_consent_that_ends_earlier_replaces_another(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille, valid_until="2027-06-30")
    panel = reverse("references:cell_edit", args=[bluth.pk, "logo"])
    said = {"status": "green", "version": 1, "kind": "call", "agreed_on": "2026-01-16", "contact": lucille.pk}
    refused = client.post(panel, said | {"valid_until": "2026-12-15"})
    assert "Its present evidence holds until 30 Jun 2027. This evidence ends earlier." in refused.text
    warned = re.search(r'name="warned_of" value="([^"]+)"', refused.text).group(1)
    assert client.post(panel, said | {"valid_until": "2026-12-15", "warned_of": warned}).status_code < 400
    assert f"{Cell.objects.get().evidence_valid_until}" == "2026-12-15"


def test_who_gives_evidence_hears_that_a_consent_was_withdrawn_meanwhile_and_why(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille)
    withdrawal = reverse("references:evidence_withdraw", args=[Evidence.objects.get().pk])
    client.post(withdrawal, {"reason": "Legal said no."})
    refused = give(client, bluth, lucille, version=1)
    assert "Maria Chen changed this cell meanwhile (Consent withdrawn: Legal said no.)." in refused.text


def test_of_two_who_enter_a_consent_in_the_panel_the_second_reads_the_firsts_beside_the_own(
    client, maria, jonas, bluth, lucille
):
    buster = ContactFactory(customer=bluth, name="Buster", title="CTO")
    panel = reverse("references:cell_edit", args=[bluth.pk, "logo"])
    said = {"status": "green", "version": 0, "kind": "call", "agreed_on": "2026-01-16"}
    client.force_login(jonas)
    client.post(panel, said | {"contact": buster.pk})
    client.force_login(maria)
    refused = client.post(panel, said | {"contact": lucille.pk, "kind": "email"}, headers={"HX-Request": "true"})
    assert refused.status_code == 409
    row = re.search(r'<th scope="row">Consent and evidence</th>(.*?)</tr>', refused.text).group(1)
    assert re.findall(r">([^<]+)</td>", row) == ["Buster, Call, 16 Jan 2026", "Lucille, E-mail, 16 Jan 2026"]
    assert ("do not touch each other" in refused.text, refused.text.count("Keep mine")) == (False, 2)


def test_a_note_that_a_colleague_changed_beside_a_consent_is_kept_with_it(client, maria, jonas, bluth, lucille):
    panel = reverse("references:cell_edit", args=[bluth.pk, "logo"])
    client.force_login(jonas)
    client.post(panel, {"status": "green", "version": 0, "note": "Ask on Mondays."})
    client.force_login(maria)
    said = {"status": "green", "version": 0, "kind": "call", "agreed_on": "2026-01-16", "contact": lucille.pk}
    refused = client.post(panel, said, headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert "Ask on Mondays.</textarea>" in refused.text.replace("\n", "")
    assert ("not touched: what is saved stays" in refused.text, "Consent and evidence</th>" in refused.text) == (
        True,
        False,
    )
    kept = said | {"version": 1, "note": "Ask on Mondays."}
    assert client.post(panel, kept).status_code < 400
    assert (Cell.objects.get().note, Cell.objects.get().evidence.by) == ("Ask on Mondays.", maria)
