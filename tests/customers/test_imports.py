"""Priya takes customers in from files: matched, not duplicated; told, not guessed; all of it or nothing."""

import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.choices import Role
from core.models import AuditEvent
from customers.models import Customer, CustomerChange, ExternalId, Product, ProductUse
from tests.customers.taking import counts, reasons, take
from tests.factories import LONG_AGO, customer, person

pytestmark = pytest.mark.django_db


EVERYTHING = {
    "Name": "name",
    "Web": "domain",
    "Sector": "industry",
    "Staff": "size_band",
    "ARR": "recurring_revenue",
    "Known": "is_well_known",
    "Live since": "in_production_since",
    "Owner": "csm",
    "Products": "products",
}
FILE = (
    "Name,Web,Sector,Staff,ARR,Known,Live since,Owner,Products,Secret\n"
    'Acme Corporation,https://www.acme.com/eu,Tech,"1,200","1,250,000.50",yes,2026-03-01,Maria Chen,GTX; MG,s3cret\n'
    "Bluth,,Homes,51-200,,no,3.4.2026,jonas.weber@example.com,,s3cret\n"
)


def test_every_kind_of_value_is_taken_and_unmapped_columns_are_never_stored(maria, jonas):
    products = [Product.objects.create(name=name) for name in ("GTX", "MG")]
    assert counts(take(FILE, EVERYTHING)) == {"created": 2}
    acme, bluth = Customer.objects.order_by("name")
    assert (acme.domain, acme.industry, acme.size_band) == ("acme.com", "Tech", "1000-4999")
    assert (acme.recurring_revenue, acme.is_well_known, acme.csm) == (Decimal("1250000.50"), True, maria)
    assert (bluth.in_production_since, bluth.size_band, bluth.csm) == (date(2026, 4, 3), "50-249", jonas)
    assert [use.product for use in acme.product_uses.order_by("product__name")] == products
    change = CustomerChange.objects.get(customer=acme)
    assert (change.kind, change.products, change.csm_id) == ("imported", ["GTX", "MG"], maria.pk)
    for model in (Customer, CustomerChange, AuditEvent):
        assert "s3cret" not in repr(list(model.objects.values()))


def test_one_import_is_one_audit_event_with_its_counts(maria):
    take(FILE, {"Name": "name"})
    event = AuditEvent.objects.get(event="customers.imported")
    assert event.detail["counts"]["created"] == 2


def test_a_file_that_replaces_the_opener_of_open_business_says_so(maria, jonas):
    bluth = customer("Bluth Company", opener=maria, has_open_follow_up=True)
    customer("Sitwell", opener=maria)
    tally = take("Name,Rep\nBluth Company,Jonas Weber\nSitwell,Jonas Weber\n", {"Name": "name", "Rep": "opener"})
    said = {row["subject"]: row["reason"] for row in tally.shown["updated"]}
    assert "the opener is replaced" in said["Bluth Company"]
    assert said["Sitwell"] == ""
    bluth.refresh_from_db()
    assert bluth.opener == jonas


def test_the_same_file_twice_changes_nothing(maria, jonas):
    Product.objects.create(name="GTX")
    take(FILE, EVERYTHING)
    before = list(Customer.objects.order_by("pk").values())
    history = CustomerChange.objects.count()
    assert counts(take(FILE, EVERYTHING)) == {"unchanged": 2}
    assert (list(Customer.objects.order_by("pk").values()), CustomerChange.objects.count()) == (before, history)


def test_a_dry_run_tells_the_same_and_writes_nothing(maria, jonas):
    customer("Bluth", industry="Old")
    told = take(FILE, EVERYTHING, write=False)
    assert counts(told) == {"created": 1, "updated": 1}
    assert told.shown["updated"][0]["fields"]["industry"] == ["Old", "Homes"]
    assert told.shown["updated"][0]["fields"]["csm_id"] == [None, "Jonas Weber"]
    assert (Customer.objects.count(), Customer.objects.get().industry) == (1, "Old")
    assert counts(take(FILE, EVERYTHING)) == counts(told)


