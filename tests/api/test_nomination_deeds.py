"""A program brings a customer from Sam's word to a Green cell, and is refused what its person may not do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.choices import Role
from customers.actions import invoices
from references.actions import nomination_decisions, nominations
from references.actions.nomination_history import do_as_seen
from references.actions.nomination_speakers import name_speaker
from references.api import nomination_deeds as deeds
from references.models import Cell, Dimension, Nomination, NominationEvent
from references.views.nomination_deeds import DEEDS, INVITE
from tests.api.calling import client_of, post
from tests.factories import ContactFactory, customer, person


def today(days=0):
    return str(timezone.localdate() + timedelta(days=days))


@pytest.fixture
def lucille(bluth):
    return ContactFactory(customer=bluth, name="Lucille")


@pytest.fixture
def nomination(bluth, lucille, sam):
    said = {"contact": lucille, "story": "They halved their returns.", "source": "sales"}
    will = {Dimension.objects.get(key="reference_call"): "willing"}
    return nominations.submit(customer=bluth, values=said, willingness=will, by=sam, at=timezone.now())


@pytest.fixture
def do(nomination):
    """Does a deed to Sam's nomination as somebody."""

    def done(who, deed, said=None, pk=nomination.pk):
        return post(client_of(who), f"/api/v1/nominations/{pk}/{deed}/", said or {})

    return done


@pytest.fixture
def invited(nomination, do, priya, maria):
    assert do(priya, "accept").status_code == 200
    assert do(maria, "invite").status_code == 200
    return nomination


def words(answer):
    return answer.json()["errors"][0]["detail"]


def test_nominated_accepted_invited_and_enrolled_by_program_alone(bluth, lucille, sam, priya, maria):
    body = {"customer": bluth.pk, "contact": lucille.pk, "story": "Half the returns.", "source": "sales"}
    body |= {"willingness": {"reference_call": "willing"}}
    made = post(client_of(sam), "/api/v1/nominations/", body).json()
    address = f"/api/v1/nominations/{made['id']}/"
    accepted = post(client_of(priya), address + "accept/", {"version": made["version"]})
    assert accepted.status_code == 200, accepted.content
    assert accepted.json()["state"] in ("accepted", "queued")
    assert accepted.json()["planned_month"]
    csm = client_of(maria)
    assert post(csm, address + "invite/", {}).json()["state"] == "invited"
    assert post(csm, address + "chase/", {"note": "By phone."}).json()["times_chased"] == 1
    evidence = {"kind": "call", "agreed_on": today()}
    said = {"agreed": {"reference_call": "green", "logo": "amber"}, "evidence": evidence}
    enrolled = post(csm, address + "enrol/", said)
    assert (enrolled.status_code, enrolled.json()["state"]) == (200, "enrolled"), enrolled.content
    cell = Cell.objects.get(customer=bluth, dimension__key="reference_call")
    assert (cell.status, cell.evidence.contact) == ("green", lucille)
    assert Cell.objects.get(customer=bluth, dimension__key="logo").status == "amber"
    done = NominationEvent.objects.filter(nomination=made["id"]).exclude(deed="queued").order_by("pk")
    assert [(one.deed, one.by) for one in done] == [
        ("submitted", sam),
        ("accepted", priya),
        ("invited", maria),
        ("chased", maria),
        ("enrolled", maria),
    ]


def test_a_green_without_the_evidence_that_it_needs_is_refused_and_nothing_is_saved(invited, do, maria, bluth):
    refused = do(maria, "enrol", {"agreed": {"logo": "amber", "reference_call": "green"}})
    assert (refused.status_code, "evidence" in words(refused)) == (422, True)
    late = {"agreed": {"reference_call": "green"}, "evidence": {"kind": "call", "agreed_on": today(3)}}
    assert do(maria, "enrol", late).status_code == 422
    for_nothing = {"agreed": {"logo": "amber"}, "evidence": {"kind": "call", "agreed_on": today()}}
    assert "Evidence belongs to a Green" in words(do(maria, "enrol", for_nothing))
    assert not Cell.objects.filter(customer=bluth).exclude(status="").exists()
    invited.refresh_from_db()
    assert invited.state == "invited"


@pytest.mark.parametrize(
    ("said", "attr"),
    [
        ({}, "agreed"),
        ({"agreed": {}}, "agreed"),
        ({"agreed": {"singing": "green"}}, "agreed"),
        ({"agreed": {"logo": "red"}}, "agreed.logo"),
        ({"agreed": {"logo": "green"}, "evidence": {"kind": "call"}}, "evidence.agreed_on"),
        ({"agreed": {"logo": "green"}, "evidence": {"kind": "import", "agreed_on": "2026-11-01"}}, "evidence.kind"),
    ],
)
def test_what_is_wrong_with_an_enrolment_is_named(invited, do, maria, said, attr):
    refused = do(maria, "enrol", said)
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, attr), refused.content


