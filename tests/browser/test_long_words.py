"""Somebody pastes 3,000 characters without a space into every field there is: no page becomes wider for it."""

import json

import pytest

from tests.browser.checks import assert_no_sideways_scroll
from tests.browser.conftest import DESKTOP, PHONE

MADE = """
import json
from datetime import UTC, datetime, timedelta
from core.models import Programme, User
from customers.actions import contacts, customers, invoices, occasions, referrals, support_cases, thanks
from customers.models import Contact
from references.actions import cohort_members, coverage, drives, nomination_decisions, nomination_invitations
from references.actions import nominations, quotas, recognitions, recruiting_plans, recruiting_settings
from references.actions import recruiting_targets
from references.actions.nomination_invitations import Agreed
from references.models import CohortMember, Dimension, QuotaPolicy
from references.reports.coverage_matrix import axes
from references.reports.quotas import period_of
now = datetime.now(UTC)
today, quarter = Programme.current().calendar.day_of(now), Programme.current().calendar.quarter_at(now)
names = ("maria.chen", "sam.ortiz", "priya.nair", "eva.lindqvist")
maria, sam, priya, eva = (User.objects.get(email=f"{name}@example.com") for name in names)
long, W = "W" * 3000, lambda size: "W" * size
call = Dimension.objects.get(key="reference_call")
place = {"industry": W(100), "region": W(80)}
def company(number, **values):
    one = customers.create(name=f"{number}{W(150)}", values={"csm": maria, **place}, by=maria, at=now)
    more = {"evangelist_level": "unprompted"}
    return one, contacts.create(one, name=f"{number}{W(150)}", values=more, by=maria, at=now)
def nominated(number, by):
    one, contact = company(number)
    said = {"contact": contact, "story": long, "results": long, "relationship": W(200), "source": "sales"}
    return nominations.submit(customer=one, values=said, willingness={call: "willing"}, by=by, at=now)
refused = nominated(1, maria)
nomination_decisions.refuse(refused, reason=W(500), by=priya, at=now)
word = nominated(2, priya)
own = nominated(3, sam)
usual = recruiting_settings.RecruitingSettings.current().capacity
recruiting_settings.edit(changes={"capacity": 1000}, by=priya, at=now)
own = nomination_invitations.invite(nomination_decisions.accept(own, by=priya, at=now), by=priya, at=now)
own = nomination_invitations.enrol(own, agreed=[Agreed(call, "amber")], by=priya, at=now)
recruiting_settings.edit(changes={"capacity": usual}, by=priya, at=now)
said = {"subject": W(200), "text": long, "signer": eva, "published": True}
letter = recognitions.draft(sam, values=said, nomination=own, quarter=quarter.label, asks=True, by=priya, at=now)
back = recognitions.return_to_draft(letter, reason=W(500), by=eva, at=now)
board = recognitions.draft(maria, values=said, quarter=quarter.label, asks=True, by=priya, at=now)
recognitions.sign(board, seen_version=board.version, by=eva, at=now)
planned, friend = company(4)
said = {"people": long, "way": long, "offer": long, "next_step": W(200), "due_on": today, "dimensions": [call]}
plan = recruiting_plans.begin(planned, values=said | {"owner": priya}, by=priya, at=now)
closed = recruiting_plans.begin(word.customer, values=said, by=priya, at=now)
recruiting_plans.close(closed, state="given_up", reason=W(500), seen_version=closed.version, by=priya, at=now)
values = {"name": W(120), "split": "team", "first_month": today.replace(day=1), "months": 1}
values |= {"roles": ["csm"], "introduction": long}
drive = drives.begin(drives.create(values=values, by=priya, at=now), by=priya, at=now)
turn = cohort_members.claim(CohortMember.objects.get(drive=drive, person=maria).pk, month=today, at=now)
cohort_members.note_asked(turn, at=now)
cohort_members.answer(turn, note=W(500), by=maria, at=now)
prepared = drives.create(values=values | {"name": W(119)}, by=priya, at=now)
held = QuotaPolicy.objects.latest("pk")
numbers = held.numbers | {"sales_rep": 1000}
quotas.set_policy(seen=held.pk, mode=held.mode, period=held.period, numbers=numbers, by=priya, at=now)
quotas.override(sam, period=period_of("", at=now), reason=W(500), by=priya, at=now)
recruiting_targets.set_target(quarter, count=7, reason=W(300), by=priya, at=now)
told = {"referred_on": today, "told_name": W(200), "told_company": W(200), "note": long}
referral = referrals.record(friend, values=told, by=maria, at=now)
referrals.withdraw(referral, reason=W(500), by=maria, at=now)
occasion = occasions.create(title=W(200), kind="event", held_on=today, note=long, by=maria, at=now)
occasions.invite(occasion, contacts=Contact.objects.filter(pk=friend.pk), by=maria, at=now)
case = {"number": W(60), "subject": W(300), "severity": "critical", "is_escalated": True, "opened_on": today}
case = support_cases.record(word.customer, values=case, by=maria, at=now)
due = today - timedelta(days=90)
invoice = invoices.record(word.customer, values={"number": W(60), "amount": 5, "due_on": due}, by=maria, at=now)
thanks.give(reason=W(200), text=long, colleague=priya, by=maria, at=now)
thanks.give(reason=W(200), text=long, contact=friend, gift=W(200), by=maria, at=now)
known = {axis.key: axis for axis in axes()}
where = {"row": place["industry"], "column": place["region"]}
coverage.set_target(known["industry"], columns_axis=known["region"], **where, target=50, by=priya, at=now)
gap = f"rows=industry&columns=region&row={where['row']}&column={where['column']}"
recruiting = "/nominations/"
print(json.dumps([
    "/", "/quarter/", "/notices/", "/audit/", recruiting, f"{recruiting}{word.pk}/", f"{recruiting}{refused.pk}/",
    f"{recruiting}{own.pk}/", f"{recruiting}?mine=true", f"{recruiting}plans/", f"{recruiting}plans/?state=all",
    f"{recruiting}plans/{plan.pk}/", f"{recruiting}plans/{closed.pk}/", f"{recruiting}plans/{plan.pk}/edit/",
    f"{recruiting}drives/", f"{recruiting}drives/{drive.pk}/", f"{recruiting}drives/{prepared.pk}/",
    f"{recruiting}quotas/", f"{recruiting}targets/", "/recognitions/", f"/recognitions/{back.pk}/",
    f"/recognitions/{board.pk}/", "/board/", "/rankings/", "/thanks/", "/referrals/", f"/referrals/{referral.pk}/edit/",
    "/evangelists/", f"/evangelists/{friend.pk}/", "/occasions/", f"/occasions/{occasion.pk}/", "/cases/",
    f"/cases/{case.pk}/edit/", "/invoices/", f"/invoices/{invoice.pk}/edit/", "/coverage/", f"/coverage/gap/?{gap}",
    "/coverage/gaps/", f"/customers/{word.customer_id}/",
]))
"""


@pytest.fixture(scope="module")
def addresses(live):
    return json.loads(live.shell(MADE))


def test_no_page_is_wider_than_its_window_for_a_word_without_a_space(page_as, addresses):
    page, problems = page_as("priya.nair@example.com"), []
    for address in addresses:
        assert page.goto(address).status == 200, address
        page.wait_for_load_state("networkidle")
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            try:
                assert_no_sideways_scroll(page)
            except AssertionError as problem:
                problems.append(f"{size['width']} px: {str(problem)[:900]}")
    assert not problems, "\n\n".join(problems)
