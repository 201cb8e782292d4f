"""Sam nominates, Priya decides, Maria invites: what happens to a nomination, and who is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent, Notice
from customers.actions import support_cases
from customers.models import Contact, Customer, Invoice, SupportCase
from references.actions import impact, nominations, recruiting_queue
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions.cells import NewEvidence
from references.actions.nomination_invitations import Agreed
from references.models import CellChange, Dimension, Nomination, NominationEvent, RecruitingSettings
from references.reports import recruiting_queue as queue
from tests.factories import ContactFactory, customer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def kinds(**willingness):
    return {Dimension.objects.get(key=key): will for key, will in willingness.items()}


def nominate(who, by, *, at=NOW, **values):
    said = {"contact_name": "Lucille Bluth", "story": "They halved their returns.", "source": "sales"} | values
    return nominations.submit(
        customer=who, values=said, willingness=kinds(reference_call="willing", logo="maybe"), by=by, at=at
    )


def told(person):
    return list(Notice.objects.filter(to=person).order_by("pk").values_list("text", flat=True))


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


@pytest.fixture
def nomination(bluth, sam, priya):
    return nominate(bluth, sam)


@pytest.fixture
def queued(nomination, priya):
    return decisions.accept(nomination, by=priya, at=NOW)


@pytest.fixture
def invited(queued, maria):
    return invitations.invite(queued, by=maria, at=NOW)


def test_sam_nominates_and_the_programme_manager_is_told_until_when_to_decide(nomination, sam, priya):
    assert (nomination.state, str(nomination.due_on)) == ("submitted", "2026-11-27")
    assert [row.user for row in nomination.nominators.all()] == [sam]
    assert told(priya) == ["It is your turn with the nomination of Bluth Company (submitted), until 27 Nov 2026."]
    assert told(sam) == []
    assert AuditEvent.objects.filter(event="nomination.submitted", by=sam).count() == 1


def test_the_same_customer_nominated_again_joins_the_open_nomination_and_both_keep_the_credit(
    nomination, bluth, sam, jonas
):
    joined = nominate(bluth, jonas, story="Their CFO speaks at every meeting of ours.")
    assert joined.pk == nomination.pk
    assert [row.user for row in joined.nominators.all()] == [sam, jonas]
    assert any("nominated by another colleague too" in text for text in told(sam))
    assert joined.nominators.get(user=jonas).story == (
        "Their CFO speaks at every meeting of ours.\nWould speak: Lucille Bluth"
    )
    with pytest.raises(RuleBroken, match="You have nominated Bluth Company already"):
        nominate(bluth, sam)


def test_what_is_missing_is_refused_in_words(bluth, sam):
    with pytest.raises(RuleBroken, match="Say who at the customer would speak"):
        nominate(bluth, sam, contact_name=" ")
    with pytest.raises(RuleBroken, match="Say why"):
        nominate(bluth, sam, story=" ")
    with pytest.raises(RuleBroken, match="at least one kind"):
        nominations.submit(
            customer=bluth, values={"contact_name": "L", "story": "S", "source": "csm"}, willingness={}, by=sam, at=NOW
        )
    stranger = ContactFactory(customer=customer("Sitwell"), name="Stan")
    with pytest.raises(RuleBroken, match="not a contact of"):
        nominate(bluth, sam, contact=stranger, contact_name="")
    assert not Nomination.objects.exists()


def test_a_company_that_is_not_here_yet_is_entered_when_it_is_accepted(sam, priya):
    customer("Sitwell")
    with pytest.raises(RuleBroken, match="is a customer here already"):
        nominations.submit(
            proposed_customer="Sitwell Inc.",
            values={"contact_name": "Stan", "story": "Big.", "source": "sales"},
            willingness=kinds(logo="willing"),
            by=sam,
            at=NOW,
        )
    new = nominations.submit(
        proposed_customer="Fakeblock",
        values={"contact_name": "George", "contact_email": "george@fakeblock.com", "story": "S", "source": "sales"},
        willingness=kinds(logo="willing"),
        by=sam,
        at=NOW,
    )
    accepted = decisions.accept(new, by=priya, at=NOW)
    assert Customer.objects.get(name="Fakeblock") == accepted.customer
    assert Contact.objects.get(customer=accepted.customer).email == "george@fakeblock.com"
    assert accepted.contact_name == ""


def test_a_proposed_company_that_turns_out_to_be_nominated_already_joins_it(nomination, bluth, jonas, priya, sam):
    new = nominations.submit(
        proposed_customer="The Bluths of Balboa",
        values={"contact_name": "Lucille", "story": "S", "source": "csm"},
        willingness=kinds(logo="willing"),
        by=jonas,
        at=NOW,
    )
    kept = decisions.accept(new, customer=bluth, by=priya, at=NOW)
    assert kept == nomination
    assert {row.user for row in kept.nominators.all()} == {sam, jonas}
    new.refresh_from_db()
    assert new.state == "withdrawn"
    assert "The Bluths of Balboa is the same customer" in told(jonas)[-1]
    assert "goes on (in the queue, planned for November 2026); you keep the credit." in told(jonas)[-1]


def test_a_returned_nomination_waits_for_its_nominator_and_comes_back_completed(nomination, sam, priya):
    with pytest.raises(RuleBroken, match="Say what is missing"):
        decisions.return_for_more(nomination, reason=" ", by=priya, at=NOW)
    back = decisions.return_for_more(nomination, reason="Which results, in numbers?", by=priya, at=NOW)
    assert (back.owner, str(back.due_on)) == (sam, "2026-12-04")
    assert told(sam)[-1].endswith("returned for more. Which results, in numbers?")
    again = nominations.complete(
        back,
        seen_version=back.version,
        changes={"results": "Returns down by 48 %."},
        willingness=kinds(reference_call="willing"),
        by=sam,
        at=NOW,
    )
    assert (again.state, again.results) == ("submitted", "Returns down by 48 %.")
    with pytest.raises(StaleVersion):
        nominations.complete(back, seen_version=1, changes={}, willingness={}, by=sam, at=NOW)


def test_a_refusal_names_its_reason_to_everyone_who_nominated(nomination, bluth, sam, jonas, priya):
    nominate(bluth, jonas)
    decisions.refuse(nomination, reason="They are moving to another vendor.", by=priya, at=NOW)
    for person in (sam, jonas):
        assert told(person)[-1].endswith("refused. They are moving to another vendor.")
    nomination.refresh_from_db()
    assert (nomination.state, nomination.due_on, nomination.owner) == ("refused", None, None)
    assert nominate(bluth, sam).pk != nomination.pk, "a refused customer may be nominated again"


def test_an_accepted_nomination_has_its_month_and_its_csm(queued, maria, sam):
    assert (queued.state, queued.planned_month, queued.owner) == ("queued", date(2026, 11, 1), maria)
    assert [event.deed for event in queued.events.all()] == ["submitted", "accepted", "queued"]
    assert "planned for November 2026" in told(sam)[-1]
    assert Contact.objects.get(name="Lucille Bluth") == queued.contact


def test_a_deed_that_does_not_fit_the_state_is_refused(queued, priya, maria):
    with pytest.raises(RuleBroken, match="In the queue"):
        decisions.return_for_more(queued, reason="More", by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="In the queue"):
        invitations.decline(queued, reason="No", by=maria, at=NOW)
    with pytest.raises(RuleBroken, match="In the queue"):
        decisions.accept(queued, by=priya, at=NOW)


def test_enrolment_turns_the_agreed_cells_with_evidence_in_one_transaction(invited, bluth, maria, sam):
    call, logo = Dimension.objects.get(key="reference_call"), Dimension.objects.get(key="logo")
    with pytest.raises(RuleBroken, match="Green only with evidence"):
        invitations.enrol(invited, agreed=[Agreed(logo, "green"), Agreed(call, "green")], by=maria, at=NOW)
    assert not CellChange.objects.exists(), "the first cell does not stay Green without the second"
    evidence = NewEvidence(kind="call", agreed_on=date(2026, 11, 19))
    done = invitations.enrol(
        invited, agreed=[Agreed(logo, "amber"), Agreed(call, "green")], evidence=evidence, by=maria, at=NOW
    )
    assert {cell.dimension.key: cell.status for cell in bluth.cells.all()} == {
        "reference_call": "green",
        "logo": "amber",
    }
    assert bluth.evidence.get().contact.name == "Lucille Bluth"
    assert done.state == "enrolled"
    assert CellChange.objects.filter(source="enrolment", reason__contains="Sam Ortiz").count() == 2
    assert "enrolled. " in told(sam)[-1]


def test_a_customer_that_declines_ends_the_nomination_with_its_words(invited, maria, sam):
    invitations.chase(invited, note_text="Called the assistant", by=maria, at=NOW)
    invitations.chase(invited, by=maria, at=NOW)
    done = invitations.decline(invited, reason="Not before their audit.", by=maria, at=NOW)
    assert (done.state, done.times_chased) == ("declined", 2)
    assert told(sam)[-1].endswith("declined. Not before their audit.")


def test_an_open_escalation_blocks_the_invitation_until_it_is_lifted_or_solved(queued, bluth, maria, priya, sam):
    case = SupportCase.objects.create(
        customer=bluth, number="4711", subject="Down", severity="high", opened_on=date(2026, 11, 18), updated_at=NOW
    )
    with pytest.raises(RuleBroken, match=r"blocked\. Support case 4711 · Down is open since"):
        invitations.invite(queued, by=maria, at=NOW)
    owed = {"customer": bluth, "number": "R-9", "amount": 5, "due_on": date(2026, 11, 19), "updated_at": NOW}
    bill = Invoice.objects.create(**owed)
    with pytest.raises(RuleBroken, match="10 letters"):
        invitations.lift(queued, block="escalation", reason="ok", by=priya, at=NOW)
    invitations.lift(queued, block="escalation", reason="Their CIO asked us to go on.", by=priya, at=NOW)
    assert AuditEvent.objects.get(event="nomination.lifted").detail["block"] == "escalation"
    assert told(sam)[-1] == (
        "Your nomination of Bluth Company: the block “A severe or escalated support case is open” is lifted. "
        "Their CIO asked us to go on. Still blocked: An invoice is overdue."
    )
    bill.delete()
    values = {"number": "4712", "severity": "critical", "opened_on": date(2026, 11, 1)}
    another = support_cases.record(bluth, values=values, by=None, at=NOW)
    with pytest.raises(RuleBroken, match=r"blocked\. Support case 4712"):
        invitations.invite(queued, by=maria, at=NOW)
    support_cases.edit(another, changes={"closed_on": date(2026, 11, 20)}, by=None, at=NOW)
    assert SupportCase.objects.get(pk=case.pk).blocks, "what was lifted still blocks other nominations"
    assert invitations.invite(queued, by=maria, at=NOW).state == "invited"


def test_an_overdue_invoice_blocks_too_and_a_paid_one_does_not(queued, bluth, maria):
    invoice = Invoice.objects.create(
        customer=bluth, number="R-1", amount=100, due_on=date(2026, 11, 19), is_disputed=True, updated_at=NOW
    )
    with pytest.raises(RuleBroken, match=r"Invoice R-1 is overdue since .*, and disputed"):
        invitations.invite(queued, by=maria, at=NOW)
    Invoice.objects.filter(pk=invoice.pk).update(paid_on=date(2026, 11, 20))
    assert invitations.invite(queued, by=maria, at=NOW).state == "invited"


def test_a_stale_nomination_is_confirmed_by_a_nominator_before_the_invitation(queued, maria, sam):
    later = NOW + timedelta(days=31)
    with pytest.raises(RuleBroken, match="a nominator must say that it still holds"):
        invitations.invite(queued, by=maria, at=later)
    nominations.verify(queued, by=sam, at=later)
    with pytest.raises(RuleBroken, match="is confirmed already, today"):
        nominations.verify(queued, by=sam, at=later)
    assert queued.events.filter(deed="verified").count() == 1
    assert invitations.invite(queued, by=maria, at=later).state == "invited"


def test_a_flood_is_spread_over_the_months_and_never_beyond_what_a_month_holds(sam, priya, maria):
    RecruitingSettings.current()
    RecruitingSettings.objects.update(capacity=4)
    waiting = [nominate(customer(f"Flood {n}", csm=maria, is_well_known=n == 9), sam) for n in range(10)]
    impact.refresh(at=NOW)
    for one in waiting:
        decisions.accept(one, by=priya, at=NOW)
    months = queue.months(capacity=4, today=date(2026, 11, 20))
    assert [(month.starts_on.isoformat(), month.used) for month in months] == [
        ("2026-11-01", 4),
        ("2026-12-01", 4),
        ("2027-01-01", 2),
    ]
    brand = Nomination.objects.get(customer__name="Flood 9")
    assert brand.planned_month == date(2026, 11, 1), "a well-known brand goes before those who came earlier"
    this_month = Nomination.objects.filter(planned_month=date(2026, 11, 1))
    for one in this_month:
        invitations.invite(one, by=maria, at=NOW)
    with pytest.raises(RuleBroken, match="All 4 invitations of this month are sent"):
        invitations.invite(Nomination.objects.waiting().first(), by=maria, at=NOW)
    assert Nomination.objects.filter(planned_month=date(2026, 12, 1)).count() == 4
    assert recruiting_queue.plan(at=NOW) == 0, "a second plan of the same day moves nothing"


def test_the_history_of_a_nomination_is_never_changed(nomination):
    event = NominationEvent.objects.first()
    event.reason = "Another"
    with pytest.raises(TypeError):
        event.save()


def test_sam_and_maria_are_told_once_of_an_acceptance_with_its_month(queued, sam, maria, priya):
    told = [one.text for one in sam.notices.order_by("pk")]
    assert told == ["Your nomination of Bluth Company is accepted and planned for November 2026."]
    assert maria.notices.count() == 1
    later = NOW + timedelta(days=2)
    decisions.park(queued, until=(NOW + timedelta(days=1)).date(), reason="Audit", by=priya, at=NOW)
    decisions.resume(queued, by=None, at=later)
    assert "planned for November 2026." in sam.notices.order_by("pk").last().text
    assert sam.notices.filter(text__contains="is accepted").count() == 1