def test_a_returned_nomination_is_completed_and_handed_in_again(do, sam, priya, nomination):
    returned = do(priya, "return", {"reason": "How much did they save?"}).json()
    assert returned["state"] == "returned"
    unnamed = do(sam, "complete", {"results": "48 %"})
    assert (unnamed.status_code, unnamed.json()["current"]["state"]) == (409, "returned")
    again = do(sam, "complete", {"results": "48 % fewer returns.", "version": returned["version"]})
    assert again.status_code == 200, again.content
    assert (again.json()["state"], again.json()["results"]) == ("submitted", "48 % fewer returns.")
    assert (again.json()["story"], again.json()["willingness"]) == (nomination.story, {"reference_call": "willing"})


def test_completing_may_name_somebody_else_who_would_speak(do, sam, nomination, lucille):
    named = {"contact_name": "Gob", "willingness": {"logo": "maybe"}, "version": 1}
    gob = do(sam, "complete", named).json()
    assert (gob["contact"], gob["contact_name"], gob["willingness"]) == (None, "Gob", {"logo": "maybe"})
    back = do(sam, "complete", {"contact": lucille.pk, "version": gob["version"]}).json()
    assert (back["contact"], back["contact_name"]) == (lucille.pk, "")
    both = do(sam, "complete", {"contact": lucille.pk, "contact_name": "Gob", "version": back["version"]})
    assert (both.status_code, both.json()["errors"][0]["attr"]) == (400, "contact_name")
    theirs = ContactFactory(customer=customer("Sitwell"))
    assert do(sam, "complete", {"contact": theirs.pk, "version": back["version"]}).status_code == 422
    assert do(sam, "complete", {"customer": theirs.customer_id, "version": 1}).status_code == 400


def test_a_nomination_that_names_a_contact_and_somebody_new_is_refused(bluth, lucille, sam):
    body = {"customer": bluth.pk, "contact": lucille.pk, "contact_name": "Gob", "story": "x", "source": "sales"}
    refused = post(client_of(sam), "/api/v1/nominations/", body | {"willingness": {"logo": "maybe"}})
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, "contact_name")


def test_parked_taken_up_again_refused(do, priya):
    parked = do(priya, "park", {"until": today(30), "reason": "Their audit."}).json()
    assert (parked["state"], parked["parked_until"]) == ("parked", today(30))
    assert do(priya, "resume").json()["state"] == "submitted"
    past = do(priya, "park", {"until": today(-1), "reason": "Their audit."})
    assert (past.status_code, words(past)) == (422, "Choose a day that is still to come.")
    assert do(priya, "refuse").json()["errors"][0]["attr"] == "reason"
    assert do(priya, "refuse", {"reason": "Too small."}).json()["state"] == "refused"
    over = do(priya, "accept")
    assert (over.status_code, "Refused" in words(over)) == (422, True)


def test_an_overdue_invoice_blocks_the_invitation_until_it_is_lifted(do, bluth, priya, maria):
    due = timezone.localdate() - timedelta(days=9)
    invoices.record(bluth, values={"number": "R-1", "amount": 12, "due_on": due}, by=None, at=timezone.now())
    do(priya, "accept")
    blocked = do(maria, "invite")
    assert (blocked.status_code, "R-1" in words(blocked)) == (422, True)
    lifted = {"block": "invoice", "reason": "They paid this morning."}
    assert do(maria, "lift", lifted).status_code == 403
    assert do(priya, "lift", {**lifted, "block": "weather"}).status_code == 400
    assert do(priya, "lift", lifted).status_code == 200
    assert do(maria, "invite").json()["state"] == "invited"


def test_the_customer_declines_and_what_it_said_is_kept(invited, do, maria):
    assert do(maria, "decline", {"reason": "Not this year."}).json()["state"] == "declined"
    assert NominationEvent.objects.get(deed="declined").reason == "Not this year."


def test_an_enrolment_by_mistake_is_taken_back_with_a_reason(invited, do, maria):
    assert do(maria, "enrol", {"agreed": {"logo": "amber"}}).json()["state"] == "enrolled"
    assert do(maria, "reopen").json()["errors"][0]["attr"] == "reason"
    assert do(maria, "reopen", {"reason": "It was Sitwell."}).json()["state"] == "invited"
    assert (do(maria, "reopen", {"reason": "Again."}).status_code) == 422


def test_who_is_outside_is_refused_and_nothing_happens(do, nomination, jonas, sam):
    tom = person("Tom Becker", Role.SUPPORT)
    why = {"reason": "Because."}
    for deed, said in (("accept", {}), ("return", why), ("refuse", why), ("withdraw", why), ("verify", {})):
        assert do(tom, deed, said).status_code == 403, deed
    for deed, said in (
        ("invite", {}),
        ("decline", why),
        ("enrol", {}),
        ("chase", {}),
        ("complete", {}),
        ("reopen", why),
    ):
        assert do(tom, deed, said).status_code == 403, deed
    assert do(jonas, "withdraw", why).status_code == 403
    assert do(person("Noah Newman"), "withdraw", why).status_code == 403
    reader = client_of(sam, may_write=False)
    assert post(reader, f"/api/v1/nominations/{nomination.pk}/withdraw/", why).status_code == 403
    assert do(sam, "withdraw", why, pk=nomination.pk + 1).status_code == 404
    nomination.refresh_from_db()
    assert nomination.state == "submitted"
    assert do(sam, "withdraw", why).json()["state"] == "withdrawn"