def test_a_blank_cell_never_erases(maria):
    customer("Acme", domain="acme.com", industry="Tech", csm=maria)
    blank = take("Name,Web,Sector,Owner\nAcme,,-,\n", {k: EVERYTHING[k] for k in ("Name", "Web", "Sector", "Owner")})
    assert counts(blank) == {"unchanged": 1}


def test_customers_of_another_system_are_matched_and_get_a_second_id():
    take("Id,Name,Web\n1,Acme Inc.,acme.com\n", {"Id": "external_id", "Name": "name", "Web": "domain"}, source="one")
    again = "Key,Company,Site\nA-7,ACME,www.acme.com\n"
    columns = {"Key": "external_id", "Company": "name", "Site": "domain"}
    assert counts(take(again, columns, source="two")) == {"updated": 1}
    acme = Customer.objects.get()
    assert acme.name == "Acme Inc."
    assert list(ExternalId.objects.values_list("source", "value", "customer_id")) == [
        ("one", "1", acme.pk),
        ("two", "A-7", acme.pk),
    ]
    assert counts(take(again, columns, source="two")) == {"unchanged": 1}


def test_the_id_finds_a_customer_that_was_renamed():
    columns = {"Id": "external_id", "Name": "name"}
    take("Id,Name\n1,Acme\n", columns, source="crm")
    assert counts(take("Id,Name\n1,Umbrella\n", columns, source="crm")) == {"updated": 1}
    renamed = Customer.objects.get()
    assert (renamed.name, renamed.name_key, renamed.version) == ("Umbrella", "umbrella", 2)


def test_a_name_that_fits_two_customers_is_a_problem_and_the_domain_decides():
    north = customer("Smith", domain="smith-north.com")
    customer("Smith", domain="smith-south.com")
    tally = take("Name\nSmith\n", {"Name": "name"})
    assert "fits 2 customers" in reasons(tally)[0]
    columns = {"Name": "name", "Web": "domain", "Sector": "industry"}
    assert counts(take("Name,Web,Sector\nSmith,smith-north.com,Coal\n", columns)) == {"updated": 1}
    north.refresh_from_db()
    assert north.industry == "Coal"
    assert counts(take("Name,Web,Sector\nSmith,smith-west.com,Gas\n", columns)) == {"created": 1}


def test_a_merged_duplicate_is_found_under_its_old_name():
    survivor = customer("Acme")
    duplicate = customer("Akme")
    Customer.objects.filter(pk=duplicate.pk).update(merged_into=survivor)
    assert counts(take("Name,Sector\nAkme,Tech\n", {"Name": "name", "Sector": "industry"})) == {"updated": 1}
    survivor.refresh_from_db()
    assert (survivor.industry, Customer.objects.count()) == ("Tech", 2)


def test_what_a_merge_decided_outlives_the_next_import_of_either_list():
    survivor = customer("Acme", domain="acme.com")
    duplicate = customer("Akme", domain="akme.example")
    Customer.objects.filter(pk=duplicate.pk).update(merged_into=survivor)
    ExternalId.objects.create(customer=survivor, source="hubspot", value="H1")
    columns = {"Name": "name", "Web": "domain"}
    assert counts(take("Name,Web\nAkme,akme.example\n", columns)) == {"unchanged": 1}
    assert counts(take("Name,Web\nAcme,acme.com\n", columns)) == {"unchanged": 1}
    with_ids = columns | {"Id": "external_id"}
    assert counts(take("Id,Name,Web\nH1,Akme,akme.example\n", with_ids, source="hubspot")) == {"unchanged": 1}
    survivor.refresh_from_db()
    assert (survivor.name, survivor.domain, Customer.objects.count()) == ("Acme", "acme.com", 2)


