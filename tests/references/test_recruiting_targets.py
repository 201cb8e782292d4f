"""Priya says how many new references the quarter should bring; everybody sees how far it has come."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from core.choices import Role
from core.constraints import InsertOnlyError
from core.errors import RuleBroken
from core.models import AuditEvent, Programme
from core.quarters import Quarter
from references import tasks
from references.actions import nominations, recruiting_targets
from references.choices import Characteristic, ImpactTier
from references.models import CustomerImpact, Dimension, QuarterTarget, RecruitingTarget
from references.reports import recruiting_targets as report
from tests.factories import person
from tests.query_counts import assert_query_count
from tests.references.recognized import NOW, enrol, nominate, withdraw

RUNNING, BEFORE = Quarter(2026, 4), Quarter(2026, 3)
PAGE = "/nominations/targets/"
pytestmark = pytest.mark.time_machine(NOW)


@pytest.fixture
def eva(db):
    return person("Eva Lindqvist", Role.EXECUTIVE)


def aim(priya, count, quarter=RUNNING, reason="", at=NOW):
    return recruiting_targets.set_target(quarter, count=count, reason=reason, by=priya, at=at)


def as_person(client, who):
    client.force_login(who)
    return client


def test_the_first_target_needs_no_reason_a_change_does(priya):
    aim(priya, 12)
    with pytest.raises(RuleBroken, match="Say why"):
        aim(priya, 8)
    with pytest.raises(RuleBroken, match="12 already"):
        aim(priya, 12, reason="Really.")
    aim(priya, 8, reason="Two colleagues left.")
    assert RecruitingTarget.objects.holding_for("2026-Q4").count == 8
    event = AuditEvent.objects.filter(event="recruiting_target.set").latest("pk")
    assert (event.detail["quarter"], event.detail["before"], event.detail["after"]) == ("2026-Q4", 12, 8)


def test_a_quarter_that_has_ended_gets_no_target_any_more(priya):
    with pytest.raises(RuleBroken, match="has ended"):
        aim(priya, 5, BEFORE, reason="Late.")
    with pytest.raises(RuleBroken, match="at least 1"):
        aim(priya, 0)
    assert not RecruitingTarget.objects.exists()


def test_a_target_is_never_rewritten_not_even_by_hand(priya):
    target = aim(priya, 5)
    target.count = 1
    with pytest.raises(InsertOnlyError):
        target.save()
    for statement in ("UPDATE references_recruitingtarget SET count = 1", "DELETE FROM references_recruitingtarget"):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_each_customer_counts_once_in_the_quarter_it_was_enrolled_in(sam, priya, jonas):
    aim(priya, 2, BEFORE, at=datetime(2026, 9, 1, tzinfo=UTC))
    aim(priya, 2)
    bluth = enrol(nominate("Bluth Company", sam), priya).customer
    again, later = {"contact": bluth.contacts.get(), "story": "Once more.", "source": "sales"}, NOW + timedelta(hours=1)
    will = {Dimension.objects.get(key="logo"): "willing"}
    enrol(nominations.submit(customer=bluth, values=again, willingness=will, by=jonas, at=later), priya, at=later)
    withdraw(nominate("Initech", sam), sam)
    nominate("Hooli", sam)
    last = datetime(2026, 9, 20, tzinfo=UTC)
    enrol(nominate("Globex", sam, at=last), priya, at=last)
    now, before = report.standing(at=later)
    assert (now.enrolled, now.missing, now.is_reached, now.is_over) == (1, 1, False, False)
    assert (before.enrolled, before.is_reached, before.is_over) == (1, False, True)
    enrol(nominate("Acme", sam), priya)
    assert report.running(at=NOW).is_reached


def test_a_quarter_ends_at_midnight_where_the_programme_is(sam, priya):
    Programme.objects.update_or_create(pk=1, defaults={"time_zone": "Asia/Tokyo"})
    aim(priya, 1, BEFORE, at=datetime(2026, 9, 1, tzinfo=UTC))
    aim(priya, 1)
    # In Tokyo the first of October has begun.
    evening = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)
    enrol(nominate("Bluth Company", sam, at=evening), priya, at=evening)
    assert [(str(one.quarter), one.enrolled) for one in report.standing(at=NOW)] == [("2026-Q4", 1), ("2026-Q3", 0)]


def test_it_tells_how_many_of_them_are_of_high_impact(sam, priya):
    aim(priya, 3)
    points = dict.fromkeys(Characteristic.values, 1)
    for name, tier in (("Bluth Company", ImpactTier.A), ("Globex", ImpactTier.B), ("Initech", "")):
        found = enrol(nominate(name, sam), priya)
        if tier:
            CustomerImpact.objects.update_or_create(
                customer=found.customer, defaults={**points, "score": 50, "tier": tier}
            )
    progress = report.running(at=NOW)
    assert (progress.enrolled, progress.high_impact, progress.is_reached) == (3, 1, True)


def test_priya_sets_it_on_the_page_and_sam_only_reads(client, priya, sam):
    assert "No target yet" in as_person(client, sam).get(PAGE).text
    assert "Set the target" not in client.get(PAGE).text
    assert client.post(PAGE, {"quarter": "2026-Q4", "count": 12}).status_code == 403
    as_person(client, priya)
    assert client.post(PAGE, {"quarter": "2026-Q3", "count": 12}).status_code == 422
    assert "The target of 2026-Q4 is 12" in client.post(PAGE, {"quarter": "2026-Q4", "count": 12}, follow=True).text
    refused = client.post(PAGE, {"quarter": "2026-Q4", "count": 8})
    assert refused.status_code == 422
    assert "Say why the target changes" in refused.text
    client.post(PAGE, {"quarter": "2026-Q4", "count": 8, "reason": "Two colleagues left."})
    page = as_person(client, sam).get(PAGE).text
    assert "<strong>8</strong>" in page
    assert "<s" in page
    assert "replaced" in page
    assert "8 to go" in page


def test_more_references_than_were_aimed_at_are_told_with_both_numbers(client, priya, sam):
    aim(priya, 1)
    for name in ("Bluth Company", "Globex"):
        enrol(nominate(name, sam), priya)
    as_person(client, priya)
    for address in ("/nominations/", "/"):
        shown = " ".join(client.get(address).text.replace("<strong>", "").replace("</strong>", "").split())
        assert "2 new references this quarter, 1 aimed at" in shown
        assert "2 of 1" not in shown


def test_priya_and_peter_set_the_target_at_the_same_time_and_neither_is_lost(client, priya):
    aim(priya, 12, RUNNING.next)
    peter, typed = person("Peter Fox", Role.PROGRAMME_MANAGER), {"quarter": "2026-Q4", "count": 9, "reason": "Mine."}
    seen = as_person(client, peter).get(PAGE).context["form"]["seen"].value()
    aim(priya, 8)
    refused = client.post(PAGE, typed | {"seen": seen})
    assert (refused.status_code, RecruitingTarget.objects.holding_for("2026-Q4").count) == (422, 8)
    for words in ("Priya Nair has set this since you opened the page.", "It is now: 8.", 'value="9"', "Mine."):
        assert words in refused.text
    assert client.post(PAGE, typed | {"seen": seen, "quarter": "2027-Q2"}).status_code == 302
    assert client.post(PAGE, typed | {"seen": refused.context["form"]["seen"].value()}).status_code == 302
    assert RecruitingTarget.objects.holding_for("2026-Q4").count == 9


def test_the_export_holds_what_the_page_shows(client, priya, sam):
    aim(priya, 12)
    aim(priya, 1, reason="=Two left.")
    enrol(nominate("Bluth Company", sam), priya)
    answer = as_person(client, sam).get(f"{PAGE}export.csv")
    header, holding, replaced = b"".join(answer).decode("utf-8-sig").splitlines()
    assert header == "Quarter,Target,Holds,Enrolled,High impact,Reached,Why,Set by,Set on"
    assert holding == "2026-Q4,1,yes,1,0,yes,'=Two left.,Priya Nair,2026-11-20"
    assert replaced == "2026-Q4,12,no,,,,,Priya Nair,2026-11-20"


def test_everybody_reads_at_the_head_of_the_list_and_on_the_board_how_far_it_is(client, priya, sam):
    as_person(client, sam)
    assert "new references this quarter" not in client.get("/nominations/").text
    aim(priya, 12)
    enrol(nominate("Bluth Company", sam), priya)
    for address in ("/nominations/", "/board/"):
        assert f'<a href="{PAGE}">1 of 12 new references this quarter</a>' in client.get(address).text


def test_it_stands_on_the_first_page_of_who_runs_the_programme_and_of_executives(client, priya, eva, sam):
    assert "Set a target" in as_person(client, priya).get("/").text
    assert "new references this quarter" not in as_person(client, eva).get("/").text
    aim(priya, 12)
    enrol(nominate("Bluth Company", sam), priya)
    for who in (priya, eva):
        page = as_person(client, who).get("/").text
        assert "of 12 new references this quarter" in page
        assert "11 to go" in page
        assert "Nothing waits for you" not in page
    assert "new references this quarter" not in as_person(client, sam).get("/").text


def test_the_mail_of_the_week_tells_it(priya, sam, time_machine):
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    aim(priya, 12)
    enrol(nominate("Bluth Company", sam), priya)
    time_machine.move_to(monday)
    tasks.mail_rankings()
    [his] = [one for one in mail.outbox if one.to == [sam.email]]
    assert "1 of 12 new references this quarter." in his.body


def test_it_never_becomes_the_target_that_people_are_paid_by(client, priya):
    aim(priya, 12)
    assert not QuarterTarget.objects.exists()
    assert "<td>12" not in as_person(client, priya).get("/quarters/targets/").text


def test_many_quarters_ask_no_more_than_one(client, priya, sam):
    for number in range(6):
        aim(priya, 3, RUNNING.shifted(number))
        aim(priya, 4, RUNNING.shifted(number), reason="More.")
        enrol(nominate(f"Company {number}", sam), priya)
    assert_query_count(as_person(client, sam), PAGE, "references:recruiting_target_index")


@pytest.mark.parametrize("page", [PAGE, "/quarters/targets/"])
def test_a_quarter_of_the_address_that_cannot_be_chosen_is_named(client, priya, page):
    client.force_login(priya)
    for odd in ("2019-Q1", "soon"):
        shown = client.get(page, {"quarter": odd}).text
        assert f"No target can be set for “{odd}”; the form stands at 2026-Q4 (running)." in shown
    assert "No target can be set" not in client.get(page, {"quarter": "2027-Q1"}).text
    assert "No target can be set" not in client.get(page).text
