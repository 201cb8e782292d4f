"""Links to a customer that was merged into another one lead to that one, and what was typed for it goes along."""

import pytest
from django.urls import reverse

from customers.models import SupportCase
from references.models import Dimension, Nomination, RecruitingPlan
from tests.factories import ContactFactory, customer
from tests.references.test_merges import merge

PAGES = [
    *("customer_detail", "customer_edit", "customer_move", "customer_churn", "contact_create"),
    *("product_use", "external_id_add", "case_create", "invoice_create"),
]


@pytest.fixture
def bluth(db, maria):
    return customer("Bluth Company", csm=maria)


@pytest.fixture
def double(db, maria):
    return customer("Bluth Homes", csm=maria)


@pytest.fixture
def merged(bluth, double, priya):
    merge(bluth, double, priya)
    double.refresh_from_db()
    return double


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_merged_customer_leads_to_the_same_page_of_the_other(client, merged, bluth, priya, page):
    client.force_login(priya)
    answer = client.get(reverse(f"customers:{page}", args=[merged.pk]), {"from": "mail"}, follow=True)
    assert answer.redirect_chain == [(reverse(f"customers:{page}", args=[bluth.pk]) + "?from=mail", 302)]
    assert "Bluth Homes was merged into Bluth Company." in answer.text


def test_its_owners_its_evidence_and_a_further_merge_are_those_of_the_other(client, merged, bluth, priya):
    client.force_login(priya)
    for page in ("/customers/{}/owners/csm/", "/customers/{}/evidence/logo/", "/customers/{}/merge/"):
        assert client.get(page.format(merged.pk)).url == page.format(bluth.pk)


@pytest.mark.parametrize(
    "page", ["/customers/{}/impact/", "/customers/{}/impact/brand/", "/customers/{}/plan/", "/grid/{}/logo/"]
)
def test_its_impact_its_plan_and_its_cells_are_those_of_the_other(client, merged, bluth, priya, page):
    client.force_login(priya)
    assert client.get(page.format(merged.pk)).url == page.format(bluth.pk)


def test_what_was_typed_of_its_impact_stands_with_the_reason(client, merged, priya):
    client.force_login(priya)
    typed = {"points": "3", "evidence": "Half of Europe knows them.", "seen": "0"}
    answer = client.post(f"/customers/{merged.pk}/impact/brand/", typed)
    assert answer.status_code == 422
    assert "Bluth Homes was merged into Bluth Company; make the change there." in answer.text
    assert "Half of Europe knows them." in answer.text


def test_of_a_cell_whose_customer_was_merged_that_alone_is_said(client, merged, priya):
    client.force_login(priya)
    answer = client.post(f"/grid/{merged.pk}/logo/edit/", {"status": "amber", "note": "They like it.", "version": 0})
    assert answer.status_code == 422
    assert "Bluth Homes was merged into Bluth Company; make the change there." in answer.text
    assert "has no row here" not in answer.text
    assert "They like it." in answer.text
    taken = client.post(f"/grid/{merged.pk}/logo/take/", {"status": "amber", "version": 0, "listed": "status"})
    assert taken.status_code == 422
    assert "Bluth Homes was merged into Bluth Company; make the change there." in taken.text


def test_a_plan_that_was_being_written_stands_in_the_form_of_the_other(client, merged, bluth, priya):
    kind = Dimension.objects.get(key="logo").pk
    typed = {"dimensions": [kind], "people": "Lucille", "way": "Through the user group.", "owner": priya.pk}
    client.force_login(priya)
    assert (
        client.get(f"/nominations/plans/new/?customer={merged.pk}").url
        == f"/nominations/plans/new/?customer={bluth.pk}"
    )
    answer = client.post(f"/nominations/plans/new/?customer={merged.pk}", typed)
    assert answer.status_code == 422
    assert "This is the form of Bluth Company, with what you wrote." in answer.text
    assert "Through the user group." in answer.text
    assert f'action="?customer={bluth.pk}"' in answer.text
    assert not RecruitingPlan.objects.exists()
    client.post(f"/nominations/plans/new/?customer={bluth.pk}", typed)
    assert RecruitingPlan.objects.get().customer == bluth


def test_a_chain_of_merges_leads_to_its_end(client, merged, bluth, priya):
    sitwell = customer("Sitwell Enterprises")
    merge(sitwell, bluth, priya)
    client.force_login(priya)
    answer = client.get(f"/customers/{merged.pk}/", follow=True)
    assert answer.redirect_chain == [(f"/customers/{sitwell.pk}/", 302)]
    assert "Bluth Homes was merged into Sitwell Enterprises." in answer.text


def test_what_was_typed_for_a_merged_customer_stands_with_the_reason(client, merged, priya):
    client.force_login(priya)
    answer = client.post(
        f"/customers/{merged.pk}/cases/new/", {"number": "C-7", "severity": "high", "opened_on": "2026-11-02"}
    )
    assert answer.status_code == 422
    assert "Bluth Homes was merged into Bluth Company; make the change there." in answer.text
    assert 'value="C-7"' in answer.text
    assert not SupportCase.objects.exists()


def test_a_link_that_nominates_a_merged_customer_nominates_the_other(client, merged, bluth, sam):
    client.force_login(sam)
    answer = client.get(f"/nominations/new/?customer={merged.pk}&dimension=logo", follow=True)
    assert answer.redirect_chain == [(f"/nominations/new/?customer={bluth.pk}&dimension=logo", 302)]
    assert "Bluth Homes was merged into Bluth Company." in answer.text
    assert "Nominate Bluth Company" in answer.text


def test_who_was_writing_a_nomination_during_the_merge_has_the_form_of_the_other_with_it(
    client, double, bluth, sam, priya
):
    speaker = ContactFactory(customer=double, name="Lucille")
    kind = f"will-{Dimension.objects.get(key='logo').pk}"
    typed = {"contact": speaker.pk, "story": "They halved their returns.", "source": "sales", kind: "maybe"}
    merge(bluth, double, priya)
    client.force_login(sam)
    page = client.post(f"/nominations/new/?customer={double.pk}&source=sales", typed)
    assert page.status_code == 422
    assert "Bluth Homes was merged into Bluth Company. This is the form of Bluth Company" in page.text
    assert "They halved their returns." in page.text
    assert '<option value="maybe" selected>' in page.text
    assert f'<option value="{speaker.pk}" selected>' in page.text
    assert f'action="/nominations/new/?customer={bluth.pk}&amp;source=sales"' in page.text
    client.post(f"/nominations/new/?customer={bluth.pk}&source=sales", typed)
    nomination = Nomination.objects.get()
    assert (nomination.customer, nomination.contact.name) == (bluth, "Lucille")


def test_nobody_learns_of_a_merge_who_may_not_see_the_page(client, merged, sam):
    client.force_login(sam)
    assert client.get(f"/customers/{merged.pk}/edit/").status_code == 403
