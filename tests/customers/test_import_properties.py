"""Whatever stands in a file: trying it tells what is then done; what went in whole changes nothing again."""

import io

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.actions import imports
from customers.actions.customer_files import CUSTOMER_FILES
from customers.actions.import_rows import ImportPlan
from customers.models import Customer, CustomerChange, ExternalId
from tests.factories import LONG_AGO, customer

COLUMNS = {"Id": "external_id", "Name": "name", "Web": "domain", "Sector": "industry", "Left": "churned_on"}
NAMES = st.sampled_from(["Acme", "ACME, Inc.", "Bluth", "Initech", "Old Acme", ""])
LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2", "3"]),
        NAMES,
        st.sampled_from(["", "", "a.example", "b.example"]),
        st.sampled_from(["", "Tech", "Food"]),
        st.sampled_from(["", "", "", "2026-01-31", "soon"]),
    ),
    max_size=9,
)


def outcomes(lines, *, write):
    content = "Id,Name,Web,Sector,Left\n" + "".join(",".join(f'"{value}"' for value in line) + "\n" for line in lines)
    plan = ImportPlan(columns=COLUMNS, source="crm", file_name="file.csv")
    with CUSTOMER_FILES.opened(io.BytesIO(content.encode())) as table:
        return list(CUSTOMER_FILES.outcomes(plan, table, write=write, by=None, at=LONG_AGO))


def told(found):
    """What a person is told; a customer that is new has no number before it is there."""
    return [(one.row, one.kind, one.subject, one.fields, one.reason) for one in found]


def the_companies():
    """A renamed one, a duplicate that was merged, and one that the other system knows."""
    acme = customer("Acme")
    Customer.objects.filter(pk=customer("Old Acme", domain="b.example").pk).update(merged_into=acme)
    ExternalId.objects.create(customer=customer("Bluth", domain="a.example"), source="crm", value="1")


def stored():
    rows = Customer.objects.order_by("pk").values_list("name", "domain", "industry", "lifecycle", "version")
    return list(rows), CustomerChange.objects.count(), ExternalId.objects.count()


@pytest.mark.parametrize("chunk", [2, 100])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES)
def test_what_is_foreseen_is_done_and_is_done_once(db, monkeypatch, chunk, lines):
    monkeypatch.setattr(imports, "CHUNK", chunk)
    with transaction.atomic():
        the_companies()
        foreseen = outcomes(lines, write=False)
        assert told(outcomes(lines, write=True)) == told(foreseen)
        # Rows that contradict each other or the grid may come to something else once the others are in.
        if all(one.kind != "problem" for one in foreseen):
            before = stored()
            assert {one.kind.value for one in outcomes(lines, write=True)} <= {"unchanged", "problem"}
            assert stored() == before
        transaction.set_rollback(True)
