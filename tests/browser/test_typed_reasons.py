"""Priya writes why she refuses; the page is loaded anew before she has pressed anything."""

import pytest
from playwright.sync_api import expect

AGAIN = "What you had typed stands here again. It is not saved yet."
REASON = "They are in the middle of a dispute with us"
PRIYA = "priya.nair@example.com"
MADE = """
from datetime import UTC, datetime
from core.models import User
from customers.actions import customers
from references.actions import nominations
from references.models import Dimension
now = datetime.now(UTC)
maria = User.objects.get(email="maria.chen@example.com")
bluth = customers.create(name="Bluth Looms", values={"csm": maria}, by=maria, at=now)
values = {"contact_name": "Lucille Bluth", "story": "They weave twice as fast.", "source": "csm"}
willingness = {Dimension.objects.first(): "willing"}
print(nominations.submit(customer=bluth, values=values, willingness=willingness, by=maria, at=now).pk)
"""
ACCEPT = """() => {
  const form = document.querySelector("form[action$='/accept/']");
  return fetch(form.action, { method: "POST", body: new FormData(form) }).then((answer) => answer.status);
}"""


@pytest.fixture(scope="module")
def nomination(live):
    return f"/nominations/{int(live.shell(MADE))}/"


def test_a_reason_that_was_not_sent_stands_under_its_own_deed_again_and_under_no_other(page_as, nomination):
    page = page_as(PRIYA)
    page.goto(nomination)
    refuse = page.locator("details.deed", has=page.locator("form[action$='/refuse/']"))
    reason = refuse.locator("textarea")
    refuse.locator("summary").click()
    reason.fill(REASON)
    page.reload()
    expect(reason).to_be_visible()
    expect(reason).to_have_value(REASON)
    expect(refuse.get_by_text(AGAIN)).to_be_visible()
    assert page.evaluate(ACCEPT) == 200
    page.reload()
    expect(page.get_by_text("In the queue").first).to_be_visible()
    expect(page.get_by_text(AGAIN)).to_have_count(0)
    assert REASON not in page.evaluate("[...document.querySelectorAll('textarea')].map((field) => field.value)")
