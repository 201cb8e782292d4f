"""Greenholm leaves while a nomination of it is open: nobody asks it any more, and every page says the same of it."""

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from customers.models import Invoice
from references.actions import nomination_care, nominations, recruiting_plans
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.models import Cell, Dimension, Nomination
from references.reports import nominations as report
from references.reports.counts import Present
from refprogram.reports.home import home
from refprogram.reports.recruiting_home import recruiting_home
from tests.api.calling import client_of
from tests.factories import ContactFactory, customer
from tests.references.ledger import churn, live_again
from tests.references.nominated import accepted, nominate


@pytest.fixture
def now(db):
    return timezone.now()


@pytest.fixture
def greenholm(now, sam, priya, maria):
    """In the queue."""
    return accepted("Greenholm Studios", csm=maria, by=sam, priya=priya, at=now)


def leaves(nomination, at):
    churn(nomination.customer, on=timezone.localdate(at), at=at)
    nomination.refresh_from_db()


def page_of(nomination):
    return reverse("references:nomination_detail", args=[nomination.pk])


def test_who_was_invited_is_not_reminded_any_more_and_maria_reads_what_is_left_to_do(client, now, greenholm, maria):
    invitations.invite(greenholm, by=maria, at=now)
    client.force_login(maria)
    assert "Reminded</summary>" in client.get(page_of(greenholm)).text
    leaves(greenholm, now)
    page = client.get(page_of(greenholm)).text
    assert "Reminded</summary>" not in page
    assert f"what came of it is for {maria} to note" in page
    assert "The customer declined</summary>" in page
    refused = client.post(f"{page_of(greenholm)}chase/", {"note_text": "Called again"})
    assert (refused.status_code, "Greenholm Studios left on" in refused.text) == (422, True)
    assert "Called again" in refused.text
    answer = client_of(maria).post(f"/api/v1/nominations/{greenholm.pk}/chase/", {}, content_type="application/json")
    assert (answer.status_code, "left on" in answer.text) == (422, True)
    greenholm.refresh_from_db()
    assert greenholm.times_chased == 0
    assert invitations.decline(greenholm, reason="They left", by=maria, at=now).state == "declined"


def test_nobody_parks_or_takes_up_what_a_customer_that_left_was_nominated_for(client, now, greenholm, sam, priya):
    sitwell = accepted("Sitwell", csm=None, by=sam, priya=priya, at=now)
    decisions.park(sitwell, until=now.date() + timedelta(days=9), reason="Budget round", by=priya, at=now)
    client.force_login(priya)
    assert "Park</summary>" in client.get(page_of(greenholm)).text
    assert "Take it up again" in client.get(page_of(sitwell)).text
    for one in (greenholm, sitwell):
        leaves(one, now)
    assert "Park</summary>" not in client.get(page_of(greenholm)).text
    assert "Take it up again" not in client.get(page_of(sitwell)).text
    with pytest.raises(RuleBroken, match="Greenholm Studios left on"):
        decisions.park(greenholm, until=now.date() + timedelta(days=9), reason="Later", by=priya, at=now)
    with pytest.raises(RuleBroken, match="Sitwell left on"):
        decisions.resume(sitwell, by=priya, at=now)
    nomination_care.tend(at=now + timedelta(days=10))
    for one in (greenholm, sitwell):
        one.refresh_from_db()
        assert one.state == "withdrawn"
    assert sitwell.events.filter(deed="resumed", by=None).exists(), "the program still takes up what was parked"


def test_what_cannot_be_accepted_is_not_offered(client, now, sam, priya):
    submitted = nominate(ContactFactory(customer=customer("Sitwell")).customer, sam, at=now)
    client.force_login(priya)
    assert ">Accept<" in client.get(page_of(submitted)).text
    leaves(submitted, now)
    page = client.get(page_of(submitted)).text
    assert (">Accept<" in page, "Refuse</summary>" in page) == (False, True)


