"""Lena and Omar of sales management set the quotas at once: who is second reads what holds, and may replace it."""

import re

import pytest
from django.utils import timezone

from core.choices import Role
from references.actions import nomination_decisions as decisions
from references.actions import quotas
from references.choices import QuotaMode
from references.models import QuotaOverride, QuotaPolicy
from references.reports.quotas import period_of
from tests.factories import person
from tests.references.drives import nominate

EDIT = "/nominations/quotas/edit/"


@pytest.fixture
def omar(db):
    return person("Omar Haddad", Role.SALES_MANAGER)


def set_quota(by, *, mode="warn", period="quarter", **numbers):
    current = QuotaPolicy.objects.order_by("-pk").first()
    seen = current.pk if current else 0
    return quotas.set_policy(seen=seen, mode=mode, period=period, numbers=numbers, by=by, at=timezone.now())


def opened(client):
    """What the page would send if nothing were typed."""
    form = client.get(EDIT).context["form"]
    return {name: form[name].value() or ("" if name == "reason" else 0) for name in form.fields}


def beside(answer, name):
    """What stands below a field."""
    found = re.search(rf'id="div_id_{name}".*?(?=id="div_id_|<input type="hidden")', answer.text, re.DOTALL)
    return re.findall(r"It is now: [^<]*", found[0])


def test_lena_reads_what_omar_has_set_meanwhile_and_replaces_it_knowingly(client, lena, omar):
    set_quota(lena, account_manager=2, support=1)
    client.force_login(lena)
    hers = opened(client) | {"number-support": 5, "mode": "off", "reason": "Support sees them daily."}
    set_quota(omar, mode="block", period="year", account_manager=2, support=2, csm=3)
    refused = client.post(EDIT, hers)
    assert refused.status_code == 409
    assert "Omar Haddad has set this since you opened the page." in refused.text
    again = "Save again to replace it by yours."
    assert beside(refused, "number-support") == [f"It is now: 2. {again}"]
    assert beside(refused, "mode") == [f"It is now: {QuotaMode.BLOCK.label}. {again}"]
    for alone in ("number-csm", "period", "number-account_manager"):
        assert beside(refused, alone) == []
    assert "Support sees them daily." in refused.text
    shown = refused.context["form"]
    typed = {name: shown[name].value() for name in shown.fields}
    assert (typed["number-support"], typed["number-csm"], typed["mode"]) == ("5", "3", "off")
    assert QuotaPolicy.objects.latest("pk").by == omar
    assert client.post(EDIT, typed).status_code == 302
    newest = QuotaPolicy.objects.latest("pk")
    assert (newest.by, newest.mode, newest.period) == (lena, "off", "year")
    assert newest.numbers == {"account_manager": 2, "support": 5, "csm": 3}


def test_who_typed_what_another_has_set_is_not_asked_to_replace_it(client, lena, omar):
    client.force_login(lena)
    hers = opened(client) | {"number-csm": 3}
    set_quota(omar, csm=3)
    assert client.post(EDIT, hers).status_code == 302
    assert QuotaPolicy.objects.get().by == omar


def test_a_quota_that_is_reached_is_not_lifted(client, lena, priya):
    tom = person("Tom Becker", Role.ACCOUNT_MANAGER)
    set_quota(lena, mode="block", account_manager=1)
    for name in ("Acme", "Bluth", "Sitwell"):
        decisions.accept(nominate(tom, at=timezone.now(), name=name), by=priya, at=timezone.now())
    client.force_login(lena)
    words = "Tom Becker has reached the quota; there is nothing to lift."
    for period in ("", f"?period={period_of('', at=timezone.now()).label}"):
        address = f"/nominations/quotas/{tom.pk}/override/{period}"
        looked = client.get(address).text
        assert words in looked
        assert "Lift it" not in looked
        refused = client.post(address, {"reason": "To be sure."})
        assert (refused.status_code, words in refused.text) == (422, True)
    assert not QuotaOverride.objects.exists()
    set_quota(lena, mode="block", account_manager=4)
    assert client.post(address, {"reason": "On leave."}).status_code == 302
