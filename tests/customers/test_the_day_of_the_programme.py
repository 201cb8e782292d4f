"""In Kiritimati it is the 21st, in London the 20th: Bluth Company, which leaves on the 21st, is called alike there."""

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from customers.models import Product, ProductUse
from tests.customers.speaking import csv_of
from tests.factories import customer
from tests.references.ledger import churn

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEAVES, TODAY = date(2026, 11, 21), date(2026, 11, 20)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def bluth(maria):
    return churn(customer("Bluth Company", csm=maria), on=LEAVES, at=NOW)


@pytest.fixture
def there(client, maria):
    maria.time_zone = "Pacific/Kiritimati"
    maria.save()
    client.force_login(maria)
    return client


@pytest.mark.parametrize("address", ["/customers/", "/grid/"])
def test_it_is_found_as_leaving_and_not_as_churned(there, bluth, address):
    found = {
        value: "Bluth Company" in there.get(f"{address}?lifecycle={value}").text for value in ("leaving", "churned")
    }
    assert found == {"leaving": True, "churned": False}


def test_it_is_called_leaving_in_list_file_search_and_on_its_page(there, bluth):
    for address in ("/customers/", "/search/?q=bluth", f"/customers/{bluth.pk}/"):
        page = there.get(address).text
        assert "Leaving on 21 Nov 2026" in page, address
        assert 'tag-red">Churned' not in page, address
    (row,) = csv.DictReader(csv_of(there.get("/customers/export.csv")).splitlines())
    assert row["Lifecycle"] == "Leaving on 21 Nov 2026"


def test_its_history_says_that_it_gave_notice(there, bluth):
    assert "Leaving on 21 Nov 2026" in there.get(f"/customers/{bluth.pk}/timeline/").text


def test_a_product_is_given_up_from_the_programme_s_day_on(there, bluth, maria):
    product = Product.objects.create(name="Cornballer")
    use = ProductUse.objects.create(customer=bluth, product=product, since=date(2026, 1, 1), until=LEAVES)
    assert "Bluth Company" in there.get(f"/customers/?product={product.pk}").text
    ProductUse.objects.filter(pk=use.pk).update(until=TODAY)
    assert "Bluth Company" not in there.get(f"/customers/?product={product.pk}").text


def test_forms_propose_the_programme_s_day(there, maria, priya):
    sitwell = customer("Sitwell", csm=maria)
    deeds = ("churn", "lifecycle", "owners/csm", "cases/new")
    pages = [there.get(f"/customers/{sitwell.pk}/{deed}/") for deed in deeds]
    assert [page.status_code for page in pages] == [200] * len(deeds)
    for page in pages:
        assert ('value="2026-11-20"' in page.text, 'value="2026-11-21"' in page.text) == (True, False)


def test_the_day_of_the_person_stands_in_names_of_files_and_at_instants_only():
    """Decision 27; whoever needs it elsewhere adds the place here and there."""
    own = {"customers/reports/timeline.py", "people/forms.py", "people/views/tokens.py"}
    files = [
        path
        for app in ("core", "customers", "references", "people", "operations", "refprogram")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
    ]
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for path in files
        for line in path.read_text().splitlines()
        if "timezone.localdate(" in line and not re.search(r":%Y-%m-%d}\.csv", line)
    }
    assert found == own