def test_what_nobody_can_do_anything_about_waits_for_nobody(client, now, greenholm, sam, priya, maria):
    """Maria's queue, her late ones, what Sam should confirm and what Priya should decide say what the page says."""
    old = nominate(ContactFactory(customer=customer("Sitwell", csm=maria)).customer, sam, at=now - timedelta(days=40))
    Nomination.objects.filter(pk=greenholm.pk).update(
        verified_on=now.date() - timedelta(days=40), due_on=now.date() - timedelta(days=1)
    )

    def told():
        return [
            sorted(str(one) for one in rows)
            for rows in (
                home(maria, now=Present.seen(now)).turns,
                Nomination.objects.overdue(now.date()),
                home(sam, now=Present.seen(now)).to_confirm,
                [row.nomination for row in recruiting_home(priya, now=Present.seen(now)).ageing],
            )
        ]

    assert told() == [["Greenholm Studios"], ["Greenholm Studios", "Sitwell"], ["Greenholm Studios"], ["Sitwell"]]
    assert report.counts(maria, today=now.date()) == {"open": 2, "late": 2, "turn": 1}
    for one in (greenholm, old):
        leaves(one, now)
    assert told() == [[], [], [], []]
    assert report.counts(maria, today=now.date()) == {"open": 2, "late": 0, "turn": 0}
    client.force_login(maria)
    assert "Greenholm" not in client.get("/nominations/?turn=true").text
    assert "to be confirmed" not in client.get("/nominations/").text


def test_home_and_the_file_say_of_who_was_invited_that_the_customer_left(client, now, greenholm, sam, maria):
    invitations.invite(greenholm, by=maria, at=now)
    for who in (sam, maria):
        client.force_login(who)
        assert "customer left" not in client.get("/").text
    leaves(greenholm, now)
    for who in (sam, maria):
        client.force_login(who)
        assert client.get("/").text.count("customer left") == 1
    exported = b"".join(client.get("/nominations/export.csv")).decode("utf-8-sig")
    (row,) = csv.DictReader(exported.splitlines())
    assert "Greenholm Studios left on" in row["Blocked because"]


def test_no_step_of_a_plan_is_due_with_a_customer_that_left(client, now, maria):
    thornbury, day = customer("Thornbury Motors", csm=maria), timezone.localdate(now)
    values = {"dimensions": [Dimension.objects.get(key="logo")], "next_step": "Ask the sponsor"}
    plan = recruiting_plans.begin(thornbury, values=values | {"due_on": day - timedelta(days=1)}, by=maria, at=now)
    client.force_login(maria)
    addresses = ("/", "/nominations/plans/", "/nominations/plans/?overdue=true", f"/nominations/plans/{plan.pk}/")
    late = '<span class="tag tag-red">late</span>'

    def told():
        pages = [client.get(address).text for address in addresses]
        return ["Ask the sponsor" in pages[0], late in pages[1], "Thornbury" in pages[2], late in pages[3]]

    assert told() == [True] * 4
    churn(thornbury, on=day, at=now)
    assert told() == [False] * 4
    assert "customer left on" in client.get("/nominations/plans/").text


def test_what_makes_no_sense_any_more_is_not_offered_and_refused_with_what_to_do_instead(
    client, now, sam, priya, maria
):
    """Sam confirms and completes, Priya returns and lifts, Maria notes that the customer agreed: none of it of Sitwell,
    which has left, until it is won back."""
    sitwell = ContactFactory(customer=customer("Sitwell", csm=maria)).customer
    submitted = nominate(sitwell, sam, at=now - timedelta(days=25))
    client.force_login(sam)
    page = client.get(page_of(submitted)).text
    assert ("It still holds" in page, "Complete it" in page) == (True, True)
    client.force_login(priya)
    assert "Return for more</summary>" in client.get(page_of(submitted)).text
    leaves(submitted, now)
    assert "Return for more</summary>" not in client.get(page_of(submitted)).text
    refused = client.post(f"{page_of(submitted)}return/", {"reason": "Which results?"})
    assert (refused.status_code, "Withdraw or refuse the nomination, or win the" in refused.text) == (422, True)
    assert "Which results?" in refused.text
    client.force_login(sam)
    page = client.get(page_of(submitted)).text
    assert ("It still holds" in page, "Complete it" in page) == (False, False)
    assert "Withdraw</summary>" in page
    assert "Withdraw or refuse" in client.post(f"{page_of(submitted)}verify/", follow=True).text
    said = {"story": "Bigger.", "version": submitted.version}
    for deed, body in (("verify", {}), ("complete", said)):
        answer = client_of(sam).post(
            f"/api/v1/nominations/{submitted.pk}/{deed}/", body, content_type="application/json"
        )
        assert (answer.status_code, "win the customer back first" in answer.text) == (422, True)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.story) == ("submitted", "Big.")
    live_again(sitwell, at=now)
    assert "It still holds" in client.get(page_of(submitted)).text
    leaves(submitted, now)
    assert decisions.refuse(submitted, reason="They left", by=priya, at=now).state == "refused"


