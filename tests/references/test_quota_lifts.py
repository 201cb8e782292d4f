"""Lena lifts quotas of others, in the period that runs; what she lifted is told for as long as the period is."""

import pytest
from django.utils import timezone

from core.actions import people
from core.choices import Role
from core.errors import RuleBroken
from references.actions import nomination_decisions as decisions
from references.actions import quotas
from references.models import QuotaOverride, QuotaPolicy
from references.reports import quotas as report
from references.rules.quotas import period_named
from tests.factories import person
from tests.references.drives import nominate

REPORT = "/nominations/quotas/"


@pytest.fixture
def aisha(db):
    return person("Aisha Bello", Role.ACCOUNT_MANAGER)


def set_quota(lena, *, mode="block", **numbers):
    current = QuotaPolicy.objects.order_by("-pk").first()
    seen = current.pk if current else 0
    return quotas.set_policy(seen=seen, mode=mode, period="quarter", numbers=numbers, by=lena, at=timezone.now())


def running():
    return report.period_of("", at=timezone.now())


def of(user, period=""):
    return f"{REPORT}{user.pk}/override/" + (f"?period={period}" if period else "")


def typed(**numbers):
    """What the form sends: a number for each role."""
    said = {"mode": "block", "period": "quarter", "seen": QuotaPolicy.objects.latest("pk").pk, "reason": ""}
    return said | {f"number-{role}": 0 for role in Role.values} | {f"number-{role}": n for role, n in numbers.items()}


def exported(client, query=""):
    return b"".join(client.get(f"{REPORT}export.csv?{query}")).decode("utf-8-sig").splitlines()[1:]


def test_nobody_lifts_their_own_quota(client, lena):
    set_quota(lena, sales_manager=2)
    client.force_login(lena)
    shown = client.get(REPORT).text
    assert f'href="{of(lena)}' not in shown
    assert "A colleague of sales management can lift yours." in shown
    opened = client.get(of(lena)).text
    assert "Nobody lifts their own quota; a colleague of sales management can." in opened
    assert "Lift it" not in opened
    refused = client.post(of(lena), {"reason": "I am busy."})
    assert refused.status_code == 422
    assert "Nobody lifts their own quota" in refused.text
    with pytest.raises(RuleBroken, match="Nobody lifts their own quota"):
        quotas.override(lena, period=running(), reason="I am busy.", by=lena, at=timezone.now())
    assert not QuotaOverride.objects.exists()
    client.force_login(person("Omar Haddad", Role.SALES_MANAGER))
    assert f'href="{of(lena)}' in client.get(REPORT).text
    assert client.post(of(lena), {"reason": "She leads the fair."}).status_code == 302


def test_a_period_that_has_not_begun_is_not_lifted(client, lena, aisha):
    set_quota(lena, account_manager=2)
    client.force_login(lena)
    ahead = f"{timezone.localdate().year + 1}-Q4"
    words = f"{ahead} has not begun; a quota is lifted for the period that runs."
    opened = client.get(of(aisha, ahead)).text
    assert words in opened
    assert "Lift it" not in opened
    assert words in client.post(of(aisha, ahead), {"reason": "Early."}).text
    assert not QuotaOverride.objects.exists()


@pytest.mark.parametrize("period", ["2099-Q4", "1999-Q1", "zz", "2026-Q9"])
def test_the_report_says_that_it_does_not_know_a_period(client, lena, aisha, period):
    set_quota(lena, account_manager=2)
    client.force_login(lena)
    words = f"“{period}” is not known to the filter “Period”"
    shown = client.get(f"{REPORT}?period={period}").text
    assert words in shown
    assert f"This is {running().label}: the report knows the running period and the eight before it." in shown
    assert "This is " not in client.get(f"{REPORT}?period={running().label}").text
    if period[:2] == "zz" or period.endswith("Q9"):
        assert words in client.get(of(aisha, period), follow=True).text


def test_a_number_that_is_cleared_is_asked_for_and_nothing_is_set(client, lena, aisha):
    before = set_quota(lena, account_manager=2)
    client.force_login(lena)
    assert 'name="number-account_manager" value="2" min="0" max="1000" class="numberinput form-control" required' in (
        client.get(f"{REPORT}edit/").text
    )
    refused = client.post(f"{REPORT}edit/", typed(account_manager=""))
    assert refused.status_code == 422
    assert "Enter a number; 0 says that there is no quota." in refused.text
    assert QuotaPolicy.objects.latest("pk") == before
    assert client.post(f"{REPORT}edit/", typed()).status_code == 302
    assert QuotaPolicy.objects.latest("pk").numbers == {}


def test_a_lift_stays_in_its_period_when_the_role_has_no_quota_any_more(client, lena, priya, aisha):
    tom = person("Tom Becker", Role.ACCOUNT_MANAGER)
    set_quota(lena, account_manager=2)
    quotas.override(aisha, period=running(), reason="Parental leave.", by=lena, at=timezone.now())
    decisions.accept(nominate(aisha, at=timezone.now()), by=priya, at=timezone.now())
    set_quota(lena)
    client.force_login(lena)
    shown = client.get(REPORT).text
    assert "Parental leave." in shown
    assert "1, no quota now" in shown
    assert tom.name not in shown
    (line,) = exported(client)
    assert line.startswith("Aisha Bello,")
    assert ",0,1,0,,No quota,Lena Fischer," in line
    assert line.endswith(",Parental leave.")
    for query, is_there in (("show=lifted", 1), ("show=missing", 0), ("show=met", 0), ("sort=-percent", 1)):
        assert len(exported(client, query)) == is_there, query


def test_a_lift_stays_of_who_left_the_role(client, lena, aisha):
    set_quota(lena, account_manager=2)
    quotas.override(aisha, period=running(), reason="Parental leave.", by=lena, at=timezone.now())
    people.set_roles(aisha, roles=[Role.MARKETING], by=None, at=timezone.now())
    sheet = report.quota_standings(period_named(running().label, calendar=aisha.programme.calendar), at=timezone.now())
    (row,) = report.rows_of(sheet, sheet.people)
    assert (row.person, row.quota, row.percent, row.override.reason) == (aisha, 0, None, "Parental leave.")
