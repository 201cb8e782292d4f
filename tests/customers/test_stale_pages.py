"""Maria and Priya change the same customer from pages that they opened at the same time."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from core.choices import Role
from customers.choices import OwnerRole
from customers.models import CustomerChange
from tests.factories import customer, person

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
    assert old is None
    assert as_maria.post(address, typed | {"seen": ""}).status_code == 302
    for again in (typed, typed | {"on": "2026-11-19", "reason": "They were bought"}):
        refused = as_maria.post(address, again | {"seen": ""})
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
    page = as_maria.get(address)
    assert "When and why Bluth Company left" in page.text
    assert 'value="2026-12-18"' in page.text
    same = as_maria.post(address, {"on": "2026-12-18", "reason": "Budget cut", "seen": seen(page)})
    assert (same.status_code, f"leaves already on {date_format(date(2026, 12, 18))}" in same.text) == (422, True)
    assert as_maria.post(address, {"on": "2026-12-01", "reason": "Budget cut", "seen": seen(page)}).status_code == 302
