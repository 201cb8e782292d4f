"""What stands in a customer's history as plain values is read in words, in the language and formats of the reader."""

import pytest
from django.utils import translation

from customers.reports.wording import label_of, shown


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("in_production_since", "2026-01-05", "5 Jan 2026"),
        ("recurring_revenue", "1250000.00", "1,250,000"),
        ("recurring_revenue", "99.5", "99.50"),
        ("is_well_known", True, "yes"),
        ("lifecycle", "onboarding", "Onboarding"),
        ("size_band", "5000+", "5,000 and more"),
        ("csm_id", "Maria Chen", "Maria Chen"),
        ("contact Lucille Bluth: roles", "champion, decision_maker", "Champion, Decision maker"),
        ("contact Lucille Bluth: evangelist_level", "prompted", "When asked (prompted)"),
        ("contact Lucille Bluth: left_on", "2026-11-01", "1 Nov 2026"),
        ("contact Lucille Bluth", "entered", "entered"),
        ("product Router", {"since": "2025-03-01", "until": "2026-11-20"}, "since 1 Mar 2025, until 20 Nov 2026"),
        ("product Router", {"since": None, "until": None}, "in use"),
        ("external id hubspot", "7", "7"),
        ("name", None, ""),
    ],
)
def test_a_value_reads_as_people_write_it(name, value, words):
    assert shown(name, value) == words


def test_who_writes_as_in_germany_sees_days_and_amounts_so():
    with translation.override("en-de"):
        assert shown("in_production_since", "2026-01-05") == "5. Jan 2026"
        assert shown("recurring_revenue", "1250000.00") == "1.250.000"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("recurring_revenue", "Recurring revenue a year"),
        ("csm_id", "CSM"),
        ("contact Lucille Bluth", "Contact Lucille Bluth"),
        ("contact Lucille: the first: title", "Lucille: the first: Title"),
        ("product Router", "Product Router"),
        ("external id hubspot", "Id in hubspot"),
        ("contacts taken over", "Contacts taken over"),
    ],
)
def test_what_changed_is_called_as_on_the_pages(name, label):
    assert label_of(name) == label
