"""The dashboard says what the database holds: every figure against a count made another way."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from core.choices import Role
from core.quarters import Quarter
from customers.models import Customer, Product, ProductUse
from references.actions import cells, closings, corrections, pay_curves, pay_members, statements
from references.models import Cell, Closing, Dimension, ForecastSnapshot, QuarterTarget
from references.reports import boards, forecast_meeting
from references.reports.counts import Present
from references.rules.pay import Curve
from tests.factories import person
from tests.query_counts import assert_query_count
from tests.references.ledger import churn, company, green, set_cell

Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)
AUGUST = datetime(2026, 8, 3, 9, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, 0, 5, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def old_green(name, **values):
    who = company(name, at=AUGUST, **values)
    set_cell(who, "green", at=AUGUST, agreed_on=date(2026, 8, 1))
    return who


def promised(name, confidence, *, on=date(2026, 12, 10), **values):
    who = company(name, **values)
    cell = Cell.objects.of(who, Dimension.objects.get(key="reference_call"))
    changes = {
        "status": "amber",
        "forecast_confidence": confidence,
        "forecast_on": on,
        "next_action": f"Ask {name}",
        "next_action_due": on,
        "blocker": "Legal is slow" if confidence == "best_case" else "",
    }
    return cells.edit(cell, seen_version=0, changes=changes, by=None, at=NOVEMBER)


@pytest.fixture
def story(db, maria, jonas, priya):
    """Five counted at the end of Q3; then two came, one was lost, one churned; one is promised and one hoped for."""
    relay = Product.objects.create(name="Relay")
    for number in range(5):
        who = old_green(f"Old {number}", industry="Finance", region="EMEA", csm=maria)
        ProductUse.objects.create(customer=who, product=relay)
    QuarterTarget.objects.create(quarter="2026-Q3", count=5, recorded_at=AUGUST, by=priya)
    QuarterTarget.objects.create(quarter="2026-Q4", count=8, recorded_at=OCTOBER, by=priya)
    pay_curves.set(Q3, curve=Curve(), reason="The first plan.", by=priya, at=AUGUST)
    pay_members.add(maria, target_bonus=Decimal(1000), from_quarter=Q3, by=priya, at=AUGUST)
    closings.close(Q3, by=priya, at=OCTOBER)
    statements.issue(Closing.objects.get(), by=priya, at=OCTOBER)
    old = list(Cell.objects.filter(status="green").order_by("customer__name"))
    set_cell(old[0].customer, "red", at=NOVEMBER)
    churn(old[1].customer, on=date(2026, 11, 1), at=NOVEMBER)
    for number in range(2):
        green(f"New {number}", at=NOVEMBER)
    promised("Bluth Company", "commit", industry="Retail", region="APAC", csm=jonas)
    promised("Cancity", "best_case", industry="Retail", region="EMEA", csm=jonas, on=date(2026, 11, 9))


def test_every_figure_of_the_running_quarter(story):
    found = boards.board(Q4, now=Present.seen(NOW))
    assert (found.count, found.facts.opening, found.change) == (5, 5, 0)
    bridge = found.bridge
    assert (bridge.opening, bridge.gained, bridge.lost, bridge.churned, bridge.closing) == (5, 2, 1, 1, 5)
    assert (found.outlook.commit, found.outlook.best_case, found.expected, found.facts.target) == (1, 1, 6, 8)
    assert (found.attainment, found.payout, found.gap) == (75, 0, 2)
    assert [(row.quarter.label, row.count, row.target) for row in found.history] == [
        ("2026-Q3", 5, 5),
        ("2026-Q4", 5, 8),
    ]
    assert [cell.customer.name for cell in found.to_do] == ["Cancity", "Bluth Company"]


def test_the_count_equals_a_count_in_plain_sql(story):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM references_cell c JOIN references_dimension d ON d.id = c.dimension_id "
            "JOIN customers_customer k ON k.id = c.customer_id JOIN references_evidence e ON e.id = c.evidence_id "
            "WHERE d.key = 'reference_call' AND c.status = 'green' AND k.lifecycle IN ('live', 'onboarding') "
            "AND k.merged_into_id IS NULL AND e.agreed_on <= '2026-11-22' "
            "AND (e.valid_until IS NULL OR e.valid_until >= '2026-11-22')"
        )
        assert boards.board(Q4, now=Present.seen(NOW)).count == cursor.fetchone()[0] == 5


def test_the_breakdowns_add_up_to_the_count(story):
    coverage = boards.board(Q4, now=Present.seen(NOW)).coverage
    shares = {share.name: (share.referenceable, share.customers) for share in coverage.industries}
    assert shares == {"Finance": (3, 4), "Retail": (0, 2), "not given": (2, 2)}
    assert {share.name: (share.referenceable, share.customers) for share in coverage.products} == {"Relay": (3, 4)}
    assert {share.name: share.referenceable for share in coverage.csms} == {
        "Maria Chen": 3,
        "Jonas Weber": 0,
        "not given": 2,
    }
    for shares in (coverage.industries, coverage.regions, coverage.csms):
        assert sum(share.referenceable for share in shares) == coverage.total.referenceable == 5
        assert sum(share.customers for share in shares) == coverage.total.customers == 8
    matrix = {(row.industry.name, share.name): share.referenceable for row in coverage.matrix for share in row.shares}
    assert matrix[("Finance", "EMEA")] == 3
    assert sum(matrix.values()) == 5


def test_a_closed_quarter_keeps_its_figures_whatever_happens_later(story):
    found = boards.board(Q3, now=Present.seen(NOW))
    assert (found.count, found.outlook, found.payout, found.to_do) == (5, None, 100, [])
    assert found.coverage.total.referenceable == 5
    assert {share.name: share.referenceable for share in found.coverage.csms} == {"Maria Chen": 5}


@time_machine.travel(NOW, tick=False)
def test_the_page_shows_the_figures_and_leads_to_what_they_count(client, story, maria):
    client.force_login(maria)
    page = client.get(reverse("references:quarter_board")).content.decode()
    assert "What must happen for 8" in page
    assert "Ask Cancity" in page
    assert ">late<" in page
    assert reverse("references:closing_detail", args=["2026-Q3"]) in page
    assert "2026-Q4: 5 reference-able customers, forecast 6, target 8" in page
    assert 'style="' not in page


@time_machine.travel(NOW, tick=False)
def test_the_forecast_of_a_corrected_quarter_stands_beside_both_counts(client, story, maria, priya):
    numbers = {"now": 4, "commit": 2, "best_case": 0, "pipeline": 0, "expiring": 0, "forecast": 6, "low": 4, "high": 6}
    ForecastSnapshot.objects.create(quarter="2026-Q3", taken_on=AUGUST.date(), taken_at=AUGUST, **numbers)
    closing = Closing.objects.get()
    wrong = closing.entries.filter(is_referenceable=True).first().customer
    proposed = corrections.propose(
        closing, customer=wrong, is_referenceable=False, reason="Never signed.", by=maria, at=NOW
    )
    client.force_login(maria)
    address = reverse("references:forecast") + "?quarter=2026-Q3"
    before = client.get(address).content.decode()
    assert "closed at 5" in before
    assert "corrected to" not in before
    corrections.decide(proposed, approve=True, by=priya, at=NOW)
    page = client.get(address).content.decode()
    assert page.count("closed at 5") == before.count("closed at 5") + 1, "in the chart as before, and in the table"
    assert "corrected to 4" in page
    assert "+2 (50" in page, "the error is measured against the count that holds"


@time_machine.travel(NOW, tick=False)
def test_what_was_corrected_after_it_was_paid_says_everywhere_how_it_is_settled(client, story, maria, priya):
    closing = Closing.objects.get()
    wrong = closing.entries.filter(is_referenceable=True).first().customer
    client.force_login(maria)
    pages = [
        reverse("references:statement_detail", args=["2026-Q3"]),
        reverse("references:pay_plan"),
        reverse("references:quarter_board"),
    ]
    words = "corrected to 4; the next statement settles it"
    assert [words in client.get(page).content.decode() for page in pages] == [False, False, False]
    proposed = corrections.propose(
        closing, customer=wrong, is_referenceable=False, reason="Never signed.", by=maria, at=NOW
    )
    corrections.decide(proposed, approve=True, by=priya, at=NOW)
    assert [words in client.get(page).content.decode() for page in pages] == [True, True, True]


@time_machine.travel(NOW, tick=False)
def test_a_quarter_that_cannot_be_shown_is_not_found(client, story, maria):
    client.force_login(maria)
    for label in ("2019-Q1", "2031-Q1", "Q4", "<b>", "2026-Q9"):
        assert client.get(reverse("references:quarter_board"), {"quarter": label}).status_code == 404


@time_machine.travel(NOW, tick=False)
def test_the_page_works_before_anything_has_happened(client, maria):
    client.force_login(maria)
    for name in ("quarter_board", "forecast", "pay_plan"):
        assert client.get(reverse(f"references:{name}")).status_code == 200
    page = client.get(reverse("references:quarter_board")).content.decode()
    assert "No customers yet" in page
    assert "No quarter has been closed yet" in page


@time_machine.travel(NOW, tick=False)
def test_the_number_of_queries_does_not_grow_with_the_customers(client, story, maria):
    client.force_login(maria)
    for name in ("quarter_board", "forecast", "pay_plan"):
        for _round in range(2):
            assert_query_count(client, reverse(f"references:{name}"), f"references:{name}")
            for number in range(6):
                promised(f"{name} {_round} {number}", "commit", industry=f"I{number}", csm=maria)
                green(f"Green {name} {_round} {number}", at=NOVEMBER)


@time_machine.travel(NOW, tick=False)
def test_the_meeting_groups_by_owner_and_narrows_by_the_address(client, story, maria, jonas):
    client.force_login(maria)
    address = reverse("references:forecast")
    page = client.get(address).content.decode()
    assert page.index("Ask Cancity") < page.index("Ask Bluth Company")
    assert "Legal is slow" in page
    assert "Ask Cancity" not in client.get(address, {"what": "commit"}).content.decode()
    assert "Ask Bluth" not in client.get(address, {"late": "1"}).content.decode()
    assert "Ask Bluth" not in client.get(address, {"blocked": "1"}).content.decode()
    assert "Nothing here with these filters" in client.get(address, {"owner": str(maria.pk)}).content.decode()
    assert client.get(address, {"what": "x", "owner": "9" * 40, "at": "broken"}).status_code == 200


def test_the_meeting_counts_what_is_planned_late_and_stuck_in_every_dimension(story):
    logo = Dimension.objects.get(key="logo")
    cell = Cell.objects.of(Customer.objects.get(name="Bluth Company"), logo)
    cells.edit(cell, seen_version=0, changes={"status": "red", "blocker": "No brand owner"}, by=None, at=NOVEMBER)
    trigger, other = forecast_meeting.by_dimension(today=NOW.date())[::-1]
    assert (trigger.name, trigger.actions, trigger.late, trigger.blocked) == (cell_name("reference_call"), 2, 1, 1)
    assert (other.name, other.actions, other.late, other.blocked) == (logo.name, 0, 0, 1)
    worst = forecast_meeting.by_account(today=NOW.date())
    assert [(load.name, load.late, load.blocked) for load in worst] == [("Cancity", 1, 1), ("Bluth Company", 0, 1)]


def cell_name(key):
    return Dimension.objects.get(key=key).name


@time_machine.travel(NOW, tick=False)
def test_the_export_of_the_meeting_holds_what_the_page_shows(client, story, maria):
    client.force_login(maria)
    answer = client.get(reverse("references:forecast_export"), {"what": "commit"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["Bluth Company"]


@time_machine.travel(NOW, tick=False)
def test_pay_is_shown_by_role(client, story, maria, jonas, priya, sam):
    statement, plan = reverse("references:statement_detail", args=["2026-Q3"]), reverse("references:pay_plan")
    boss = person("Ada Boss", Role.EXECUTIVE)
    seen = {}
    for user in (maria, jonas, priya, sam, boss):
        client.force_login(user)
        answer = client.get(statement)
        seen[user.name] = (answer.status_code, "Your bonus" in client.get(plan).content.decode())
    assert seen == {
        "Maria Chen": (200, True),
        "Jonas Weber": (404, False),
        "Priya Nair": (200, False),
        "Sam Ortiz": (404, False),
        "Ada Boss": (200, False),
    }
    client.force_login(sam)
    page = client.get(plan).content.decode()
    assert "At 80 % the payout is 50 %" in page
    assert "1,000.00" not in page


@time_machine.travel(NOW, tick=False)
def test_the_card_of_the_pay_plan_can_stand_on_another_page(client, story, maria):
    client.force_login(maria)
    card = client.get(reverse("references:pay_plan"), headers={"HX-Request": "true"}).content.decode()
    assert 'id="pay-card"' in card
    assert "<html" not in card
    assert "Your bonus" in card


@time_machine.travel(NOW, tick=False)
def test_priya_sets_the_curve_and_the_members_and_wrong_input_is_explained(client, story, priya, jonas):
    client.force_login(priya)
    curve = {
        "quarter": "2026-Q4",
        "threshold": 120,
        "threshold_payout": 50,
        "cap": 120,
        "cap_payout": 150,
        "reason": "x",
    }
    assert client.post(reverse("references:pay_curve_edit"), curve).status_code == 422
    assert client.post(reverse("references:pay_curve_edit"), curve | {"threshold": 90}).status_code == 302
    new = {"user": jonas.pk, "target_bonus": "600", "from_quarter": "2026-Q3"}
    paid = client.post(reverse("references:pay_member_create"), new)
    assert paid.status_code == 422
    assert "has been issued" in paid.content.decode()
    assert client.post(reverse("references:pay_member_create"), new | {"from_quarter": "2026-Q4"}).status_code == 302
    member = jonas.pay_memberships.get()
    address = reverse("references:pay_member_edit", args=[member.pk])
    assert client.post(address, {"deed": "end", "until_quarter": "2026-Q4"}).status_code == 302
    member.refresh_from_db()
    assert member.until_quarter == "2026-Q4"
