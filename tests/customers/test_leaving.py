"""Bluth Company gave notice for the first of March: until then it is leaving, may stay, and is called so everywhere."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from core.models import Programme
from customers.actions import customers, standings
from customers.choices import Lifecycle
from customers.models import Customer, CustomerChange
from customers.reports import timeline
from references.reports.as_of import customers_as_of
from tests.api.calling import client_of, patch
from tests.factories import customer
from tests.references.ledger import churn

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MARCH = date(2027, 3, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def bluth(maria):
    who = customer("Bluth Company", csm=maria)
    return churn(who, on=MARCH, at=NOW)


@pytest.fixture
def as_maria(client, maria):
    client.force_login(maria)
    return client


def at(name, who):
    return reverse(f"customers:{name}", args=[who.pk])


def said(answer):
    """What the page says after the deed."""
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def march_comes(browser, person, time_machine):
    """Nobody stays logged in for so long."""
    time_machine.move_to(datetime(2027, 3, 1, 12, tzinfo=UTC))
    browser.force_login(person)


def last(who):
    return timeline.timeline(who)[0]


def test_until_the_day_it_stays_after_all_and_after_it_it_is_won_back(as_maria, bluth, maria, time_machine):
    page = as_maria.get(at("customer_detail", bluth)).text
    assert ("It stays after all" in page, "Win back" in page) == (True, False)
    form = as_maria.get(at("customer_win_back", bluth))
    assert "Bluth Company stays after all" in form.text
    assert 'name="on"' not in form.text
    answer = as_maria.post(at("customer_win_back", bluth), {"reason": "New terms"}, follow=True)
    assert said(answer) == ["Bluth Company stays."]
    bluth.refresh_from_db()
    assert (bluth.lifecycle, bluth.churned_on, bluth.churn_reason) == ("live", None, "")
    told = last(bluth)
    assert (told.title, told.reason, told.effective_on) == ("Stays after all", "New terms", NOW.date())
    assert [(line.before, line.after) for line in told.lines] == [("Leaving on 1 Mar 2027", "Live")]
    churn(bluth, on=MARCH, at=NOW)
    march_comes(as_maria, maria, time_machine)
    page = as_maria.get(at("customer_detail", bluth)).text
    assert ("It stays after all" in page, "Win back" in page) == (False, True)
    answer = as_maria.post(at("customer_win_back", bluth), {"on": "2027-03-01", "reason": "New terms"}, follow=True)
    assert said(answer) == ["Bluth Company is won back."]
    assert last(bluth).title == "Lifecycle changed"


def test_who_was_being_taken_on_when_it_gave_notice_is_taken_on_again(maria):
    sitwell = customer("Sitwell", lifecycle=Lifecycle.ONBOARDING)
    churn(sitwell, on=MARCH, at=NOW)
    customers.churn(
        sitwell, on=date(2027, 4, 1), reason="Sold", seen=sitwell.standing_mark, by=maria, at=NOW + timedelta(hours=1)
    )
    customers.win_back(sitwell, on=NOW.date(), reason="New terms", by=maria, at=NOW + timedelta(hours=2))
    assert sitwell.lifecycle == Lifecycle.ONBOARDING


def test_nobody_is_won_back_or_stays_on_a_day_to_come(as_maria, bluth, maria):
    with pytest.raises(RuleBroken, match="has not left yet, so it stays as of today"):
        customers.win_back(bluth, on=MARCH + timedelta(days=1), reason="New terms", by=maria, at=NOW)
    gone = churn(customer("Sitwell"), on=NOW.date(), at=NOW)
    for name, more in (("customer_win_back", {}), ("customer_move", {"lifecycle": "live"})):
        refused = as_maria.post(at(name, gone), {"on": "2030-01-01", "reason": "New budget"} | more)
        assert (refused.status_code, "1 Jan 2030 is still to come" in refused.text) == (422, True)
        assert "New budget" in refused.text
    gone.refresh_from_db()
    assert gone.lifecycle == Lifecycle.CHURNED
    assert as_maria.post(at("customer_win_back", gone), {"on": "2026-11-20", "reason": "Back"}).status_code == 302


def test_who_says_that_it_stays_when_it_has_left_meanwhile_reads_that_and_keeps_the_reason(as_maria, bluth):
    """The page asked for no day; the departure was put right by somebody else."""
    old = as_maria.get(at("customer_win_back", bluth)).context["form"]["seen"].value()
    churn(bluth, on=date(2026, 11, 18), at=NOW)
    refused = as_maria.post(at("customer_win_back", bluth), {"reason": "New terms", "seen": old})
    assert (refused.status_code, "Win back Bluth Company" in refused.text) == (422, True)
    assert "Bluth Company has left already on 18 Nov 2026" in refused.text
    assert "New terms" in refused.text
    assert "This field is required" not in refused.text
    form = refused.context["form"]
    typed = {"on": form["on"].value(), "reason": form["reason"].value(), "seen": form["seen"].value()}
    assert said(as_maria.post(at("customer_win_back", bluth), typed, follow=True)) == ["Bluth Company is won back."]


def test_who_says_on_an_old_page_that_it_stays_does_not_win_back_who_has_left_by_then(
    as_maria, bluth, time_machine, maria
):
    old = as_maria.get(at("customer_win_back", bluth)).context["form"]["seen"].value()
    march_comes(as_maria, maria, time_machine)
    refused = as_maria.post(at("customer_win_back", bluth), {"reason": "New terms", "seen": old})
    bluth.refresh_from_db()
    assert (refused.status_code, bluth.churned_on) == (422, MARCH)
    assert "Bluth Company has left already on 1 Mar 2027" in refused.text


def test_who_says_that_it_stays_second_reads_that_it_stays(as_maria, bluth, maria):
    old = as_maria.get(at("customer_win_back", bluth)).context["form"]["seen"].value()
    customers.win_back(bluth, on=NOW.date(), reason="New terms", by=maria, at=NOW)
    refused = as_maria.post(at("customer_win_back", bluth), {"reason": "They like us", "seen": old})
    assert (refused.status_code, "Bluth Company stays after all and is “Live” now" in refused.text) == (422, True)
    assert "They like us" in refused.text


def test_who_wins_it_back_when_it_has_given_notice_for_later_meanwhile_reads_that(as_maria, maria):
    sitwell = churn(customer("Sitwell"), on=NOW.date(), at=NOW)
    old = as_maria.get(at("customer_win_back", sitwell)).context["form"]["seen"].value()
    churn(sitwell, on=MARCH, at=NOW)
    typed = {"on": "2026-11-20", "reason": "New terms", "seen": old}
    refused = as_maria.post(at("customer_win_back", sitwell), typed)
    assert (refused.status_code, "Sitwell leaves already on 1 Mar 2027" in refused.text) == (422, True)


def test_over_http_it_stays_as_of_the_programme_s_day(maria, bluth):
    """In Auckland it is Saturday already; the token's person sits in London."""
    Programme.objects.filter(pk=Programme.current().pk).update(time_zone="Pacific/Auckland")
    address = f"/api/v1/customers/{bluth.pk}/"
    answer = patch(client_of(maria), address, {"lifecycle": "live", "lifecycle_reason": "New terms"})
    assert (answer.status_code, answer.json()["churned_on"]) == (200, None)
    assert (last(bluth).title, last(bluth).effective_on) == ("Stays after all", date(2026, 11, 21))


