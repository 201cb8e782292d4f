"""Priya accepts a page of nominations at once: each by itself, and the months are planned once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from references.actions import nomination_batches, nominations, recruiting_settings
from references.forms.nomination_batches import MOST_AT_ONCE, AcceptManyForm
from references.models import Dimension, Nomination
from tests.factories import ContactFactory, customer
from tests.references.ledger import churn
from tests.references.nominated import nominate

ACCEPT = "/nominations/accept/"


@pytest.fixture
def as_priya(client, priya):
    client.force_login(priya)
    return client


@pytest.fixture
def submitted(sam, maria):
    """Five that wait for Priya's decision."""
    return [nominated(f"Bluth {number}", sam, maria) for number in range(5)]


def nominated(name, by, csm):
    who = customer(name, csm=csm)
    ContactFactory(customer=who, name="Bob Loblaw")
    return nominate(who, by, at=timezone.now())


def proposed(name, by):
    values = {"contact_name": "George Maharis", "story": "New.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "maybe"}
    return nominations.submit(proposed_customer=name, values=values, willingness=will, by=by, at=timezone.now())


def chosen(*rows):
    return [f"{row.pk}:{row.version}" for row in rows]


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def states():
    return dict(Nomination.objects.order_by("pk").values_list("pk", "state"))


def test_priya_accepts_the_chosen_and_they_have_their_months(as_priya, priya, submitted, sam):
    recruiting_settings.edit(changes={"capacity": 2}, by=priya, at=timezone.now())
    answer = as_priya.post(f"{ACCEPT}?state=submitted", {"chosen": chosen(*submitted[:3])}, follow=True)
    assert answer.redirect_chain == [("/nominations/?state=submitted", 302)]
    assert told(answer) == ["3 nominations are accepted; the nominators are told of the months."]
    assert [*states().values()] == ["queued"] * 3 + ["submitted"] * 2
    first, second, third = Nomination.objects.order_by("pk")[:3]
    assert [event.deed for event in first.events.all()] == ["submitted", "accepted", "queued"]
    assert first.events.get(deed="accepted").by == priya
    assert first.planned_month == second.planned_month < third.planned_month
    assert sam.notices.filter(text__contains="planned for").count() == 3


def test_one_box_stands_for_all_on_the_page_without_scripts_too(as_priya, submitted):
    page = as_priya.get("/nominations/").text
    assert "The 5 submitted on this page" in page
    assert page.count('name="chosen"') == page.count('name="shown"') == 5
    answer = as_priya.post(ACCEPT, {"shown": chosen(*submitted), "everyone": "true"}, follow=True)
    assert told(answer) == ["5 nominations are accepted; the nominators are told of the months."]
    assert 'name="chosen"' not in answer.text
    assert "Accept the chosen" not in answer.text


def test_what_cannot_be_accepted_is_named_with_its_reason_and_left(as_priya, submitted, sam, priya, maria):
    """One was completed meanwhile, one lost its customer, one proposes a company, one was accepted already."""
    changed, gone, again, good, _other = submitted
    new = proposed("Fakeblock", sam)
    sent = chosen(changed, gone, new, again, good)
    said_more = {"changes": {"story": "Another story."}, "willingness": {Dimension.objects.get(key="logo"): "maybe"}}
    nominations.complete(changed, seen_version=changed.version, **said_more, by=sam, at=timezone.now())
    churn(gone.customer, on=timezone.localdate(), at=timezone.now())
    as_priya.post(ACCEPT, {"chosen": chosen(again)}, follow=True)
    answer = as_priya.post(ACCEPT, {"chosen": sent}, follow=True)
    [words] = told(answer)
    assert words.startswith("1 nomination is accepted; the nominators are told of the month. 4 are left as they were.")
    assert "Bluth 0: The nomination was changed since you opened it;" in words
    assert "Bluth 1: Bluth 1 left on" in words
    assert "Bluth 2: The nomination was changed since" in words
    assert "Fakeblock: This company is not a customer yet" in words
    assert 'class="message message-warning"' in answer.text
    found = states()
    assert [found[row.pk] for row in (changed, gone, new, again, good)] == [
        *("submitted", "submitted", "submitted", "queued", "queued")
    ]
    only = as_priya.post(ACCEPT, {"chosen": chosen(new)}, follow=True)
    assert 'class="message message-error"' in only.text
    assert told(only)[0].startswith("No nomination is accepted. 1 is left as it was.")


def test_only_what_can_be_accepted_has_a_box_and_only_for_who_may(as_priya, client, submitted, sam):
    proposed("Fakeblock", sam)
    churn(submitted[0].customer, on=timezone.localdate(), at=timezone.now())
    as_priya.post(ACCEPT, {"chosen": chosen(submitted[1])})
    page = as_priya.get("/nominations/").text
    assert page.count('name="chosen"') == 3
    for row in submitted[2:]:
        assert f'value="{row.pk}:{row.version}" aria-label="Accept {row.customer}"' in page
    client.force_login(sam)
    assert 'name="chosen"' not in client.get("/nominations/").text
    assert client.post(ACCEPT, {"chosen": chosen(submitted[2])}).status_code == 403


def test_what_is_nothing_is_said_and_nothing_is_accepted(as_priya, submitted):
    for sent in ({}, {"chosen": ["x", "1", ":", "1:x", "٣:1", "1:" + "9" * 40]}, {"everyone": "true"}):
        assert told(as_priya.post(ACCEPT, sent, follow=True)) == ["Tick the nominations that you accept first."]
    many = [f"{number}:1" for number in range(1, MOST_AT_ONCE + 2)]
    assert told(as_priya.post(ACCEPT, {"chosen": many}, follow=True)) == ["Accept 50 at once at most."]
    answer = as_priya.post(ACCEPT, {"chosen": ["999999:1", *chosen(submitted[0])]}, follow=True)
    assert told(answer) == [
        "1 nomination is accepted; the nominators are told of the month. 1 of the chosen is not here any more."
    ]


def test_the_form_takes_a_row_once():
    form = AcceptManyForm({"chosen": ["3:1", "3:2", "4:1"], "shown": ["5:1"]})
    assert form.is_valid()
    assert form.cleaned_data["seen"] == {3: 2, 4: 1}


def test_the_queue_is_planned_once_however_many_are_accepted(submitted, priya, monkeypatch):
    planned = []
    plan = nomination_batches.recruiting_queue.plan
    monkeypatch.setattr(nomination_batches.recruiting_queue, "plan", lambda *, at: planned.append(1) or plan(at=at))
    costs = []
    for many in (submitted[:1], submitted[1:]):
        with CaptureQueriesContext(connection) as seen:
            nomination_batches.accept_each([(row, row.version) for row in many], by=priya, at=timezone.now())
        costs.append(len(seen))
    assert len(planned) == 2
    assert costs[1] - costs[0] <= 3 * 20, costs


def test_who_accepts_nothing_plans_nothing(submitted, priya, monkeypatch):
    monkeypatch.setattr(nomination_batches.recruiting_queue, "plan", lambda *, at: pytest.fail("nothing moved"))
    done = nomination_batches.accept_each([(submitted[0], 99)], by=priya, at=timezone.now())
    assert (done.accepted, [one.nomination for one in done.left]) == ([], [submitted[0]])


def test_an_accepted_page_is_replaced_by_the_next_one(as_priya, submitted):
    answer = as_priya.post(f"{ACCEPT}?cursor=abc&q=Bluth", {"chosen": chosen(submitted[0])})
    assert answer.url == f"{reverse('references:nomination_index')}?q=Bluth"
