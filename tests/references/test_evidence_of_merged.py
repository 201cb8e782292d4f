"""Three rows turn out to be one company: the consent given to the first holds, ends and is withdrawn at the last."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from customers.models import Customer
from references.actions import cells, evidence, merges
from references.actions.cells import NewEvidence
from references.models import Cell, Dimension, Evidence
from references.reports.cells import cell_report
from references.reports.merges import signature
from tests.factories import ContactFactory, customer
from tests.references.test_rag_imports import HEAD, run, sheet

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def merge(survivor, duplicate, by):
    both = [Customer.objects.get(pk=row.pk) for row in (survivor, duplicate)]
    return merges.merge(both[0], duplicate=both[1], seen=signature(*both), by=by, at=NOON)


def call():
    return Dimension.objects.get(key="reference_call")


def cell_of(row):
    return Cell.objects.get(customer=row, dimension__key="reference_call")


def turn(row, status, by, *, proof=None):
    cell = cell_of(row)
    changes = {"status": status}
    return cells.edit(cell, seen_version=cell.version, changes=changes, evidence=proof, by=by, at=LATER)


@pytest.fixture
def company(maria):
    """Bluth Company is Green on the word that Lucille gave to The Bluth Co., two merges ago."""
    first, second, third = (customer(name, csm=maria) for name in ("The Bluth Co.", "Bluth Inc.", "Bluth Company"))
    said = NewEvidence("call", date(2026, 11, 1), ContactFactory(customer=first, name="Lucille"))
    cell = Cell.objects.of(first, call())
    cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=said, by=maria, at=NOON)
    merge(second, first, maria)
    return merge(third, second, maria)


def test_the_green_is_carried_over_both_merges(company):
    proof = Evidence.objects.get()
    assert (cell_of(company).status, cell_of(company).evidence) == ("green", proof)
    assert proof.customer.name == "The Bluth Co."


def test_the_consent_is_taken_up_again_and_withdrawn_at_the_last_of_the_three(client, company, maria):
    proof = Evidence.objects.get()
    turn(company, "amber", maria)
    assert cell_report(company, call(), at=LATER).offered == proof
    turn(company, "green", maria, proof=proof)
    assert cell_of(company).evidence == proof
    client.force_login(maria)
    address = reverse("references:evidence_withdraw", args=[proof.pk])
    answer = client.post(address, {"reason": "They asked us to stop"}, follow=True)
    assert answer.redirect_chain == [(reverse("references:evidence_index", args=[company.pk]), 302)]
    assert "the Green that stood on it is Amber now" in answer.text
    assert cell_of(company).status == "amber"


def test_no_sheet_brings_back_a_green_whose_consent_was_withdrawn_after_the_merges(company, maria):
    evidence.withdraw(Evidence.objects.get(), reason="They asked us to stop", by=maria, at=LATER)
    [outcome] = run(sheet(HEAD, ["Bluth Company", None, "G"]), maria, at=LATER)
    assert (outcome.kind.value, cell_of(company).status) == ("unchanged", "amber")
    assert "the consent behind its Green has ended" in outcome.reason
    assert not Evidence.objects.filter(kind="import").exists()


def test_a_sheets_green_stands_on_the_consent_that_was_given_before_the_merges(company, maria):
    turn(company, "amber", maria)
    run(sheet(HEAD, ["Bluth Company", None, "G"]), maria, at=LATER)
    assert (cell_of(company).status, cell_of(company).evidence) == ("green", Evidence.objects.get())


def test_the_consent_of_another_company_is_still_nobody_elses(company, maria):
    other = customer("Sitwell", csm=maria)
    with pytest.raises(RuleBroken, match="belongs to another cell"):
        cells.edit(
            Cell.objects.of(other, call()),
            seen_version=0,
            changes={"status": "green"},
            evidence=Evidence.objects.get(),
            by=maria,
            at=LATER,
        )
