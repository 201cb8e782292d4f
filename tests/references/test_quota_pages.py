"""Lena sets quotas and lifts one; Priya and Elena read the report; everybody sees the own standing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.choices import Role
from references.actions import nomination_decisions as decisions
from references.actions import quotas
from references.models import QuotaOverride, QuotaPolicy
from references.reports.quotas import period_of
from tests.factories import person
from tests.query_counts import assert_query_count
from tests.references.drives import nominate, place

HTMX = {"HX-Request": "true"}


def text(answer):
    return answer.content.decode()


@pytest.fixture
def tom(db):
    return place(person("Tom Becker", Role.ACCOUNT_MANAGER), team="North")


@pytest.fixture
def aisha(db):
    return place(person("Aisha Bello", Role.ACCOUNT_MANAGER), team="West")


@pytest.fixture
def policy(lena):
    return set_quota(lena)


def set_quota(lena, *, mode="warn", **numbers):
    current = QuotaPolicy.objects.order_by("-pk").first()
    numbers, seen = numbers or {"account_manager": 2}, current.pk if current else 0
    at = timezone.now() - timedelta(seconds=30)
    return quotas.set_policy(seen=seen, mode=mode, period="quarter", numbers=numbers, by=lena, at=at)


def accept(user, priya, name):
    return decisions.accept(nominate(user, at=timezone.now(), name=name), by=priya, at=timezone.now())


def test_lena_sets_the_quotas_and_the_history_says_so(client, lena, tom):
    client.force_login(lena)
    assert "Nobody has a quota in this period" in text(client.get("/nominations/quotas/"))
    form = text(client.get("/nominations/quotas/edit/"))
    assert 'name="number-account_manager"' in form
    said = {f"number-{role}": 0 for role in Role.values} | {"number-account_manager": 2}
    said |= {"mode": "block", "period": "quarter", "seen": 0, "reason": "As agreed."}
    done = text(client.post("/nominations/quotas/edit/", said, follow=True))
    assert "Account manager 2" in done
    assert "As agreed." in done
    assert "Under quota, blocked" in done
    stale = client.post("/nominations/quotas/edit/", said | {"mode": "warn", "reason": "My words"})
    assert stale.status_code == 409
    assert "Lena Fischer has set this since you opened the page." in text(stale)
    assert "My words" in text(stale)
    assert client.post("/nominations/quotas/edit/", said | {"number-support": -1}).status_code == 422


def test_the_report_narrows_sorts_and_exports_for_the_review(client, lena, priya, tom, aisha, policy):
    accept(tom, priya, "Acme")
    accept(tom, priya, "Bluth")
    client.force_login(priya)
    page = text(client.get("/nominations/quotas/"))
    assert page.index("Aisha Bello") < page.index("Tom Becker")
    assert "2 of 2" in page
    assert "100 %" in page
    assert "Set the quotas" not in page
    assert "Lift<" not in page
    for query, gone in (
        ("show=missing", "Tom Becker"), ("show=met", "Aisha Bello"), ("team=West", "Tom Becker"),
        ("q=tom", "Aisha Bello"), ("role=sales_rep", "Tom Becker"), ("show=lifted", "Tom Becker"),
    ):  # fmt: skip
        assert gone not in text(client.get(f"/nominations/quotas/?{query}", headers=HTMX))
    turned = text(client.get("/nominations/quotas/?sort=-percent", headers=HTMX))
    assert turned.index("Tom Becker") < turned.index("Aisha Bello")
    turned = text(client.get("/nominations/quotas/?sort=missing&period=nonsense", headers=HTMX))
    assert turned.index("Aisha Bello") < turned.index("Tom Becker")
    lines = b"".join(client.get("/nominations/quotas/export.csv?show=missing")).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Aisha Bello,aisha.bello@example.com,Account manager,West,")
    assert ",2,0,2,0,Under quota," in lines[1]
    earlier = text(client.get("/nominations/quotas/?period=2025-Q1", headers=HTMX))
    assert "Nobody has a quota in this period" in earlier


def test_lena_lifts_the_quota_of_aisha_with_a_reason(client, lena, priya, aisha, tom, policy):
    set_quota(lena, mode="block")
    client.force_login(lena)
    address = f"/nominations/quotas/{aisha.pk}/override/"
    assert f'href="{address}?period=' in text(client.get("/nominations/quotas/"))
    assert client.post(address, {"reason": " "}).status_code == 422
    done = text(client.post(address, {"reason": "Parental leave."}, follow=True))
    assert "is lifted for" in done
    assert "Parental leave." in done
    again = client.post(address, {"reason": "Once more, at length"})
    assert again.status_code == 422
    assert "Once more, at length" in text(again)
    assert QuotaOverride.objects.count() == 1
    ended = client.post(f"{address}?period=2025-Q1", {"reason": "Too late"})
    assert "has ended" in text(ended)
    lines = b"".join(client.get("/nominations/quotas/export.csv?show=lifted")).decode("utf-8-sig").splitlines()
    assert "Lena Fischer" in lines[1]
    assert "Parental leave." in lines[1]


def test_nothing_is_lifted_for_who_has_no_quota_or_in_a_period_that_is_none(client, lena, aisha, policy):
    client.force_login(lena)
    maria = person("Maria Silva", Role.CSM)
    none = client.post(f"/nominations/quotas/{maria.pk}/override/", {"reason": "Why not?"})
    assert none.status_code == 422
    assert "Maria Silva has no quota in" in text(none)
    for period in ("zz", "2026-Q9", "2026"):
        address = f"/nominations/quotas/{aisha.pk}/override/?period={period}"
        assert client.post(address, {"reason": "Why not?"}).status_code == (422 if period == "2026" else 302)
    assert not QuotaOverride.objects.exists()


def test_neither_the_programme_manager_nor_the_administrator_sets_or_lifts(client, priya, aisha, policy):
    for user in (priya, person("Ada Admin", Role.ADMINISTRATOR), aisha):
        client.force_login(user)
        assert client.get("/nominations/quotas/edit/").status_code == 403
        assert client.post(f"/nominations/quotas/{aisha.pk}/override/", {"reason": "Mine"}).status_code == 403
    assert not QuotaOverride.objects.exists()


def test_tom_sees_his_own_standing_and_nobody_else_s(client, lena, priya, tom, sam, policy):
    accept(tom, priya, "Acme")
    client.force_login(tom)
    home, page = text(client.get("/")), text(client.get("/nominations/"))
    for shown in (home, page):
        assert "1 of 2 accepted this quarter" in shown
        assert "Under quota" in shown
    assert "1 more accepted nomination is expected of you." in home
    assert client.get("/nominations/quotas/").status_code == 403
    set_quota(lena, mode="block")
    assert "Until it is reached you cannot send reference requests." in text(client.get("/"))
    quotas.override(tom, period=period_of("", at=timezone.now()), reason="Leave.", by=lena, at=timezone.now())
    assert "It is lifted for this period" in text(client.get("/"))
    set_quota(lena, mode="off")
    assert "accepted this quarter" not in text(client.get("/"))
    client.force_login(sam)
    assert "accepted this quarter" not in text(client.get("/nominations/"))


def test_who_did_more_than_was_asked_for_reads_both_numbers(client, lena, priya, tom):
    for name in ("Acme", "Bluth", "Sitwell"):
        accept(tom, priya, name)
    client.force_login(tom)
    for number, words in ((2, "3 accepted this quarter, 2 asked for"), (3, "3 of 3 accepted this quarter")):
        set_quota(lena, account_manager=number)
        for address in ("/", "/nominations/"):
            assert f'{words} <span class="tag tag-green">Reached</span>' in " ".join(text(client.get(address)).split())


def test_the_year_is_told_as_such(client, lena, tom):
    quotas.set_policy(
        seen=0, mode="warn", period="year", numbers={"account_manager": 3}, by=lena,
        at=timezone.now() - timedelta(seconds=5),
    )  # fmt: skip
    client.force_login(tom)
    assert "0 of 3 accepted this fiscal year" in text(client.get("/"))


def test_the_report_of_many_asks_no_query_each(client, lena, priya, policy):
    for number in range(30):
        one = person(f"Manager {number:02}", Role.ACCOUNT_MANAGER)
        quotas.override(one, period=period_of("", at=timezone.now()), reason="Test.", by=lena, at=timezone.now())
    client.force_login(lena)
    assert_query_count(client, "/nominations/quotas/", "references:quota_index")
