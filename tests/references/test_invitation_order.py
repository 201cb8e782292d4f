"""Maria invites in the order of the plan: nobody takes the place of those who come before."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.errors import RuleBroken
from core.models import AuditEvent
from customers.models import SupportCase
from references.actions import nomination_care, recruiting_plans, recruiting_queue, recruiting_settings
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.models import Dimension, Nomination, RecruitingPlan, RecruitingSettings
from references.reports import invitations as report
from references.reports import recruiting_queue as queue
from references.rules.recruiting_queue import InLine, places
from tests.api.calling import client_of
from tests.references.ledger import churn
from tests.references.nominated import accepted

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def queue_of_three(sam, priya, maria):
    """One place a month: Gob's comes first, then Buster's, then Tobias'."""
    recruiting_settings.edit(changes={"capacity": 1}, by=priya, at=NOW)
    names = (("Gob", 20), ("Buster", 10), ("Tobias", 0))
    return [accepted(name, csm=maria, by=sam, priya=priya, at=NOW, days=days) for name, days in names]


def severe(who, *, opened=TODAY):
    return SupportCase.objects.create(customer=who, number="4711", severity="high", opened_on=opened, updated_at=NOW)


def test_what_is_planned_for_later_takes_nobodys_place(queue_of_three, maria):
    gob, buster, tobias = Nomination.objects.order_by("pk")
    assert [one.planned_month.month for one in (gob, buster, tobias)] == [11, 12, 1]
    with pytest.raises(RuleBroken, match=r"1 nomination that can be invited now comes before it; .*: 1\..*December"):
        invitations.invite(buster, by=maria, at=NOW)
    with pytest.raises(RuleBroken, match=r"2 nominations that can be invited now come before it; .*January 2027"):
        invitations.invite(tobias, by=maria, at=NOW)
    assert invitations.invite(gob, by=maria, at=NOW).state == "invited"
    with pytest.raises(RuleBroken, match="The only invitation of this month is sent; this one is planned for December"):
        invitations.invite(buster, by=maria, at=NOW)


def test_what_was_sent_is_counted_and_not_the_capacity_that_was_lowered_afterwards(queue_of_three, priya, maria):
    gob, buster, tobias = queue_of_three
    recruiting_settings.edit(changes={"capacity": 2}, by=priya, at=NOW)
    for one in (gob, buster):
        invitations.invite(one, by=maria, at=NOW)
    recruiting_settings.edit(changes={"capacity": 1}, by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="All 2 invitations of this month are sent; this one is planned"):
        invitations.invite(tobias, by=maria, at=NOW)


def test_who_cannot_be_invited_now_holds_up_nobody(queue_of_three, maria, sam):
    gob, buster, tobias = queue_of_three
    severe(gob.customer)
    Nomination.objects.filter(pk=buster.pk).update(verified_on=TODAY - timedelta(days=31))
    assert invitations.invite(tobias, by=maria, at=NOW).state == "invited"


def test_what_was_lifted_has_its_place_again(queue_of_three, maria, priya):
    gob, buster, _tobias = queue_of_three
    severe(gob.customer)
    invitations.lift(gob, block="escalation", reason="Their CIO asked us to go on.", by=priya, at=NOW)
    with pytest.raises(RuleBroken, match="1 nomination that can be invited now comes before it"):
        invitations.invite(buster, by=maria, at=NOW)


def test_the_rule_asks_for_more_places_than_those_before_need():
    line = [InLine(pk, score, TODAY, pk != 2) for pk, score in ((1, 90), (2, 80), (3, 70), (4, 60), (5, 50))]
    found = places(reversed(line), capacity=4, invited_this_month=1)
    assert [(found[pk].before, found[pk].may_go_out) for pk in (1, 2, 3, 4, 5)] == [
        (0, True),
        (1, True),
        (1, True),
        (2, True),
        (3, False),
    ]
    assert not places(line, capacity=1, invited_this_month=3)[1].may_go_out
    same = places([InLine(2, 9, TODAY, True), InLine(1, 9, TODAY, True)], capacity=1, invited_this_month=0)
    assert (same[1].before, same[2].before) == (0, 1), "of two that are alike the one that was first"


