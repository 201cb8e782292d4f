"""The pages of the ledger, as Priya, Maria and Sam see them. The clock stands still where the story needs it."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from references.actions import closings, corrections, targets
from references.actions.cells import NewEvidence
from references.models import Closing, Correction, CorrectionDecision, Definition, QuarterTarget
from tests.factories import person
from tests.query_counts import assert_query_count
from tests.references.ledger import (
    BEFORE,
    END_OF_Q1,
    FIVE_PAST,
    IN_Q1,
    IN_TIME,
    Q1,
    Q4,
    churn,
    company,
    green,
    set_cell,
)

NEW_YEAR = datetime(2027, 1, 2, 9, tzinfo=UTC)


@pytest.fixture
def story(db, maria, priya):
    targets.set_target(Q4, count=3, reason="", by=priya, at=IN_TIME)
    green("Acme", by=maria)
    set_cell(company("Bluth", csm=maria, region="EMEA", industry="Retail"), "amber")
    company("Cancity")
    return {"maria": maria, "priya": priya}


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"references:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


@time_machine.travel(NEW_YEAR, tick=False)
def test_priya_reads_the_check_list_and_closes_the_quarter(client, story, priya):
    client.force_login(priya)
    assert "Close 2026-Q4 for ever" in page(client, "closing_create", "2026-Q4")
    assert "1 open pay-trigger cell has no next action" in page(client, "closing_create", "2026-Q4")
    unticked = client.post(reverse("references:closing_create", args=["2026-Q4"]))
    assert unticked.status_code == 422
    assert not Closing.objects.exists()
    closed = client.post(reverse("references:closing_create", args=["2026-Q4"]), {"confirm": "2026-Q4"}, follow=True)
    assert "2026-Q4 is closed with a count of 1." in closed.content.decode()
    again = client.post(reverse("references:closing_create", args=["2026-Q4"]), {"confirm": "2026-Q4"}, follow=True)
    assert "is closed already" in again.content.decode()
    assert Closing.objects.get().closed_by == priya


@time_machine.travel(NEW_YEAR, tick=False)
def test_the_check_list_looks_at_the_last_day_and_leads_to_what_it_counted(client, db, priya):
    set_cell(company("Through the last day"), "green", until=date(2026, 12, 31))
    set_cell(company("To the day before"), "green", until=date(2026, 12, 30))
    set_cell(company("Forgotten"), "amber")
    client.force_login(priya)
    text = page(client, "closing_create", "2026-Q4")
    assert "1 Green of the pay trigger has no valid evidence" in text
    for switch, name in (("expiring", "To the day before"), ("no_action", "Forgotten")):
        address = f"/grid/?dimension=reference_call&{switch}=true"
        assert address.replace("&", "&amp;") in text
        assert name in client.get(address).content.decode()


@time_machine.travel(IN_TIME, tick=False)
def test_the_check_list_names_whom_nobody_but_a_sheet_calls_green(client, story, priya):
    client.force_login(priya)
    assert "nobody has proven" not in page(client, "closing_create", "2026-Q4")
    told = NewEvidence("import", date(2026, 10, 1), valid_until=date(2026, 12, 31))
    for name in ("Dorne", "Essos"):
        set_cell(company(name), "green", evidence=told)
    text = page(client, "closing_create", "2026-Q4")
    assert (
        "2 Greens of the pay trigger count because they were imported, and nobody has proven them: Dorne, Essos."
        in text
    )


@time_machine.travel(END_OF_Q1, tick=False)
def test_the_dashboard_says_that_the_quarter_before_is_not_closed_yet(client, story, priya):
    closings.close(Q4, by=None, at=FIVE_PAST)
    client.force_login(priya)
    text = page(client, "quarter_board")
    assert 'href="/quarters/2027-Q1/">2027-Q1</a> has ended and is not closed yet' in text
    assert "is not closed yet" not in page(client, "quarter_board", quarter="2027-Q1")
    closings.close(Q1, by=None, at=END_OF_Q1)
    assert "is not closed yet" not in page(client, "quarter_board")


@time_machine.travel(BEFORE, tick=False)
def test_a_running_quarter_has_no_button(client, story, priya):
    client.force_login(priya)
    text = page(client, "closing_create", "2026-Q4")
    assert "has not ended; it can be closed from 1 Jan 2027 on" in text
    assert "for ever" not in text
    refused = client.post(reverse("references:closing_create", args=["2026-Q4"]), {"confirm": "2026-Q4"})
    assert refused.status_code == 422
    assert "has not ended" in refused.content.decode()
    assert not Closing.objects.exists()


@time_machine.travel(NEW_YEAR, tick=False)
def test_only_programme_managers_close_and_nobody_closes_what_is_no_quarter(client, story, maria, priya):
    client.force_login(maria)
    page(client, "closing_create", "2026-Q4", status=403)
    assert client.post(reverse("references:closing_create", args=["2026-Q4"])).status_code == 403
    client.force_login(priya)
    page(client, "closing_create", "2026-Q9", status=404)
    page(client, "closing_detail", "soon", status=404)


@time_machine.travel(IN_Q1, tick=False)
def test_the_page_of_a_closed_quarter_explains_its_number(client, story, maria, sam):
    who = green("Dambase", by=maria)
    first = closings.close(Q4, by=None, at=FIVE_PAST)
    churn(who, on=IN_Q1.date(), at=IN_Q1)
    client.force_login(sam)
    text = page(client, "closing_detail", "2026-Q4")
    assert first.seal in text
    assert "66.6\u00a0% attained" in text
    assert "Maria Chen" in text
    assert "pay trigger is Amber" in text
    assert "Propose a correction" not in text
    running = page(client, "closing_detail", "2027-Q1")
    assert "From opening to now" in running
    assert "Lifecycle changed: Left" in running


@time_machine.travel(IN_Q1, tick=False)
def test_entries_are_searched_narrowed_paged_and_exported_as_shown(client, story, sam):
    closings.close(Q4, by=None, at=FIVE_PAST)
    client.force_login(sam)
    partial = client.get(reverse("references:closing_detail", args=["2026-Q4"]), {"q": "blu"}, HTTP_HX_REQUEST="true")
    assert "Bluth" in partial.content.decode()
    assert "Acme" not in partial.content.decode()
    assert "<html" not in partial.content.decode()
    assert "HX-Request" in partial["Vary"]
    assert "No entry matches" in page(client, "closing_detail", "2026-Q4", counts="yes", reason="amber")
    export = client.get(reverse("references:closing_export", args=["2026-Q4"]), {"counts": "no"})
    lines = b"".join(export).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Customer,Customer number,Counts,Reason")
    assert [line.split(",")[0] for line in lines[1:]] == ["Bluth", "Cancity"]


@time_machine.travel(IN_Q1, tick=False)
def test_a_corrected_verdict_is_marked_in_the_list_its_export_and_on_the_dashboard(client, story, maria, priya):
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    bluth = closing.entries.get(name="Bluth").customer
    reason = "She had agreed by phone on 28 December."
    proposed = corrections.propose(
        closing, customer=bluth, is_referenceable=True, reason=reason, by=maria, at=FIVE_PAST
    )
    corrections.decide(proposed, approve=True, by=priya, at=FIVE_PAST)
    client.force_login(maria)
    assert page(client, "closing_detail", "2026-Q4").count("corrected: counts") == 1
    lines = (
        b"".join(client.get(reverse("references:closing_export", args=["2026-Q4"]))).decode("utf-8-sig").splitlines()
    )
    told = {line.split(",")[0]: line.split(",")[2:5] for line in lines}
    assert told["Customer"] == ["Counts", "Reason", "Corrected to"]
    assert (told["Bluth"][0], told["Bluth"][2], told["Acme"][2]) == ("no", "yes", "")
    board = client.get("/quarter/?quarter=2026-Q4").content.decode()
    assert "The corrections that made it" in board
    assert "closing count, with its corrections" in board
    figures = b"".join(client.get("/quarter/export/?quarter=2026-Q4")).decode("utf-8-sig")
    assert f'2026-Q4,count,"closed at {closing.count}, corrected",{closing.count + 1}' in figures


@time_machine.travel(IN_Q1, tick=False)
def test_verify_now_says_that_all_is_well(client, story, sam):
    closings.close(Q4, by=None, at=FIVE_PAST)
    client.force_login(sam)
    assert "entries, seal and history agree" in page(client, "closing_verify", "2026-Q4")


@time_machine.travel(IN_Q1, tick=False)
def test_a_correction_goes_from_maria_to_priya_through_the_pages(client, story, maria, priya):
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    bluth = closing.entries.get(name="Bluth").customer
    address = reverse("references:correction_propose", args=["2026-Q4", bluth.pk])
    client.force_login(maria)
    assert "Bluth" in page(client, "correction_create", "2026-Q4", q="blu")
    assert "At least 10 letters" in client.get(address).content.decode()
    short = client.post(address, {"verdict": "yes", "reason": "typo"})
    assert short.status_code == 422
    assert "Say in 10 letters or more" in short.content.decode()
    sent = {"verdict": "yes", "reason": "Signed on 30 December, scanned in January."}
    assert "proposed; a second person decides" in client.post(address, sent, follow=True).content.decode()
    assert page(client, "closing_detail", "2026-Q4").count("correction waits") == 1
    again = client.get(address).content.decode()
    assert "A correction of this customer waits for a decision: Maria Chen proposed it" in again
    assert '<textarea name="reason"' not in again
    late = client.post(address, {"verdict": "yes", "reason": "I typed this before I saw it."})
    assert (late.status_code, "I typed this before I saw it." in late.content.decode()) == (422, True)
    decide = reverse("references:correction_decide", args=[Correction.objects.get().pk])
    assert client.post(decide, {"approve": "yes"}).status_code == 403
    client.force_login(priya)
    assert "Signed on 30 December" in page(client, "correction_index")
    client.post(decide, {"approve": "yes", "comment": "Seen the scan."})
    assert CorrectionDecision.objects.get().decided_by == priya
    text = page(client, "closing_detail", "2026-Q4")
    assert "after approved corrections; the closed count stays" in text
    assert "Seen the scan." in text
    assert "correction waits" not in text
    bridge = re.findall(r'step-value">([^<]+)</span> <span class="step-label">([^<]+)', text)
    assert bridge[-3:] == [("1", "Closing"), ("+1", "Corrected since"), ("2", "Corrected count")]


@time_machine.travel(IN_Q1, tick=False)
def test_priya_cannot_decide_on_her_own_proposal(client, story, priya):
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    bluth = closing.entries.get(name="Bluth").customer
    correction = corrections.propose(
        closing, customer=bluth, is_referenceable=True, reason="Signed in time.", by=priya, at=IN_Q1
    )
    client.force_login(priya)
    assert "another person decides" in page(client, "correction_index")
    answer = client.post(reverse("references:correction_decide", args=[correction.pk]), {"approve": "yes"}, follow=True)
    assert "another person must decide" in answer.content.decode()
    assert not CorrectionDecision.objects.exists()


@time_machine.travel(BEFORE, tick=False)
def test_definition_and_target_are_changed_on_their_pages_with_a_reason(client, story, priya, sam):
    logo = Definition.objects.get().dimension.__class__.objects.get(key="logo")
    definition, target = reverse("references:definition_index"), reverse("references:target_index")
    client.force_login(sam)
    assert "Change the definition" not in page(client, "definition_index")
    assert client.post(definition, {}).status_code == 403
    assert client.post(target, {}).status_code == 403
    client.force_login(priya)
    sent = {"quarter": "2027-Q1", "dimension": logo.pk, "reason": "Logos bring more than calls."}
    assert "From 2027-Q1 on, “Logo” is the pay trigger." in client.post(definition, sent, follow=True).content.decode()
    assert client.post(definition, sent | {"quarter": "2026-Q3"}).status_code == 422
    refused = client.post(target, {"quarter": "2026-Q4", "count": 5})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    client.post(target, {"quarter": "2026-Q4", "count": 5, "reason": "Two more were sold."})
    assert QuarterTarget.objects.holding_for("2026-Q4").count == 5
    assert "Two more were sold." in page(client, "target_index")


@time_machine.travel(IN_Q1, tick=False)
def test_the_list_shows_every_quarter_and_exports_it(client, story, sam):
    closing = closings.close(Q4, by=None, at=FIVE_PAST)
    client.force_login(sam)
    text = page(client, "quarter_index")
    assert "2026-Q4" in text
    assert "2027-Q1" in text
    assert closing.seal[:8] in text
    lines = b"".join(client.get(reverse("references:quarter_index_export"))).decode("utf-8-sig").splitlines()
    assert lines[2].startswith("2026-Q4,Closed,2026-10-01,2026-12-31,0,1,1,,3,Reference call,2027-01-01 00:05:00")


@time_machine.travel(IN_Q1, tick=False)
def test_pages_ask_the_same_number_of_queries_however_many_rows(client, story, maria, priya):
    for number in range(30):
        green(f"Company {number}", by=maria)
    closings.close(Q4, by=None, at=FIVE_PAST)
    closings.close(Q1, by=None, at=FIVE_PAST.replace(month=4))
    client.force_login(priya)
    for name, args in (("quarter_index", []), ("closing_detail", ["2026-Q4"]), ("correction_index", [])):
        assert_query_count(client, reverse(f"references:{name}", args=args), f"references:{name}")


def test_people_without_a_role_see_no_quarter(client, db):
    client.force_login(person("Nobody", *[]))
    page(client, "quarter_index", status=403)


def test_days_read_the_same_on_every_page_with_the_month_as_a_word(priya, client):
    client.force_login(priya)
    page = client.get("/quarters/").content.decode()
    assert "1 Oct 2026" in page
    assert "10/01/2026" not in page
    assert "1 Oct 2026" in client.get("/quarters/2026-Q4/").content.decode()


@time_machine.travel(NEW_YEAR, tick=False)
def test_a_quarter_before_the_programme_began_is_none_that_waits_to_be_closed(client, story, priya):
    client.force_login(priya)
    closings.close(Q4, by=priya, at=NEW_YEAR)
    page(client, "closing_detail", "2020-Q1", status=404)
    page(client, "closing_create", "2020-Q1", status=404)
    page(client, "forecast", quarter="2020-Q1", status=404)
    assert "How right the forecast of 2026-Q4 was" in page(client, "forecast", quarter="2026-Q4")
