"""Maria and Priya change the same customer from pages that they opened at the same time."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from core.choices import Role
from customers.actions import customers
from customers.choices import Lifecycle, OwnerRole
from customers.models import CustomerChange
from tests.factories import customer, person
from tests.references.ledger import churn

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def bluth():
    return customer("Bluth Company")


@pytest.fixture
def as_maria(client):
    client.force_login(person("Maria Chen", Role.CSM))
    return client


def seen(answer):
    return answer.context["form"]["seen"].value()


def test_the_second_who_hands_a_customer_over_is_told_who_has_it_by_now(as_maria, bluth):
    jonas, nina = person("Jonas Weber", Role.CSM), person("Nina Rossi", Role.CSM)
    address = reverse("customers:owner_change", args=[bluth.pk, OwnerRole.CSM])
    old, typed = seen(as_maria.get(address)), {"on": "2026-11-20", "reason": "New territory"}
    assert as_maria.post(address, typed | {"owner": jonas.pk, "seen": old}).status_code == 302
    refused = as_maria.post(address, typed | {"owner": nina.pk, "seen": old})
    bluth.refresh_from_db()
    assert (refused.status_code, bluth.csm) == (422, jonas)
    assert f"Jonas Weber is the {OwnerRole.CSM.label} now." in refused.text
    assert f'value="{nina.pk}" selected' in refused.text
    assert "New territory" in refused.text
    assert as_maria.post(address, typed | {"owner": nina.pk, "seen": seen(refused)}).status_code == 302
    bluth.refresh_from_db()
    assert bluth.csm == nina


def test_a_customer_leaves_once_whoever_says_so_from_an_old_page(as_maria, bluth):
    address = reverse("customers:customer_churn", args=[bluth.pk])
    old, typed = seen(as_maria.get(address)), {"on": "2026-11-18", "reason": "Budget cut"}
    assert as_maria.post(address, typed | {"seen": old}).status_code == 302
    for again in (typed, typed | {"on": "2026-11-19", "reason": "They were bought"}):
        refused = as_maria.post(address, again | {"seen": old})
        assert refused.status_code == 422
        assert f"Bluth Company has left already on {date_format(date(2026, 11, 18))}: Budget cut" in refused.text
        assert again["reason"] in refused.text
    assert CustomerChange.objects.filter(customer=bluth, kind="lifecycle").count() == 1
    assert as_maria.post(address, again | {"seen": seen(refused)}).status_code == 302
    bluth.refresh_from_db()
    assert (bluth.churned_on, bluth.churn_reason) == (date(2026, 11, 19), "They were bought")


def test_the_day_on_which_a_customer_left_is_put_right_on_a_page_that_knows_it(as_maria, bluth):
    address = reverse("customers:customer_churn", args=[bluth.pk])
    as_maria.post(address, {"on": "2026-12-18", "reason": "Budget cut"})
    blind = as_maria.post(address, {"on": "2026-12-01", "reason": "Sold"})
    assert (blind.status_code, "leaves already on" in blind.text) == (422, True)
    page = as_maria.get(address)
    assert "When and why Bluth Company leaves" in page.text
    assert 'value="2026-12-18"' in page.text
    same = as_maria.post(address, {"on": "2026-12-18", "reason": "Budget cut", "seen": seen(page)})
    assert (same.status_code, f"leaves already on {date_format(date(2026, 12, 18))}" in same.text) == (422, True)
    assert as_maria.post(address, {"on": "2026-12-01", "reason": "Budget cut", "seen": seen(page)}).status_code == 302


def test_who_corrects_a_departure_does_not_throw_out_a_customer_that_was_won_back_meanwhile(as_maria, bluth):
    priya = person("Priya Nair", Role.PROGRAMME_MANAGER)
    churn(bluth, on=NOW.date(), at=NOW)
    address = reverse("customers:customer_churn", args=[bluth.pk])
    typed = {"on": "2026-11-20", "reason": "They were bought", "seen": seen(as_maria.get(address))}
    customers.win_back(bluth, on=NOW.date(), reason="New budget", by=priya, at=NOW)
    refused = as_maria.post(address, typed)
    bluth.refresh_from_db()
    assert (refused.status_code, bluth.lifecycle) == (422, Lifecycle.LIVE)
    assert "Bluth Company was won back meanwhile and is “Live” now" in refused.text
    assert "They were bought" in refused.text
    assert as_maria.post(address, typed | {"seen": seen(refused)}).status_code == 302
    bluth.refresh_from_db()
    assert bluth.churn_reason == "They were bought"


def test_of_two_reasons_for_the_same_day_the_first_is_not_lost(as_maria, bluth):
    churn(bluth, on=NOW.date(), at=NOW)
    address = reverse("customers:customer_churn", args=[bluth.pk])
    old = seen(as_maria.get(address))
    typed = {"on": "2026-11-20", "seen": old}
    bluth.refresh_from_db()
    customers.edit(bluth, seen_version=bluth.version, changes={"industry": "Banking"}, by=None, at=NOW)
    assert as_maria.post(address, typed | {"reason": "Budget cut"}).status_code == 302, "another field is no matter"
    refused = as_maria.post(address, typed | {"reason": "Sold to Sitwell"})
    bluth.refresh_from_db()
    assert (refused.status_code, bluth.churn_reason) == (422, "Budget cut")
    assert ": Budget cut" in refused.text
    assert "Sold to Sitwell" in refused.text
    assert as_maria.post(address, typed | {"reason": "Sold to Sitwell", "seen": seen(refused)}).status_code == 302


def test_a_form_that_was_refused_for_another_cause_does_not_replace_what_it_never_showed(as_maria, bluth):
    churn(bluth, on=NOW.date(), at=NOW)
    address = reverse("customers:customer_churn", args=[bluth.pk])
    slip = as_maria.post(address, {"on": "1900-01-01", "reason": "Sold", "seen": seen(as_maria.get(address))})
    assert (slip.status_code, "Look at the year" in slip.text) == (422, True)
    bluth.refresh_from_db()
    customers.set_lifecycle(bluth, lifecycle=Lifecycle.CHURNED, on=NOW.date(), reason="Budget cut", by=None, at=NOW)
    assert as_maria.post(address, {"on": "2026-11-20", "reason": "Sold", "seen": seen(slip)}).status_code == 422


@pytest.mark.parametrize("name", ["customer_move", "customer_win_back"])
def test_a_page_from_before_the_customer_left_for_that_reason_does_not_bring_it_back(as_maria, bluth, name):
    address = reverse(f"customers:{name}", args=[bluth.pk])
    typed = {"lifecycle": "live", "on": "2026-11-20", "reason": "All is well", "seen": seen(as_maria.get(address))}
    churn(bluth, on=NOW.date(), at=NOW)
    refused = as_maria.post(address, typed)
    bluth.refresh_from_db()
    assert (refused.status_code, bluth.lifecycle) == (422, Lifecycle.CHURNED)
    assert f"Bluth Company has left already on {date_format(NOW.date())}: Left" in refused.text
    assert "All is well" in refused.text
    assert as_maria.post(address, typed | {"seen": seen(refused)}).status_code == 302


def test_of_two_who_move_a_customer_on_the_second_is_told_where_it_stands(as_maria, bluth):
    address = reverse("customers:customer_move", args=[bluth.pk])
    typed = {"on": "2026-11-20", "seen": seen(as_maria.get(address))}
    assert as_maria.post(address, typed | {"lifecycle": "onboarding"}).status_code == 302
    refused = as_maria.post(address, typed | {"lifecycle": "prospective"})
    assert (refused.status_code, "Bluth Company is “Onboarding” now" in refused.text) == (422, True)