def test_nobody_notes_that_a_customer_that_left_agreed(client, now, greenholm, sam, maria):
    invitations.invite(greenholm, by=maria, at=now)
    client.force_login(maria)
    assert "The customer agreed" in client.get(page_of(greenholm)).text
    leaves(greenholm, now)
    page = client.get(page_of(greenholm)).text
    assert ("The customer agreed" in page, "If the customer comes back, win it back first." in page) == (False, True)
    words = "Note that the customer declined, withdraw the nomination, or win the customer back first."
    said = {"contact": greenholm.contact_id, "kind": "call", "agreed_on": str(timezone.localdate(now))}
    said |= {f"agreed-{Dimension.objects.get(key='logo').pk}": "green"}
    refused = client.post(f"{page_of(greenholm)}enrol/", said)
    assert (refused.status_code, words in refused.text) == (422, True)
    body = {"agreed": {"logo": "green"}}
    answer = client_of(maria).post(f"/api/v1/nominations/{greenholm.pk}/enrol/", body, content_type="application/json")
    assert (answer.status_code, words in answer.text) == (422, True)
    assert not Cell.objects.filter(customer=greenholm.customer, status="green").exists()
    assert nominations.withdraw(greenholm, reason="They left", by=sam, at=now).state == "withdrawn"


def test_nobody_lifts_the_block_of_a_customer_that_left(client, now, greenholm, priya):
    overdue = timezone.localdate(now) - timedelta(days=30)
    Invoice.objects.create(customer=greenholm.customer, number="R-1", amount=100, due_on=overdue, updated_at=now)
    client.force_login(priya)
    assert "Lift it with a reason" in client.get(page_of(greenholm)).text
    leaves(greenholm, now)
    assert "Lift it with a reason" not in client.get(page_of(greenholm)).text
    said = {"block": "invoice", "reason": "They pay on Friday, I asked."}
    refused = client.post(f"{page_of(greenholm)}lift/", said)
    assert (refused.status_code, "Greenholm Studios left on" in refused.text) == (422, True)
    assert "They pay on Friday, I asked." in refused.text
    assert not greenholm.events.filter(deed="lifted").exists()


def test_who_opens_a_form_that_could_only_be_refused_is_told_at_once(client, now, greenholm, sam, maria):
    """Maria comes from an old tab to note that Greenholm agreed, Sam to complete what he said of Sitwell."""
    sitwell = nominate(ContactFactory(customer=customer("Sitwell", csm=maria)).customer, sam, at=now)
    invitations.invite(greenholm, by=maria, at=now)
    opened = ((maria, greenholm, "enrol", "Note that the customer declined"), (sam, sitwell, "edit", "Withdraw or"))
    for who, nomination, form, _instead in opened:
        client.force_login(who)
        assert client.get(f"{page_of(nomination)}{form}/").status_code == 200
    for one in (greenholm, sitwell):
        leaves(one, now)
    for who, nomination, form, instead in opened:
        client.force_login(who)
        answer = client.get(f"{page_of(nomination)}{form}/", follow=True)
        assert answer.redirect_chain == [(page_of(nomination), 302)]
        (message,) = map(str, answer.context["messages"])
        assert f"{nomination} left on" in message
        assert instead in message
    nomination_care.tend(at=now)
    (message,) = map(str, client.get(f"{page_of(sitwell)}edit/", follow=True).context["messages"])
    assert "is in the state “Withdrawn” now" in message


def test_nobody_is_asked_to_write_why_a_customer_that_left_would_speak(client, now, greenholm, jonas):
    client.force_login(jonas)
    address = f"{reverse('references:nomination_create')}?customer={greenholm.customer_id}"
    assert "you join that nomination" in client.get(address).text
    leaves(greenholm, now)
    page = client.get(address).text
    assert "Greenholm Studios left on" in page
    assert "a customer that has left is not asked for a reference." in page
    assert ("you join that nomination" in page, 'name="story"' in page) == (False, False)
    refused = client.post(address, {"story": "They double their stores."})
    assert (refused.status_code, "They double their stores." in refused.text) == (422, True)


def test_whom_it_is_refused_to_accept_reads_what_to_do_instead(client, now, sam, priya):
    submitted = nominate(ContactFactory(customer=customer("Sitwell")).customer, sam, at=now)
    leaves(submitted, now)
    client.force_login(priya)
    page = client.post(f"{page_of(submitted)}accept/", follow=True)
    assert "Withdraw or refuse the nomination, or win the customer back first." in page.text