def test_the_statements_do_not_grow_with_the_queue(queue_of_three, sam, priya, maria):
    def statements():
        rows = list(Nomination.objects.select_related("customer"))
        with CaptureQueriesContext(connection) as asked:
            report.refusals(rows, today=TODAY, reader=maria)
        return len(asked)

    before = statements()
    for number in range(10):
        severe(accepted(f"More {number}", csm=maria, by=sam, priya=priya, at=NOW).customer)
    assert statements() <= before + 1, "the lifts of what is blocked are asked for, once"


def test_the_page_and_the_api_say_it_before(client, sam, priya, maria):
    now = timezone.now()
    recruiting_settings.edit(changes={"capacity": 1}, by=priya, at=now)
    gob, buster = (
        accepted(name, csm=maria, by=sam, priya=priya, at=now, days=days) for name, days in (("Gob", 20), ("Bus", 0))
    )
    pages = [reverse("references:nomination_detail", args=[one.pk]) for one in (gob, buster)]
    client.force_login(maria)
    first, second = (client.get(page).text for page in pages)
    assert ("The invitation is sent" in first, "Write to Bob Loblaw" in first) == (True, True)
    assert ("The invitation is sent" in second, "Write to Bob Loblaw" in second) == (False, False)
    assert "1 nomination that can be invited now comes before it" in second
    api = client_of(maria)
    rows = {row["id"]: row["invite_refusal"] for row in api.get("/api/v1/nominations/").json()["results"]}
    assert (rows[gob.pk], "comes before it" in rows[buster.pk]) == ("", True)
    answer = api.post(f"/api/v1/nominations/{buster.pk}/invite/", {}, content_type="application/json")
    assert (answer.status_code, "comes before it" in answer.content.decode()) == (422, True)
    client.post(f"{pages[0]}invite/")
    full = client.get(pages[1]).text
    assert "The only invitation of this month is sent" in full
    assert ("The invitation is sent" in full, "Write to Bob Loblaw" in full) == (False, False)


def test_a_customer_that_left_gives_its_place_away_and_is_closed_by_the_program(queue_of_three, sam, maria):
    gob, buster, _tobias = queue_of_three
    churn(gob.customer, on=date(2026, 11, 19), at=NOW)
    recruiting_queue.plan(at=NOW)
    assert [month.used for month in queue.months(capacity=1, today=TODAY)] == [1, 1]
    with pytest.raises(RuleBroken, match="Gob left on 19 Nov 2026"):
        invitations.invite(gob, by=maria, at=NOW)
    assert invitations.invite(buster, by=maria, at=NOW).state == "invited"
    for _run in range(2):
        nomination_care.tend(at=NOW)
    gob.refresh_from_db()
    assert (gob.state, gob.planned_month, gob.owner) == ("withdrawn", None, None)
    event = gob.events.get(deed="withdrawn")
    assert (event.by, "Gob left on" in event.reason) == (None, True)
    assert AuditEvent.objects.filter(event="nomination.withdrawn").count() == 1
    assert any("withdrawn. Gob left on" in one.text for one in sam.notices.all())


def test_a_customer_that_will_leave_stays_and_who_was_invited_is_left_to_whoever_asked(queue_of_three, maria):
    gob, buster, _tobias = queue_of_three
    invitations.invite(gob, by=maria, at=NOW)
    churn(gob.customer, on=date(2026, 11, 19), at=NOW)
    churn(buster.customer, on=date(2026, 12, 24), at=NOW)
    nomination_care.tend(at=NOW)
    assert list(Nomination.objects.order_by("pk").values_list("state", flat=True)) == ["invited", "queued", "queued"]


def test_the_list_the_page_and_the_plan_say_at_once_that_the_customer_left(client, sam, priya, maria):
    now = timezone.now()
    gob = accepted("Gob", csm=maria, by=sam, priya=priya, at=now)
    values = {"dimensions": [Dimension.objects.get(key="logo")]}
    plan = recruiting_plans.begin(gob.customer, values=values, by=maria, at=now)
    address = reverse("references:recruiting_plan_detail", args=[plan.pk])
    client.force_login(maria)
    assert "Nominate as a reference" in client.get(address).text
    churn(gob.customer, on=timezone.localdate(), at=now)
    assert "customer left on" in client.get("/nominations/").text
    page = client.get(reverse("references:nomination_detail", args=[gob.pk])).text
    assert "The customer left on" in page
    assert ("The invitation is sent" in page, "Write to" in page, "planned for" in page) == (False, False, False)
    assert ("it is the turn of" in page, "nobody’s turn any more" in page) == (False, True)
    shown = client.get(address).text
    assert ("Gob left on" in shown, "Nominate as a reference" in shown) == (True, False)
    assert "customer left on" in client.get("/nominations/plans/").text
    assert RecruitingPlan.objects.get().is_open, "a person says how the plan ended"