def test_duplicates_within_the_file_are_reported_and_never_make_two_customers():
    columns = {"Name": "name", "Sector": "industry"}
    tally = take('Name,Sector\nAcme,Tech\n"Acme, Inc.",Tech\nAcme,Tech\nACME,Food\n', columns)
    assert counts(tally) == {"created": 1, "unchanged": 2, "problem": 1}
    assert reasons(tally) == ["Row 2 is about the same customer and says something else: Industry; keep one of them."]
    assert Customer.objects.get().industry == "Tech"


def test_unknown_owners_are_listed_and_not_invented(maria):
    tally = take("Name,Owner\nA,Nobody Known\nB,Nobody Known\nC,Maria  chen\n", {"Name": "name", "Owner": "csm"})
    assert counts(tally) == {"created": 3}
    assert tally.unknown_owners == {"Nobody Known": 2}
    assert list(Customer.objects.order_by("name").values_list("csm__name", flat=True)) == [None, None, "Maria Chen"]


def test_two_colleagues_of_one_name_mean_nobody():
    person("Ana Silva", Role.CSM)
    from core.actions import people

    people.create("ana2@example.com", name="Ana Silva", roles=[Role.CSM], by=None, at=LONG_AGO)
    tally = take("Name,Owner\nA,Ana Silva\nB,ana2@example.com\n", {"Name": "name", "Owner": "csm"})
    assert tally.unknown_owners == {"Ana Silva": 1}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",acme.com", "names no customer"),
        ("A" * 201, "longer than 200"),
        ("A,no address", "not a web address"),
        ("A,,lots", "not a number of employees"),
        ("A,,,twelve", "not an amount"),
        ("A,,,,maybe", "neither yes nor no"),
        ("A,,,,,03/04/2026", "whether the day or the month comes first"),
        ("A,,,,,30.02.2026", "not a day of the calendar"),
        ("A,,,,,,resting", "not a stage"),
        ("A,,,,,,churned", "needs the day"),
        ("A,,,,,,live,2026-01-01", "did not leave"),
    ],
)
def test_what_cannot_be_read_is_a_problem_of_its_row_and_the_others_are_taken(row, words):
    headers = ["name", "domain", "size_band", "recurring_revenue", "is_well_known", "in_production_since"]
    headers += ["lifecycle", "churned_on"]
    content = ",".join(headers) + f"\n{row}\nOther\n"
    tally = take(content, {header: header for header in headers})
    assert counts(tally) == {"problem": 1, "created": 1}
    assert words in reasons(tally)[0]
    assert tally.shown["problem"][0]["row"] == 2


def test_the_order_of_day_and_month_is_a_choice():
    columns = {"Name": "name", "Since": "in_production_since"}
    take("Name,Since\nA,03/04/2026\n", columns, day_order="mdy")
    assert Customer.objects.get().in_production_since == date(2026, 3, 4)


def test_rows_deleted_in_their_system_are_left_out_and_reported():
    tally = take("Name,IsDeleted\nA,true\nB,false\nC,\n", {"Name": "name", "IsDeleted": "is_deleted"})
    assert counts(tally) == {"skipped": 1, "created": 2}


def test_a_churned_customer_that_is_live_again_keeps_no_day_of_leaving():
    customer("Acme")
    Customer.objects.update(lifecycle="churned", churned_on=date(2026, 1, 1), churn_reason="Price")
    take("Name,Stage\nAcme,Customer\n", {"Name": "name", "Stage": "lifecycle"})
    acme = Customer.objects.get()
    assert (acme.lifecycle, acme.churned_on, acme.churn_reason) == ("live", None, "")