def test_who_marked_it_from_a_page_of_before_reads_that_it_stays(bluth, maria):
    customers.win_back(bluth, on=NOW.date(), reason="New terms", by=maria, at=NOW)
    assert "Bluth Company stays after all and is “Live” now" in str(standings.stale(bluth, at=NOW))


def test_the_history_knows_at_every_instant_what_was_known_then(bluth, maria):
    customers.win_back(bluth, on=NOW.date(), reason="New terms", by=maria, at=NOW + timedelta(days=2))
    known = [
        customers_as_of(NOW + timedelta(days=days)).filter(customer=bluth).values_list("lifecycle", "churned_on").get()
        for days in (1, 3)
    ]
    assert known == [("churned", MARCH), ("live", None)]


def test_when_and_why_it_left_is_put_right_from_its_page_and_the_timeline_says_what_was(as_maria, bluth, maria):
    page = as_maria.get(at("customer_detail", bluth)).text
    assert page.count(f'href="{at("customer_churn", bluth)}"') == 2
    assert "Correct when it leaves" in page
    typed = {"on": "2026-11-18", "reason": "Left", "seen": bluth.standing_mark}
    answer = as_maria.post(at("customer_churn", bluth), typed, follow=True)
    assert said(answer) == ["The departure of Bluth Company is corrected: 18 Nov 2026."]
    assert answer.text.count("Correct when it left") == 2
    told = last(bluth)
    assert (told.title, told.reason, told.effective_on) == ("Departure corrected", "Left", None)
    assert [(line.before, line.after) for line in told.lines] == [("1 Mar 2027", "18 Nov 2026")]
    bluth.refresh_from_db()
    customers.churn(bluth, on=date(2026, 11, 18), reason="Sold", seen=bluth.standing_mark, by=maria, at=NOW)
    told = last(bluth)
    assert [(line.label, line.before, line.after) for line in told.lines] == [("Reason for leaving", "Left", "Sold")]
    assert told.reason == ""
    assert "Departure corrected" in as_maria.get(reverse("references:customer_timeline", args=[bluth.pk])).text


