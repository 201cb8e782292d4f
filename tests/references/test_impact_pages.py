"""Impact as people meet it: on the customer's page, in the grid, on the dashboard, in the API."""

import re
from datetime import UTC, datetime

import pytest
from django.utils.html import strip_tags

from core.choices import Role
from references.actions import impact
from references.choices import Characteristic, ImpactTier
from references.models import CustomerImpact, ImpactRating, ImpactSettings
from tests.factories import customer, person
from tests.references.ledger import green

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]


@pytest.fixture
def maria():
    return person("Maria Chen", Role.CSM)


@pytest.fixture
def acme(maria):
    return customer("Acme", csm=maria, is_well_known=True)


@pytest.fixture
def as_maria(client, maria):
    client.force_login(maria)
    return client


def rated(who, points):
    for one in Characteristic:
        impact.rate(who, characteristic=one, points=points, evidence="seen", by=None, at=NOW)
    return who


def names_in(page):
    return [row.name for row in page.context["page"].rows]


def test_a_csm_rates_and_everybody_reads_what_it_stands_on(as_maria, acme):
    address = f"/customers/{acme.pk}/impact/results/"
    answer = as_maria.post(address, {"points": "3", "evidence": "Saved 2 M€ a year"}, follow=True)
    assert "Saved 2 M€ a year" in answer.text
    assert "Maria Chen" in answer.text
    assert CustomerImpact.objects.get().results == 3
    assert "Saved 2 M€ a year" in as_maria.get(f"/customers/{acme.pk}/impact/").text


def test_a_rating_without_evidence_comes_back_with_what_was_chosen(as_maria, acme):
    answer = as_maria.post(f"/customers/{acme.pk}/impact/results/", {"points": "2", "evidence": ""})
    assert answer.status_code == 422
    assert "Say what the rating stands on" in answer.text
    assert '<option value="2" selected>' in answer.text
    assert not CustomerImpact.objects.exists()


def test_an_unknown_characteristic_is_not_found(as_maria, acme):
    assert as_maria.get(f"/customers/{acme.pk}/impact/beauty/").status_code == 404


def test_a_rating_can_be_taken_back(as_maria, acme):
    address = f"/customers/{acme.pk}/impact/brand/"
    as_maria.post(address, {"points": "0", "evidence": "Nobody knows them"})
    assert CustomerImpact.objects.get().brand == 0
    as_maria.post(address, {"points": "", "evidence": ""})
    assert CustomerImpact.objects.get().brand == 3


@pytest.mark.parametrize("rated_before", [False, True])
def test_evidence_without_points_is_not_thrown_away(as_maria, acme, rated_before):
    """Nothing is chosen beforehand where nobody has rated: who types only the evidence is asked what it speaks for."""
    address = f"/customers/{acme.pk}/impact/results/"
    if rated_before:
        as_maria.post(address, {"points": "1", "evidence": "48 % fewer returns"})
    answer = as_maria.post(address, {"points": "", "evidence": "The CFO's mail of 3 May"})
    assert (answer.status_code, "The CFO&#x27;s mail of 3 May" in answer.text) == (422, True)
    assert list(answer.context["form"].errors) == ["points"]
    assert ImpactRating.objects.count() == int(rated_before)
    left = {"points": "", "evidence": "48 % fewer returns" if rated_before else ""}
    assert as_maria.post(address, left).status_code == 302, "what stood there already goes with the rating"
    assert ImpactRating.objects.count() == 2 * rated_before


def test_the_grid_shows_narrows_and_sorts_by_tier(as_maria, acme):
    rated(customer("Betamax"), 3)
    rated(customer("Cancity"), 0)
    customer("Dambase")
    impact.refresh(customer_ids=[acme.pk], at=NOW)
    page = as_maria.get("/grid/?sort=impact")
    assert names_in(page) == ["Betamax", "Acme", "Cancity", "Dambase"], "A first, then the others by name"
    assert names_in(as_maria.get("/grid/?sort=-impact")) == ["Acme", "Cancity", "Dambase", "Betamax"]
    assert 'aria-label="A: high impact"' in page.text
    assert names_in(as_maria.get("/grid/?impact=A")) == ["Betamax"]
    assert names_in(as_maria.get("/grid/?impact=C")) == ["Acme", "Cancity", "Dambase"]
    assert names_in(as_maria.get("/grid/?impact=AB")) == ["Betamax"]


