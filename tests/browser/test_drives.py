"""Priya begins a drive, Maria has nothing this time, Lena sets quotas and lifts one: in the browser."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll

# Begun and asked long enough ago by the program's own actions, as the schedule would.
MADE = """
import json
from datetime import UTC, datetime, timedelta
from core.models import Programme, User
from references.actions import cohort_members, drives
from references.models import CohortMember
now = datetime.now(UTC)
today = Programme.current().calendar.day_of(now)
priya, maria = (User.objects.get(email=f"{who}@example.com") for who in ("priya.nair", "maria.chen"))
values = {"name": "CSMs in the browser", "split": "team", "first_month": today.replace(day=1), "months": 1}
values |= {"roles": ["csm"], "introduction": "Your turn."}
drive = drives.begin(drives.create(values=values, by=priya, at=now), by=priya, at=now)
turn = cohort_members.claim(CohortMember.objects.get(drive=drive, person=maria).pk, month=today, at=now)
cohort_members.note_asked(turn, at=now)
print(json.dumps({"drive": drive.pk, "turn": turn.pk}))
"""


@pytest.fixture(scope="module")
def ids(live):
    return json.loads(live.shell(MADE))


def test_priya_prepares_moves_somebody_and_begins(page_as):
    page = page_as("priya.nair@example.com")
    page.goto("/nominations/")
    page.get_by_role("link", name="Drives").click()
    page.get_by_role("link", name="Prepare a drive").click()
    page.get_by_label("Name", exact=False).first.fill("Reps of the browser")
    page.get_by_label("Over how many months").fill("3")
    assert_accessible(page)
    page.get_by_role("button", name="Split the months", exact=True).click()
    expect(page.locator(".message-warning")).to_contain_text("would be asked twice")
    assert_accessible(page)
    page.get_by_role("button", name="Split the months all the same").click()
    expect(page.locator("#messages")).to_contain_text("The months are split")
    assert_accessible(page)
    last = page.get_by_label("Month of Sam Ortiz")
    last.select_option(index=0)
    page.get_by_role("button", name="Move Sam Ortiz").click()
    expect(page.locator("#messages")).to_contain_text("Sam Ortiz is asked in")
    page.get_by_label("Search people of the drive").fill("sam")
    expect(page.locator("#member-list tbody tr")).to_have_count(1)
    page.locator("summary", has_text="Begin the drive").click()
    page.get_by_role("button", name=re.compile("Yes, begin|Begin all the same")).click()
    expect(page.locator("#messages")).to_contain_text("The drive has begun")
    expect(page.locator(".page-head .tag").first).to_have_text("Running")


def test_maria_answers_on_a_phone_and_priya_reads_why(page_as, ids):
    phone = page_as("maria.chen@example.com", phone=True)
    phone.goto(f"/nominations/turns/{ids['turn']}/")
    assert_no_sideways_scroll(phone)
    assert_accessible(phone, schemes=["light"])
    phone.get_by_label("Why, if it matters").fill("All of mine migrate.")
    phone.get_by_role("button", name="Nothing this time").click()
    expect(phone.locator("#messages")).to_contain_text("Thank you for the answer")
    page = page_as("priya.nair@example.com", phone=True)
    page.goto(f"/nominations/drives/{ids['drive']}/?answer=nothing")
    expect(page.locator("#member-list")).to_contain_text("All of mine migrate.")
    assert_no_sideways_scroll(page)


def test_lena_sets_the_quotas_narrows_the_report_and_lifts_one(page_as):
    page = page_as("lena.fischer@example.com")
    page.goto("/nominations/quotas/edit/")
    assert_accessible(page)
    tops = "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    assert len({*page.locator(".quota-numbers input").evaluate_all(tops)}) == 3, "nine inputs in three rows"
    page.get_by_label("Account manager").fill("9")
    page.get_by_label("Why").fill("For the test in the browser.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("The quotas are set")
    assert_accessible(page)
    page.locator("#quota-show").select_option("missing")
    expect(page.locator("#quota-list")).to_contain_text("Tom Becker")
    page.get_by_role("link", name="Lift the quota of Tom Becker").click()
    assert_accessible(page)
    page.get_by_label("Why is the quota lifted?").fill("Parental leave.")
    page.get_by_role("button", name="Lift it").click()
    expect(page.locator("#quota-list")).to_contain_text("lifted by Lena Fischer")
    page.set_viewport_size({"width": 390, "height": 844})
    assert_no_sideways_scroll(page)