def test_a_day_of_leaving_with_a_slip_in_its_year_is_a_problem_of_its_row():
    """Notice may be given, so that Sitwell leaves next year; Acme is held back, and what stands already is let be."""
    customer("Acme")
    customer("Hooli")
    Customer.objects.filter(name="Hooli").update(lifecycle="churned", churned_on=date(2999, 1, 1))
    file = "Name,Left,Sector\nAcme,2999-01-01,\nNakatomi,2999-01-01,\nSitwell,2027-12-31,\nHooli,2999-01-01,Tech\n"
    tally = take(file, {"Name": "name", "Left": "churned_on", "Sector": "industry"}, at=LONG_AGO.replace(year=2026))
    assert reasons(tally) == ["Look at the year: nothing is planned more than five years ahead."] * 2
    assert counts(tally) == {"problem": 2, "created": 1, "updated": 1}
    assert dict(Customer.objects.values_list("name", "lifecycle")) == {
        "Acme": "live",
        "Hooli": "churned",
        "Sitwell": "churned",
    }


def test_names_that_are_html_or_formulas_are_kept_as_text():
    take("Name\n<script>alert(1)</script>\n=1+1\n'=2+2\n", {"Name": "name"})
    assert list(Customer.objects.order_by("pk").values_list("name", flat=True)) == [
        "<script>alert(1)</script>",
        "=1+1",
        "=2+2",
    ]


def test_a_failure_half_way_leaves_nothing(monkeypatch):
    rows = "".join(f"Company {number}\n" for number in range(1200))
    content = f"Name\n{rows}\0\n"
    with pytest.raises(Exception, match="NUL"):
        take(content, {"Name": "name"})
    assert Customer.objects.count() == 0


def test_ten_thousand_customers_take_seconds_and_the_same_statements_per_chunk(maria):
    rows = "".join(f"{n},Company {n},c{n}.example,Tech,maria.chen@example.com\n" for n in range(10_000))
    content = f"Id,Name,Web,Sector,Owner\n{rows}"
    columns = {"Id": "external_id", "Name": "name", "Web": "domain", "Sector": "industry", "Owner": "csm"}
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        assert counts(take(content, columns, source="crm")) == {"created": 10_000}
    assert time.perf_counter() - started < 60
    # SQLite takes fewer values in one statement, so it needs more of them; none of it is per row.
    assert len(queries) < 800
    assert counts(take(content, columns, source="crm")) == {"unchanged": 10_000}


def test_products_nobody_sells_are_listed():
    Product.objects.create(name="GTX")
    tally = take("Name,Product\nA,gtx\nB,GTXPro\n", {"Name": "name", "Product": "products"})
    assert tally.unknown_products == {"GTXPro": 1}
    assert ProductUse.objects.get().customer.name == "A"


def test_new_words_and_customers_taken_as_live_are_told_of_for_the_whole_file(db):
    customer("Bluth", industry="Retail", region="EMEA")
    rows = "Acme,Finnance,EMEA,\nBluth,Retail,Moon,\nSitwell,Finnance,,prospect\n"
    tally = take(f"Name,Industry,Region,Stage\n{rows}", COLUMNS_WITH_STAGE)
    assert tally.notes == [
        "New in Industry: “Finnance” (2). They become filters and lines of the dashboard; look for slips.",
        "New in Region: “Moon” (1). They become filters and lines of the dashboard; look for slips.",
        "1 new customer has no lifecycle in the file and is taken as Live.",
    ]
    assert take("Name,Industry\nAcme,Finnance\n", {"Name": "name", "Industry": "industry"}).notes == []


COLUMNS_WITH_STAGE = {"Name": "name", "Industry": "industry", "Region": "region", "Stage": "lifecycle"}


def test_everything_that_is_wrong_with_a_row_is_told_at_once():
    columns = {
        "Name": "name",
        "ARR": "recurring_revenue",
        "Known": "is_well_known",
        "Live since": "in_production_since",
    }
    tally = take("Name,ARR,Known,Live since\nAcme,much,perhaps,soon\n,,perhaps,\n", columns)
    assert reasons(tally) == [
        "“much” is not an amount; write it like 12500.00. “perhaps” is neither yes nor no. "
        "“soon” is not a day; write it like 2026-11-20.",
        "“perhaps” is neither yes nor no. The row names no customer.",
    ]