def test_who_saw_an_older_nomination_is_told_what_it_is_now(do, sam, priya, nomination):
    Nomination.objects.update(verified_on=timezone.localdate() - timedelta(days=25))
    assert do(sam, "verify", {"version": 1}).status_code == 200
    assert "is confirmed already" in do(sam, "verify", {"version": 1}).json()["errors"][0]["detail"]
    do(sam, "complete", {"story": "They halved their returns, twice.", "version": 1})
    stale = do(priya, "accept", {"version": 1})
    assert (stale.status_code, stale.json()["errors"][0]["attr"]) == (409, "version")
    assert stale.json()["current"]["story"] == "They halved their returns, twice."
    nomination.refresh_from_db()
    assert nomination.state == "submitted"
    assert do(priya, "accept", {"version": stale.json()["current"]["version"]}).status_code == 200


def test_who_decides_in_the_moment_between_looking_and_doing_is_seen(do, priya, nomination, monkeypatch):
    """Another decides after the program's nomination was read, and before the deed."""

    def late(read, *args, **kwargs):
        nomination_decisions.return_for_more(read, reason="More.", by=priya, at=timezone.now())
        return do_as_seen(read, *args, **kwargs)

    monkeypatch.setattr("references.api.nomination_deeds.do_as_seen", late)
    stale = do(priya, "refuse", {"reason": "Too small.", "version": 1})
    assert (stale.status_code, stale.json()["current"]["state"]) == (409, "returned")


def test_a_company_that_was_proposed_by_name_is_joined_to_the_nomination_it_has_already(do, bluth, jonas, priya):
    said = {"contact_name": "Buster", "story": "They sing.", "source": "csm"}
    will = {Dimension.objects.get(key="logo"): "maybe"}
    proposed = nominations.submit(
        proposed_customer="Bluth Homes", values=said, willingness=will, by=jonas, at=timezone.now()
    )
    joined = do(priya, "accept", {"customer": bluth.pk}, pk=proposed.pk).json()
    assert (joined["id"] != proposed.pk, jonas.email in joined["nominators"]) == (True, True)
    proposed.refresh_from_db()
    assert proposed.state == "withdrawn"
    assert Nomination.objects.open().count() == 1


def test_every_deed_of_the_page_is_offered_with_its_permission_and_its_action():
    offered = {
        view.__name__.lower(): (view.permissions["POST"], view.act)
        for view in deeds.NominationDeed.__subclasses__()
        if view is not deeds.Complete
    }
    assert offered.pop("enrol")[0] == INVITE
    assert offered.pop("speaker") == (INVITE, name_speaker)
    assert offered == {name: (deed.permission, deed.act) for name, deed in DEEDS.items()}
    assert deeds.Complete.permissions["POST"] == "references.complete_nomination"


def test_a_nomination_is_not_accepted_for_another_customer(nomination, bluth, do, priya):
    other = do(priya, "accept", {"customer": customer("Hooli").pk})
    assert (other.status_code, "nomination of Bluth Company" in words(other)) == (422, True)
    assert Nomination.objects.get().state == "submitted"
    assert do(priya, "accept", {"customer": bluth.pk}).status_code == 200


def test_what_was_agreed_lies_not_ahead(invited, do, maria):
    evidence = {"kind": "call", "agreed_on": today(2)}
    answer = do(maria, "enrol", {"agreed": {"reference_call": "green"}, "evidence": evidence})
    assert (answer.status_code, "lies ahead" in words(answer)) == (422, True)


def test_a_reason_is_a_text_and_not_a_number_that_reads_like_one(nomination, do, priya):
    for number in (5, 1.5):
        answer = do(priya, "return", {"reason": number})
        assert (answer.status_code, words(answer)) == (400, "This is a text, not a number.")
    assert Nomination.objects.get().state == "submitted"
    assert do(priya, "return", {"reason": "5"}).status_code == 200


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ({"contact": None}, "Say who at the customer would speak."),
        ({"willingness": {}}, "Say for at least one kind of reference"),
    ],
)
def test_whoever_joins_says_as_much_as_whoever_was_first(nomination, bluth, lucille, jonas, left_out, words):
    said = {"customer": bluth.pk, "contact": lucille.pk, "story": "They sing.", "source": "csm"}
    said |= {"willingness": {"logo": "maybe"}}
    refused = post(client_of(jonas), "/api/v1/nominations/", said | left_out)
    assert (refused.status_code, words in refused.content.decode()) == (422, True), refused.content
    assert not nomination.nominators.filter(user=jonas).exists()
    assert post(client_of(jonas), "/api/v1/nominations/", said).status_code == 201


def test_a_customer_and_a_company_that_is_not_here_yet_are_two_nominations(bluth, lucille, sam):
    said = {"customer": bluth.pk, "contact": lucille.pk, "story": "They sing.", "source": "csm"}
    both = said | {"willingness": {"logo": "maybe"}, "proposed_customer": "Sitwell"}
    refused = post(client_of(sam), "/api/v1/nominations/", both)
    assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, "proposed_customer")