def test_the_dashboard_says_how_many_are_of_high_impact_and_warns_of_few(client, acme):
    client.force_login(person("Eva Lindqvist", Role.EXECUTIVE))
    rated(green("Betamax"), 3)
    green("Cancity")
    green("Dambase")
    text = client.get("/quarter/").text
    assert "1 of 3" in text
    assert "under half are A or B" in text
    rated(green("Early"), 3)
    assert "under half are A or B" not in client.get("/quarter/").text


def test_the_dashboard_shows_the_share_of_a_or_b_and_is_content_with_half(client, acme):
    """Eva can tell from the figures whether the warning should be up; a share just under half is not rounded up."""
    client.force_login(person("Eva Lindqvist", Role.EXECUTIVE))
    assert "A or B" not in client.get("/quarter/").text, "nobody counts yet, so there is no share"
    rated(green("Betamax"), 3)
    good = rated(green("Early"), 1)
    impact.rate(good, characteristic=Characteristic.BRAND, points=3, evidence="seen", by=None, at=NOW)
    assert CustomerImpact.objects.get(customer=good).tier == ImpactTier.B
    green("Cancity")
    green("Dambase")
    told = " ".join(strip_tags(client.get("/quarter/").text).split())
    assert "1 of 4; never part of the pay A or B: 2, 50 %; wanted: half" in told
    assert "under half are A or B" not in told
    assert "status=green&amp;impact=AB" in client.get("/quarter/").text
    green("Fifth")
    told = " ".join(strip_tags(client.get("/quarter/").text).split())
    assert "A or B: 2, 40 %; wanted: half" in told
    assert "under half are A or B" in told


def test_the_programme_manager_changes_weights(client, acme):
    client.force_login(person("Priya Nair", Role.PROGRAMME_MANAGER))
    weights = dict.fromkeys(Characteristic.values, 1) | {"a_from": 50, "b_from": 20}
    answer = client.post("/settings/impact/", weights | {"b_from": 60})
    assert answer.status_code == 422
    assert "Tier A must begin above tier B" in answer.text
    assert client.post("/settings/impact/", weights).status_code == 302
    assert ImpactSettings.current().as_policy().weights == (1, 1, 1, 1, 1, 1)
    assert CustomerImpact.objects.get(customer=acme).score == 17, "three of eighteen points"


def test_a_second_rating_of_the_same_moment_is_told_and_not_lost(as_maria, acme):
    address = f"/customers/{acme.pk}/impact/results/"
    seen = as_maria.get(address).context["form"].initial["seen"]
    impact.rate(acme, characteristic=Characteristic.RESULTS, points=3, evidence="Two millions", by=None, at=NOW)
    mine = {"points": "1", "evidence": "Hardly any", "seen": seen}
    answer = as_maria.post(address, mine)
    assert (answer.status_code, "Two millions" in answer.text, "Hardly any" in answer.text) == (422, True, True)
    assert CustomerImpact.objects.get().results == 3
    latest = re.search(r'name="seen" value="(\d+)"', answer.text).group(1)
    assert as_maria.post(address, mine | {"seen": latest}).status_code == 302
    assert CustomerImpact.objects.get().results == 1


def test_what_was_never_computed_is_not_called_computed(as_maria, acme):
    assert "not rated" in as_maria.get(f"/customers/{acme.pk}/impact/results/").text
    brand = as_maria.get(f"/customers/{acme.pk}/impact/brand/").text
    assert "as computed" in brand
    assert "</a> · <a" not in brand.split('class="crumbs"')[1].split("</p>")[0]


def test_a_rating_of_what_is_no_characteristic_is_refused_in_words(as_maria, acme):
    sent = {"points": "3", "evidence": "Seen."}
    told = as_maria.post(f"/customers/{acme.pk}/impact/moonlight/", sent, follow=True).text
    assert "Nothing was saved: “moonlight” is not a characteristic" in told
    assert not ImpactRating.objects.exists()


def test_a_rating_from_long_ago_stands_however_often_the_others_were_rated_since(as_maria, acme, maria):
    impact.rate(acme, characteristic=Characteristic.ARTICULATE, points=2, evidence="A born speaker", by=maria, at=NOW)
    for number in range(51):
        told = {"points": number % 3, "evidence": f"Look {number}", "by": maria, "at": NOW}
        impact.rate(acme, characteristic=Characteristic.RESULTS, **told)
    assert "A born speaker" in as_maria.get(f"/customers/{acme.pk}/impact/").text
    address = f"/customers/{acme.pk}/impact/articulate/"
    form = as_maria.get(address).context["form"]
    assert form["points"].value() == 2
    sent = {"points": "3", "evidence": "Spoke in Berlin", "seen": form["seen"].value()}
    assert as_maria.post(address, sent).status_code == 302
    assert CustomerImpact.objects.get(customer=acme).articulate == 3
