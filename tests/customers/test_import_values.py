"""What foreign cells mean, and whom a row means: the rules alone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.formats import contact_columns, customer_columns
from customers.formats.columns import guess, recognise
from customers.rules import import_values as values
from customers.rules.import_values import Unreadable
from customers.rules.matching import Candidate, Match, Wanted, match


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-05",
        "2026-11-05T09:42:24.000+0000",
        "2026-11-05 09:30",
        "2026/11/5",
        "5.11.2026",
        "05.11.26",
        "5 Nov 2026",
        "05-Nov-26",
        "Nov 5, 2026",
        "November 5, 2026 9:30 PM",
        "5/November/26 03:26 PM",
        "46331",
        "46331.0",
    ],
)
def test_days_in_any_usual_way(text):
    assert values.day(text, order="auto") == date(2026, 11, 5)


def test_a_day_that_could_be_two_is_read_only_if_somebody_says_how():
    with pytest.raises(Unreadable, match="5 Nov 2026 or 11 May 2026"):
        values.day("05/11/2026", order="auto")
    assert values.day("05/11/2026", order="dmy") == date(2026, 11, 5)
    assert values.day("05/11/2026", order="mdy") == date(2026, 5, 11)
    assert values.day("25/11/2026", order="mdy") == date(2026, 11, 25)
    assert values.day("11/25/2026", order="dmy") == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200", "1200"),
        ("1,200", "1200"),
        ("1,200.50", "1200.50"),
        ("1.200,50", "1200.50"),
        ("1 200,5", "1200.50"),
        ("1'200.50", "1200.50"),
        ("1.200.300", "1200300"),
        ("€ 12,5", "12.50"),
        ("USD 1,200", "1200"),
        ("$1.5M", "1500000"),
        ("30k", "30000"),
        ("(500)", "-500"),
    ],
)
def test_amounts_in_any_usual_way(text, amount):
    assert values.amount(text) == Decimal(amount)


def test_a_point_that_groups_or_divides_is_asked_about():
    with pytest.raises(Unreadable, match=r"12345 or 12\.345"):
        values.amount("12.345")
    assert [values.amount(text) for text in ("1234.567", "0.125", "12.345,00", "12.50")] == [
        Decimal(text) for text in ("1234.57", "0.12", "12345", "12.50")
    ]


@pytest.mark.parametrize("text", ["", "abc", "1.2.3,4", "--5", "1e5", ".", "9" * 14, "1,2,3.4.5"])
def test_what_is_no_amount_is_refused_in_words(text):
    with pytest.raises(Unreadable):
        values.amount(text)


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("9", "1-9"),
        ("10", "10-49"),
        ("1,200", "1000-4999"),
        ("5000+", "5000+"),
        ("51-200", "50-249"),
        ("10083", "5000+"),
        ("1,000-4,999", "1000-4999"),
        ("250 employees", "250-999"),
        ("577.0", "250-999"),
    ],
)
def test_employees_become_a_band(text, band):
    assert values.size_band(text) == band


@given(st.text(max_size=30))
def test_no_text_hurts_any_reader(text):
    for read in (values.amount, values.size_band, values.yes_or_no, values.lifecycle, values.contact_roles):
        try:
            read(text)
        except Unreadable:
            continue
    try:
        values.day(text, order="auto")
    except Unreadable:
        return


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2060, 1, 1)))
def test_a_day_is_the_same_in_every_spelling(day):
    spellings = [day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day} {day:%b %Y}", f"{day:%B} {day.day}, {day.year}"]
    assert {values.day(spelling, order="auto") for spelling in spellings} == {day}
    serial = str((day - date(1899, 12, 30)) // timedelta(days=1))
    assert len(serial) != 5 or values.day(serial, order="auto") == day


NAMES = st.sampled_from(["acme", "bluth"])
DOMAINS = st.sampled_from(["", "a.com", "b.com"])
CANDIDATES = st.lists(
    st.builds(Candidate, st.integers(1, 9), NAMES, DOMAINS, st.sampled_from([(), ("1",), ("2",)])),
    max_size=4,
    unique_by=lambda candidate: candidate.pk,
)


@given(st.builds(Wanted, st.sampled_from(["", "1"]), NAMES, DOMAINS), CANDIDATES)
def test_a_match_is_one_of_the_candidates_and_never_of_another_domain(wanted, candidates):
    found = match(wanted, by_external_id=None, candidates=candidates)
    if found.pk is None:
        return
    chosen = next(candidate for candidate in candidates if candidate.pk == found.pk)
    assert not (wanted.domain and chosen.domain) or wanted.domain == chosen.domain
    assert not wanted.external_id or not chosen.external_ids or wanted.external_id in chosen.external_ids
    assert found.problem is None


@given(st.builds(Wanted, st.just("1"), NAMES, DOMAINS), CANDIDATES, st.integers(1, 99))
def test_the_id_decides_whatever_else_fits(wanted, candidates, pk):
    assert match(wanted, by_external_id=pk, candidates=candidates) == Match(pk)


def test_two_records_of_one_system_are_never_taken_for_one_customer():
    twin = Candidate(1, "Acme", "", ("A",))
    assert "another id (A)" in str(match(Wanted("B", "acme", ""), by_external_id=None, candidates=[twin]).problem)


def test_headers_are_recognised_and_guessed():
    salesforce = ["Id", "IsDeleted", "MasterRecordId", "Name", "BillingCountry", "Website", "OwnerId", "AnnualRevenue"]
    preset = recognise(salesforce, customer_columns.PRESETS)
    assert preset.source == "salesforce"
    columns = guess(salesforce, customer_columns.FIELDS, preset)
    assert columns == {
        "Id": "external_id",
        "IsDeleted": "is_deleted",
        "Name": "name",
        "BillingCountry": "country",
        "Website": "domain",
    }
    hubspot = ["Record ID", "Company name", "Company Domain Name", "Country/Region", "Description"]
    preset = recognise(hubspot, customer_columns.PRESETS)
    assert guess(hubspot, customer_columns.FIELDS, preset)["Company Domain Name"] == "domain"
    people = ["Record ID", "Email", "Contact owner", "First Name", "Last Name"]
    assert recognise(people, contact_columns.PRESETS).source == "hubspot"
    maven = ["account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"]
    assert guess(maven, customer_columns.FIELDS) == {
        "account": "name",
        "sector": "industry",
        "employees": "size_band",
        "office_location": "country",
    }
