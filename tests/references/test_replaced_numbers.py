"""Peter sets from an old page what Priya has set since: he is told, and nothing of either is lost."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core.choices import Role
from core.quarters import Quarter
from references.actions import definitions, pay_curves, targets
from references.models import Definition, Dimension, PayCurve, QuarterTarget
from references.rules.pay import Curve
from tests.factories import person

Q4, Q1 = Quarter(2026, 4), Quarter(2027, 1)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def test_the_curve_of_peter_does_not_replace_the_one_that_priya_set_while_he_wrote(client, priya):
    client.force_login(person("Peter Fox", Role.PROGRAMME_MANAGER))
    url = reverse("references:pay_curve_edit")
    seen = client.get(url).context["form"]["seen"].value()
    pay_curves.set(Q4, curve=Curve(threshold=70), reason="Easier.", by=priya, at=NOW)
    his = {
        "quarter": "2026-Q4",
        "threshold": 60,
        "threshold_payout": 50,
        "cap": 120,
        "cap_payout": 150,
        "reason": "Easy.",
    }
    refused = client.post(url, his | {"seen": seen})
    assert (refused.status_code, PayCurve.objects.holding_for("2026-Q4").threshold) == (422, 70)
    for words in ("Priya Nair has set this since you opened the page.", "It is now: 70.", 'value="60"', "Easy."):
        assert words in refused.text
    assert refused.text.count("It is now") == 1
    assert "autofocus" in re.search(r'<input[^>]*name="threshold"[^>]*>', refused.text)[0]
    assert client.post(url, his | {"seen": refused.context["form"]["seen"].value()}).status_code == 302
    assert PayCurve.objects.holding_for("2026-Q4").threshold == 60


def test_what_peter_sets_from_an_old_page_does_not_replace_what_priya_has_set_since(client, priya):
    client.force_login(person("Peter Fox", Role.PROGRAMME_MANAGER))
    definition, target = reverse("references:definition_index"), reverse("references:target_index")
    seen = {url: client.get(url).context["form"]["seen"].value() for url in (definition, target)}
    logo, story_told = (Dimension.objects.get(key=key) for key in ("logo", "case_study"))
    definitions.change(logo, from_quarter=Q1, evidence_needed=True, reason="Logos bring more.", by=priya, at=NOW)
    targets.set_target(Q4, count=4, reason="One more.", by=priya, at=NOW)
    his = {"quarter": "2026-Q4", "count": 2, "reason": "Two fewer."}
    refused = client.post(target, his | {"seen": seen[target]})
    assert (refused.status_code, QuarterTarget.objects.holding_for("2026-Q4").count) == (422, 4)
    for words in ("Priya Nair has set this since you opened the page.", "It is now: 4.", 'value="2"', "Two fewer."):
        assert words in refused.text
    assert client.post(target, his | {"seen": refused.context["form"]["seen"].value()}).status_code == 302
    pay = {"quarter": "2027-Q1", "dimension": story_told.pk, "evidence_needed": "on", "reason": "Stories bring more."}
    refused = client.post(definition, pay | {"seen": seen[definition]})
    assert (refused.status_code, Definition.objects.holding_for("2027-Q1").dimension) == (422, logo)
    assert f"It is now: {logo}." in refused.text
    assert client.post(definition, pay | {"seen": refused.context["form"]["seen"].value()}).status_code == 302
