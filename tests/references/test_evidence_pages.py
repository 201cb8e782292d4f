"""The pages on which evidence is given, withdrawn and fetched, by those who may."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from customers.actions import contacts, occasions, referrals
from customers.models import Contact
from references.formats import evidence_files
from references.models import Cell, ChangeSet, Evidence
from tests.factories import ContactFactory, customer

PDF = b"%PDF-1.7\nWe agree."
TICKED = re.compile(r"<input[^>]*name=\"take_up\"[^>]*checked")


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


def test_maria_gives_evidence_with_a_file_and_fetches_it_as_a_download(client, maria, bluth, lucille):
    client.force_login(maria)
    answer = give(client, bluth, lucille, file=SimpleUploadedFile("consent.pdf", PDF))
    assert answer.url == reverse("references:evidence_index", args=[bluth.pk])
    page = client.get(answer.url).content.decode()
    assert "supports the Green" in page
    assert "Lucille" in page
    fetched = client.get(reverse("references:evidence_file", args=[Evidence.objects.get().pk]))
    assert b"".join(fetched.streaming_content) == PDF
    assert fetched["Content-Disposition"].startswith('attachment; filename="consent')
    assert (fetched["X-Content-Type-Options"], fetched["Content-Type"]) == ("nosniff", "application/octet-stream")


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.html", b"<script>"), ("consent.pdf", b"<html>"), ("photo.png", PDF), ("empty.pdf", b""), ("x.docx", PDF)],
)
def test_files_that_are_no_proof_are_refused(client, maria, bluth, lucille, name, content):
    client.force_login(maria)
    answer = give(client, bluth, lucille, file=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert not Evidence.objects.exists()


def test_a_file_over_the_limit_is_refused():
    assert "larger than 10 MB" in evidence_files.refusal("a.pdf", size=evidence_files.LARGEST + 1, start=PDF)


def test_a_day_ahead_a_stale_version_and_a_stranger_are_refused_with_the_form_kept(client, maria, bluth, lucille):
    client.force_login(maria)
    assert give(client, bluth, lucille, agreed_on="2999-01-01").status_code == 422
    stale = give(client, bluth, lucille, version=7, note="Typed with care")
    assert stale.status_code == 422
    assert "Typed with care" in stale.content.decode()
    assert give(client, bluth, ContactFactory(customer=customer("Other"))).status_code == 422
    assert not Cell.objects.exists()


def test_maria_withdraws_a_consent_and_must_say_why(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille)
    address = reverse("references:evidence_withdraw", args=[Evidence.objects.get().pk])
    client.post(address, {"reason": " "})
    assert Cell.objects.get().status == "green"
    page = client.post(address, {"reason": "Legal said no."}, follow=True).content.decode()
    assert Cell.objects.get().status == "amber"
    assert "Legal said no." in page


def test_a_departure_in_another_century_is_refused_for_what_it_is(client, maria, lucille):
    client.force_login(maria)
    address = reverse("references:contact_departure", args=[lucille.pk])
    refused = client.post(address, {"left_on": "1900-01-01", "reason": "New job"})
    assert refused.status_code == 422
    assert "days from 1 Jan 1990 on can be noted" in refused.content.decode()
    assert "already entered" not in refused.content.decode()


def test_the_departure_page_names_the_cells_and_turns_them_amber(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille)
    address = reverse("references:contact_departure", args=[lucille.pk])
    assert "These cells turn Amber" in client.get(address).content.decode()
    assert client.post(address, {"left_on": "2999-01-01"}).status_code == 422
    client.post(address, {"left_on": "2026-02-01"})
    lucille.refresh_from_db()
    assert (lucille.left_on, Cell.objects.get().status) == (date(2026, 2, 1), "amber")


def test_a_departure_counts_only_the_greens_that_turned(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille)
    gob = ContactFactory(customer=bluth, name="Gob")
    for who, told in ((gob, "Gob has left."), (lucille, "Lucille has left; 1 Green turned Amber.")):
        address = reverse("references:contact_departure", args=[who.pk])
        answer = client.post(address, {"left_on": "2026-02-01"}, follow=True)
        assert [str(message) for message in answer.context["messages"]][-1] == told


def test_maria_is_told_what_is_noted_after_the_day_of_a_departure(client, maria, bluth, lucille):
    """Lucille was at a webinar in March, told Sitwell of us in April and agreed in May; Maria enters that she left in
    February. The day stands, as it may be the right one."""
    client.force_login(maria)
    at = timezone.now()
    webinar = occasions.create(title="What is <new>", kind="webinar", held_on=date(2026, 3, 2), by=maria, at=at)
    occasions.invite(webinar, contacts=Contact.objects.filter(pk=lucille.pk), by=maria, at=at)
    occasions.note(webinar, guests=webinar.invitations.all(), deed="attended", by=maria, at=at)
    referrals.record(lucille, values={"told_name": "Sitwell", "referred_on": date(2026, 4, 2)}, by=maria, at=at)
    give(client, bluth, lucille, agreed_on="2026-05-02")
    address = reverse("references:contact_departure", args=[lucille.pk])
    page = client.post(address, {"left_on": "2026-02-01"}, follow=True).content.decode()
    [told] = re.findall(r'<p class="message message-warning">(.*?)</p>', page)
    assert "Noted of Lucille after that day, so look which day is right:" in told
    assert f'<a href="/occasions/{webinar.pk}/">was at “What is &lt;new&gt;” on 2 Mar 2026</a>' in told
    assert ">last briefed on 2 Mar 2026</a>" in told
    assert ">referred us to Sitwell on 2 Apr 2026</a>" in told
    assert ">agreed to “Logo” on 2 May 2026</a>" in told
    lucille.refresh_from_db()
    assert lucille.left_on == date(2026, 2, 1)
    contacts.come_back(lucille, by=maria, at=at)
    page = client.post(address, {"left_on": "2026-05-02"}, follow=True).content.decode()
    assert "so look which day is right" not in page


def test_maria_is_told_of_invitations_after_the_day_and_of_where_the_contact_is_still_expected(client, maria, lucille):
    """Lucille was asked on 24 February to a webinar that is past and one to come, to which she said yes; she left on
    the 20th. No Green stood on her word, so Maria is back on Lucille's page, which says nothing of her coming."""
    client.force_login(maria)
    asked, coming = datetime(2026, 2, 24, 12, 0, tzinfo=UTC), timezone.localdate() + timedelta(days=16)
    past, later = (
        occasions.create(title=title, kind="webinar", held_on=day, by=maria, at=asked)
        for title, day in (("What was new", date(2026, 2, 25)), ("What is <new>", coming))
    )
    for webinar in (past, later):
        occasions.invite(webinar, contacts=Contact.objects.filter(pk=lucille.pk), by=maria, at=asked)
        occasions.note(webinar, guests=webinar.invitations.all(), deed="comes", by=maria, at=asked)
    address = reverse("references:contact_departure", args=[lucille.pk])
    answer = client.post(address, {"left_on": "2026-02-20"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("customers:evangelist_detail", args=[lucille.pk])
    page = answer.content.decode()
    noted, expected = re.findall(r'<p class="message message-warning">(.*?)</p>', page)
    assert f'<a href="/occasions/{past.pk}/">invited on 24 Feb 2026 to “What was new”</a>' in noted
    assert ">invited on 24 Feb 2026 to “What is &lt;new&gt;”</a>" in noted
    assert "expected" not in noted
    assert f">is expected at “What is &lt;new&gt;” on {date_format(coming)}</a>" in expected
    assert "What was new" not in expected
    assert ("had said yes</span>" in page, ">comes</span>" in page) == (True, False)


def test_sam_reads_the_evidence_and_changes_none(client, maria, sam, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille)
    client.force_login(sam)
    page = client.get(reverse("references:evidence_index", args=[bluth.pk])).content.decode()
    assert "Lucille" in page
    assert "Withdraw" not in page
    address = reverse("references:evidence_withdraw", args=[Evidence.objects.get().pk])
    assert client.post(address, {"reason": "x"}).status_code == 403
    assert give(client, bluth, lucille, version=1).status_code == 403


def test_the_panel_offers_earlier_evidence_that_still_holds(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille)
    edit = reverse("references:cell_edit", args=[bluth.pk, "logo"])
    client.post(edit, {"status": "amber", "version": 1})
    panel = client.get(reverse("references:cell_detail", args=[bluth.pk, "logo"])).content.decode()
    assert "stand on this consent again" in panel
    client.post(edit, {"status": "green", "version": 2, "take_up": "on", "agreed_on": "2026-01-15", "kind": "call"})
    cell = Cell.objects.get()
    assert (cell.status, cell.evidence.contact, Evidence.objects.count()) == ("green", lucille, 1)
    client.post(edit, {"status": "amber", "version": 3})
    client.post(edit, {"status": "green", "version": 4, "agreed_on": "2026-01-15", "kind": "call"})
    cell.refresh_from_db()
    assert (cell.status, cell.evidence) == ("green", None)


def test_a_consent_that_an_undo_took_back_is_offered_but_not_ticked(client, maria, bluth, lucille):
    client.force_login(maria)
    give(client, bluth, lucille)
    made = ChangeSet.objects.get()
    undone = client.post(reverse("references:change_set_undo", args=[made.pk])).json()
    address = reverse("references:cell_detail", args=[bluth.pk, "logo"])
    panel = client.get(address).content.decode()
    assert "stand on this consent again" in panel
    assert "It was taken back by undo on" in panel
    assert not TICKED.search(panel)
    again = client.post(reverse("references:change_set_undo", args=[undone["undo"]])).json()
    assert Cell.objects.get().status == "green"
    client.post(reverse("references:cell_edit", args=[bluth.pk, "logo"]), {"status": "amber", "version": 3})
    panel = client.get(address).content.decode()
    assert again["undo"]
    assert "taken back by undo" not in panel
    assert TICKED.search(panel)


def test_the_panel_takes_no_file_that_is_no_proof(client, maria, bluth, lucille):
    client.force_login(maria)
    data = {"status": "green", "version": 0, "contact": lucille.pk, "kind": "call", "agreed_on": "2026-01-15"}
    data["file"] = SimpleUploadedFile("page.html", b"<script>")
    answer = client.post(reverse("references:cell_edit", args=[bluth.pk, "logo"]), data)
    assert answer.status_code == 422
    assert not Evidence.objects.exists()