def test_nothing_names_a_month_for_a_customer_that_left_before_the_hourly_run(client, sam, priya, maria):
    now = timezone.now()
    gob = accepted("Gob", csm=maria, by=sam, priya=priya, at=now)
    month, told = (
        date_format(gob.planned_month, "YEAR_MONTH_FORMAT"),
        reverse("references:customer_cells", args=[gob.customer_id]),
    )

    def named(who, address):
        client.force_login(who)
        return month in client.get(address).text

    shown = [(maria, told), (maria, "/"), (maria, "/nominations/")]
    assert [named(*one) for one in shown] == [True] * 3
    churn(gob.customer, on=timezone.localdate(), at=now)
    assert [named(*one) for one in shown[:2]] == [False] * 2
    assert "withdrawn within the hour" in client.get("/nominations/").text
    client.force_login(sam)
    assert "customer left" in client.get("/").text
    answer = client_of(maria).get(f"/api/v1/nominations/{gob.pk}/").json()
    assert (answer["state"], answer["planned_month"]) == ("queued", None)
    assert "Gob left on" in answer["invite_refusal"]


def test_the_history_names_the_month_and_tells_changed_plans_in_one_line(client, queue_of_three, sam, priya, maria):
    _gob, buster, _tobias = queue_of_three
    recruiting_settings.edit(changes={"capacity": 5}, by=priya, at=NOW)
    recruiting_settings.edit(changes={"capacity": 1}, by=priya, at=NOW)
    client.force_login(maria)
    page = client.get(reverse("references:nomination_detail", args=[buster.pk])).text
    history = page[page.index("What happened") :]
    assert history.count("Planned") == 1
    assert "December 2026" in history
    assert "(before: November 2026)" in history, "the month that holds is not among those before it"
    assert [one.text for one in sam.notices.filter(text__contains="Buster is planned").order_by("pk")][-1] == (
        "Your nomination of Buster is planned for December 2026."
    )


def test_a_nomination_that_was_merged_away_has_no_month(client, queue_of_three, priya, maria):
    gob, buster, _tobias = queue_of_three
    decisions.follow_merge(gob.customer, duplicate=buster.customer, by=priya, at=NOW)
    buster.refresh_from_db()
    assert (buster.state, buster.planned_month) == ("withdrawn", None)
    Nomination.objects.filter(pk=buster.pk).update(planned_month=date(2027, 3, 1))
    client.force_login(maria)
    assert "planned for March 2027" not in client.get(reverse("references:nomination_detail", args=[buster.pk])).text


def test_a_new_capacity_moves_three_or_thirty_with_as_many_statements_and_tells_every_nominator(
    queue_of_three, sam, priya, maria
):
    def statements(capacity):
        RecruitingSettings.objects.update(capacity=capacity)
        with CaptureQueriesContext(connection) as asked:
            moved = recruiting_queue.plan(at=NOW)
        return moved, len(asked)

    few, for_few = statements(2)
    for number in range(30):
        accepted(f"Seaward {number}", csm=maria, by=sam, priya=priya, at=NOW)
    Nomination.objects.update(planned_month=None)
    many, for_many = statements(1)
    assert (few, many) == (2, 33)
    assert for_many == for_few
    planned = Nomination.objects.order_by("planned_month").values_list("planned_month", flat=True)
    assert len(set(planned)) == 33
    last = Nomination.objects.get(planned_month=date(2029, 7, 1))
    events = list(last.events.filter(deed="queued"))
    assert events[-1].reason == "July 2029"
    assert AuditEvent.objects.filter(event="nomination.queued", subject_id=last.pk).count() == len(events)
    assert sam.notices.get(key=f"nomination:{events[-1].pk}").text == (
        f"Your nomination of {last} is planned for July 2029."
    )
    turn = maria.notices.get(key=f"nomination:{events[-1].pk}:turn").text
    assert turn == f"The nomination of {last} moves to July 2029; it is your turn until 31 Jul 2029."