def test_who_only_reads_is_offered_no_correction(client, bluth, sam):
    client.force_login(sam)
    assert at("customer_churn", bluth) not in client.get(at("customer_detail", bluth)).text


def test_it_is_called_the_same_in_the_list_its_file_the_search_and_on_its_page(as_maria, bluth, maria, time_machine):
    def told():
        exported = b"".join(as_maria.get("/customers/export.csv").streaming_content).decode("utf-8-sig")
        (row,) = csv.DictReader(exported.splitlines())
        pages = ["/customers/", "/search/?q=bluth", at("customer_detail", bluth)]
        return [row["Lifecycle"], *("Leaving on 1 Mar 2027</span>" in as_maria.get(address).text for address in pages)]

    assert told() == ["Leaving on 1 Mar 2027", True, True, True]
    march_comes(as_maria, maria, time_machine)
    assert told() == ["Churned", False, False, False]
    assert '<span class="tag tag-red">Churned</span>' in as_maria.get("/customers/").text


@pytest.mark.parametrize("address", ["/customers/", "/customers/export.csv", "/grid/", "/api/v1/customers/"])
def test_active_and_all_mean_the_same_wherever_customers_are_listed(as_maria, bluth, maria, address):
    """Sitwell has left and Tobias is not taken on yet; Bluth Company is with us until it leaves."""
    churn(customer("Sitwell"), on=NOW.date(), at=NOW)
    customer("Tobias", lifecycle=Lifecycle.PROSPECTIVE)
    asks = client_of(maria) if "api" in address else as_maria

    def found(stage):
        text = b"".join(asks.get(f"{address}?lifecycle={stage}")).decode()
        return [name for name in ("Bluth Company", "Sitwell", "Tobias") if name in text]

    assert (found("active"), found("all")) == (["Bluth Company"], ["Bluth Company", "Sitwell", "Tobias"])
    assert (found("prospective"), found("leaving"), found("churned")) == (["Tobias"], ["Bluth Company"], ["Sitwell"])


def test_the_list_offers_them_to_choose_from(as_maria, bluth):
    page = as_maria.get("/customers/?lifecycle=active").text
    assert '<option value="active" selected>Active</option>' in page
    assert '<option value="all">All</option>' in page


@pytest.mark.parametrize("address", ["/customers/", "/grid/", "/api/v1/customers/"])
def test_it_is_found_as_leaving_and_as_churned_from_its_day_on(as_maria, bluth, maria, address, time_machine):
    asks = client_of(maria) if "api" in address else as_maria

    def found():
        stages = ("leaving", "churned", "live")
        return [stage for stage in stages if "Bluth Company" in asks.get(f"{address}?lifecycle={stage}").text]

    assert found() == ["leaving"]
    march_comes(as_maria, maria, time_machine)
    assert found() == ["churned"]


def test_every_change_says_what_was_done(as_maria):
    sitwell = customer("Sitwell")
    answer = as_maria.post(at("customer_move", sitwell), {"on": "2026-11-20", "lifecycle": "onboarding"}, follow=True)
    assert said(answer) == ["Sitwell is “Onboarding” now."]
    answer = as_maria.post(at("customer_churn", sitwell), {"on": "2026-12-01", "reason": "Sold"}, follow=True)
    assert said(answer) == ["Sitwell leaves on 1 Dec 2026."]
    told = last(sitwell)
    assert [(line.before, line.after) for line in told.lines] == [("Onboarding", "Leaving on 1 Dec 2026")]
    assert (told.reason, told.effective_on) == ("Sold", None)
    tobias = customer("Tobias")
    answer = as_maria.post(at("customer_churn", tobias), {"on": "2026-11-20", "reason": "Sold"}, follow=True)
    assert said(answer) == ["Tobias is marked as churned as of 20 Nov 2026."]
    told = last(tobias)
    assert [(line.before, line.after) for line in told.lines] == [("Live", "Churned")]
    assert told.effective_on == NOW.date()
    assert Customer.objects.get(pk=sitwell.pk).churned_on == date(2026, 12, 1)
    assert CustomerChange.objects.filter(customer=sitwell, kind="lifecycle").count() == 2
