"""What a reference of a customer is worth: rated, computed, kept with its history, and without any say in the count."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.html import strip_tags

from core.choices import Role
from core.errors import RuleBroken
from core.models import AuditEvent
from customers.actions import customers as customer_actions
from references.actions import closings, impact, nominations
from references.choices import Characteristic, ImpactTier, Status, Willingness
from references.models import CoverageWeight, CustomerImpact, Dimension, ImpactChange, ImpactRating, ImpactSettings
from references.reports.impact import scores
from references.reports.verifications import differences
from references.rules.impact import ImpactPolicy
from tests.factories import ContactFactory, customer, person
from tests.references.ledger import BEFORE, FIVE_PAST, Q4, THREE_DAYS_LATE, green, set_cell

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def maria():
    return person("Maria Chen", Role.CSM)


@pytest.fixture
def acme(maria):
    return customer("Acme", csm=maria, industry="Finance", is_well_known=True)


def test_what_nobody_rated_is_computed_where_data_allows(acme, maria):
    CoverageWeight.objects.create(axis="industry", value="Finance", weight=3)
    customer("Quiet Ltd", csm=maria)
    customer("Giant AG", size_band="5000+", industry="Retail")
    impact.refresh(at=NOW)
    found = {row.customer.name: (row.points, row.score, row.tier) for row in CustomerImpact.objects.all()}
    policy = ImpactPolicy()
    assert found == {
        "Acme": ((3, 3, 0, 0, 0, 0), policy.score((3, 3, 0, 0, 0, 0)), "B"),
        "Quiet Ltd": ((0, 0, 0, 0, 0, 0), 0, "C"),
        "Giant AG": ((1, 1, 0, 0, 0, 0), policy.score((1, 1, 0, 0, 0, 0)), "C"),
    }


def test_variety_comes_from_greens_and_from_what_contacts_would_do(acme, maria):
    kinds = list(Dimension.objects.exclude(key="reference_call").order_by("position"))
    for kind in kinds[:3]:
        set_cell(acme, Status.GREEN, key=kind.key, at=NOW - timedelta(days=1))
    willing = {kinds[3]: Willingness.WILLING, kinds[4]: Willingness.MAYBE, kinds[0]: Willingness.WILLING}
    values = {"contact": ContactFactory(customer=acme), "story": "Doubled.", "source": "sales"}
    nominations.submit(customer=acme, values=values, willingness=willing, by=maria, at=NOW)
    impact.refresh(at=NOW)
    assert CustomerImpact.objects.get(customer=acme).variety == 2, "four kinds: three are Green, one more is willing"


def test_a_person_rates_with_evidence_and_the_score_follows_at_once(acme, maria):
    for characteristic in (Characteristic.RESULTS, Characteristic.ARTICULATE, Characteristic.PASSIONATE):
        found = impact.rate(acme, characteristic=characteristic, points=3, evidence="Saved 2 M€", by=maria, at=NOW)
    assert (found.results, found.tier) == (3, ImpactTier.A)
    last = ImpactChange.objects.first()
    assert (last.score, last.by, last.policy) == (found.score, maria, [3, 3, 2, 2, 2, 2, 60, 35])
    event = AuditEvent.objects.filter(event="impact.rated").first()
    assert (event.by, event.detail["points"]) == (maria, 3)


def test_a_rating_overrides_what_is_computed_until_it_is_taken_back(acme, maria):
    impact.rate(acme, characteristic=Characteristic.BRAND, points=1, evidence="Known only locally", by=maria, at=NOW)
    assert CustomerImpact.objects.get().brand == 1
    impact.rate(acme, characteristic=Characteristic.BRAND, points=None, by=maria, at=NOW)
    assert CustomerImpact.objects.get().brand == 3


def test_what_is_said_already_is_not_said_twice_and_nothing_is_taken_back_from_nobody(acme, maria):
    said = ImpactRating.objects.filter(customer=acme)
    found = impact.rate(acme, characteristic=Characteristic.BRAND, points=None, seen=0, by=maria, at=NOW)
    assert (found.brand, said.count()) == (3, 0)
    for _press in range(2):
        impact.rate(acme, characteristic=Characteristic.BRAND, points=1, evidence="Known locally", by=maria, at=NOW)
    assert said.count() == 1
    impact.rate(acme, characteristic=Characteristic.BRAND, points=1, evidence="Known in town", by=maria, at=NOW)
    assert said.count() == AuditEvent.objects.filter(event="impact.rated").count() == 2


@pytest.mark.parametrize(("points", "evidence"), [(4, "Very"), (-1, "Very"), (2, "  ")])
def test_a_rating_needs_its_range_and_its_evidence(acme, maria, points, evidence):
    with pytest.raises(RuleBroken):
        impact.rate(acme, characteristic=Characteristic.BRAND, points=points, evidence=evidence, by=maria, at=NOW)
    assert not CustomerImpact.objects.exists()


def test_a_second_look_at_the_same_leaves_no_trace(acme):
    assert impact.refresh(at=NOW) == 1
    assert impact.refresh(at=NOW + timedelta(hours=1)) == 0
    customer_actions.edit(acme, seen_version=1, changes={"is_well_known": False}, by=None, at=NOW)
    assert impact.refresh(at=NOW + timedelta(hours=2)) == 1
    assert [row.brand for row in ImpactChange.objects.order_by("pk")] == [3, 0]


def test_other_weights_move_every_customer(acme):
    impact.refresh(at=NOW)
    before = CustomerImpact.objects.get().score
    impact.edit_settings(changes={"brand": 10, "vertical": 0}, by=None, at=NOW)
    assert CustomerImpact.objects.get().score > before
    with pytest.raises(RuleBroken, match="above tier B"):
        impact.edit_settings(changes={"a_from": 30}, by=None, at=NOW)
    zero = dict.fromkeys(Characteristic.values, 0)
    with pytest.raises(RuleBroken, match="weight"):
        impact.edit_settings(changes=zero, by=None, at=NOW)
    assert ImpactSettings.current().a_from == 60


@pytest.mark.parametrize("policy", [ImpactPolicy(), ImpactPolicy(1, 0, 5, 7, 10, 1), ImpactPolicy(0, 0, 0, 0, 0, 0)])
def test_the_database_scores_as_the_rule_does(acme, maria, policy):
    for points in range(4):
        impact.rate(acme, characteristic=Characteristic.ARTICULATE, points=points, evidence="heard", by=maria, at=NOW)
        for passion in range(4):
            name = Characteristic.PASSIONATE
            impact.rate(acme, characteristic=name, points=passion, evidence="heard", by=maria, at=NOW)
            *found, score = scores(policy)[acme.pk]
            assert policy.score(found) == score


def test_a_merge_takes_over_what_only_the_duplicate_was_rated_for(acme, maria):
    twin = customer("Acme Inc", csm=maria)
    impact.rate(acme, characteristic=Characteristic.RESULTS, points=1, evidence="ours", by=maria, at=NOW)
    impact.rate(twin, characteristic=Characteristic.RESULTS, points=3, evidence="theirs", by=maria, at=NOW)
    impact.rate(twin, characteristic=Characteristic.PASSIONATE, points=2, evidence="theirs", by=maria, at=NOW)
    impact.take_over(acme, duplicate=twin, by=maria, at=NOW)
    found = CustomerImpact.objects.get(customer=acme)
    assert (found.results, found.passionate) == (1, 2)


def test_the_closing_says_who_of_them_is_of_high_impact_and_history_proves_it(maria, client):
    acme, betamax = green("Acme"), green("Betamax")
    for who, points in ((acme, 3), (betamax, 1)):
        for one in Characteristic:
            impact.rate(who, characteristic=one, points=points, evidence="seen", by=maria, at=BEFORE)
    for one in Characteristic:
        impact.rate(betamax, characteristic=one, points=3, evidence="after the quarter", by=maria, at=FIVE_PAST)
    closing = closings.close(Q4, by=maria, at=THREE_DAYS_LATE)
    assert (closing.count, closing.high_impact) == (2, 1)
    assert set(closing.entries.filter(is_high_impact=True).values_list("name", flat=True)) == {"Acme"}
    assert not list(differences(closing))
    client.force_login(maria)
    page = " ".join(strip_tags(client.get(f"/quarters/{Q4.label}/").text).split())
    assert "High-impact share 50 % 1 of 2; never part of the pay" in page


def test_a_quarter_in_which_nobody_looked_says_nothing_of_impact(maria, client):
    acme = green("Acme")
    impact.rate(acme, characteristic=Characteristic.BRAND, points=3, evidence="late", by=maria, at=FIVE_PAST)
    closing = closings.close(Q4, by=maria, at=THREE_DAYS_LATE)
    assert (closing.count, closing.high_impact, closing.entries.get().is_high_impact) == (1, None, None)
    assert not list(differences(closing))
    client.force_login(maria)
    page = " ".join(strip_tags(client.get(f"/quarters/{Q4.label}/").text).split())
    assert "High-impact share – not looked at when it closed" in page


def test_a_rating_dated_before_an_earlier_one_is_never_put_before_it(acme, maria):
    """Of two machines one is behind: what is written last holds, for the closing as for the copy."""
    impact.rate(acme, characteristic=Characteristic.RESULTS, points=3, evidence="2 M€", by=maria, at=NOW)
    behind = NOW - timedelta(minutes=5)
    impact.rate(acme, characteristic=Characteristic.RESULTS, points=0, evidence="A slip", by=maria, at=behind)
    last = ImpactChange.objects.filter(customer=acme).order_by("-recorded_at", "-pk").first()
    assert (last.results, last.recorded_at) == (0, NOW)
    assert CustomerImpact.objects.get(customer=acme).results == 0
