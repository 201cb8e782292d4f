"""Maria looks for customers: search, filters, order, pages, and a file of exactly what she sees."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Programme
from customers.actions import products
from customers.models import Customer
from tests.factories import LONG_AGO, ContactFactory, customer

INDEX = "/customers/"


@pytest.fixture
def some(maria, jonas, priya):
    bluth = customer("Bluth Company", industry="Real estate", region="US West", csm=maria, domain="bluth.com")
    customer("Müller & Söhne GmbH", industry="Retail", region="EMEA", country="Germany", csm=jonas, is_well_known=True)
    customer(
        "Sitwell", industry="Real estate", region="US East", opener=maria, recurring_revenue=900, size_band="10-49"
    )
    router = products.create(name="Router", by=priya, at=LONG_AGO)
    products.set_use(bluth, product=router, by=priya, at=LONG_AGO)
    ContactFactory(customer=bluth, name="Lucille", evangelist_level="prompted")
    ContactFactory(customer=bluth, name="Michael", evangelist_level="unprompted")
    ContactFactory(customer=bluth, name="Gob")
    return bluth


def names(client, query=""):
    answer = client.get(f"{INDEX}?{query}")
    assert answer.status_code == 200
    return [row.name for row in answer.context["page"].rows]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Bluth Company", "Müller & Söhne GmbH", "Sitwell"]),
        ("q=muller", ["Müller & Söhne GmbH"]),
        ("q=BLUTH.com", ["Bluth Company"]),
        ("mine=true", ["Bluth Company", "Sitwell"]),
        ("region=EMEA", ["Müller & Söhne GmbH"]),
        ("country=Germany", ["Müller & Söhne GmbH"]),
        ("industry=Real+estate&region=US+East", ["Sitwell"]),
        ("size=10-49", ["Sitwell"]),
        ("well_known=true", ["Müller & Söhne GmbH"]),
        ("lifecycle=churned", []),
        ("sort=-name", ["Sitwell", "Müller & Söhne GmbH", "Bluth Company"]),
        ("sort=-evangelists", ["Bluth Company", "Müller & Söhne GmbH", "Sitwell"]),
        ("sort=-revenue", ["Sitwell", "Bluth Company", "Müller & Söhne GmbH"]),
        ("sort=nonsense&cursor=nonsense&size=nonsense&owner=x", ["Bluth Company", "Müller & Söhne GmbH", "Sitwell"]),
    ],
)
def test_the_list_shows_what_the_address_asks_for(client, maria, some, query, shown):
    client.force_login(maria)
    assert names(client, query) == shown


def test_the_product_and_owner_filters_take_ids(client, maria, jonas, some):
    client.force_login(maria)
    use = some.product_uses.get()
    assert names(client, f"product={use.product_id}") == ["Bluth Company"]
    for days, shown in ((1, ["Bluth Company"]), (-1, [])):
        use.until = timezone.localdate() + timedelta(days=days)
        use.save()
        assert names(client, f"product={use.product_id}") == shown
    assert names(client, f"owner={jonas.pk}") == ["Müller & Söhne GmbH"]


def test_evangelists_and_totals_stand_in_the_list(client, maria, some):
    client.force_login(maria)
    page = client.get(INDEX).content.decode()
    assert "★ 2" in page
    assert "3 customers" in page
    assert "No customer matches" in client.get(f"{INDEX}?q=nobody").content.decode()


def test_htmx_gets_the_list_alone_with_a_clean_address(client, maria, some):
    client.force_login(maria)
    answer = client.get(f"{INDEX}?q=bluth&region=&sort=", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert answer["HX-Push-Url"] == "/customers/?q=bluth"
    assert "HX-Request" in answer["Vary"]


def test_the_export_is_what_the_list_shows_and_harmless(client, maria, some):
    customer("=cmd|'/c calc'!A1", region="EMEA", csm=maria)
    client.force_login(maria)
    answer = client.get(reverse("customers:customer_export") + "?region=EMEA&sort=-name")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["Müller & Söhne GmbH", "'=cmd|'/c calc'!A1"]
    assert rows[0][:2] == ["Customer", "Web domain"]
    assert rows[0][-3:] == ["Lifecycle", "Well-known brand", "Use case"]
    assert rows[1][-3:] == ["Live", "yes", ""]


def fill(count):
    Customer.objects.bulk_create(
        (
            Customer(name=f"Company {n:05}", name_key=f"company {n:05}", industry=f"I{n % 7}", created_at=LONG_AGO)
            for n in range(count)
        ),
        batch_size=1000,
    )


def test_the_number_of_queries_does_not_grow_with_the_list(client, maria, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(maria)
    Programme.current()
    counts = []
    for size in (3, 60):
        fill(size)
        with CaptureQueriesContext(connection) as queries:
            client.get(INDEX)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_five_thousand_customers_are_read_page_by_page_without_gap_or_repetition(client, maria):
    fill(5000)
    client.force_login(maria)
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(INDEX, {"sort": "-industry", "cursor": cursor}).context["page"]
        seen += [row.name for row in page.rows]
        cursor = page.next
    assert len(seen) == len(set(seen)) == 5000
    assert seen[0] == "Company 00006"
