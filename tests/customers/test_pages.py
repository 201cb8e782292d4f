"""Maria enters and changes customers in the browser; nothing she types is lost, and nonsense is refused in words."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.choices import Role
from core.errors import RuleBroken
from core.models import Programme
from customers.actions import contacts, customers, external_ids, products
from customers.models import Contact, Customer, CustomerChange, Product
from tests.factories import LONG_AGO, customer, person
from tests.query_counts import assert_query_count


@pytest.fixture
def bluth(db, maria, sam):
    return customer("Bluth Company", domain="bluth.com", csm=maria, opener=sam)


@pytest.fixture(autouse=True)
def _logged_in(client, maria):
    client.force_login(maria)


def at(name, *args):
    return reverse(f"customers:{name}", args=args)


def facts(**changes):
    return {"name": "Sitwell", "domain": "", "lifecycle": "live", **changes}


def test_a_customer_is_entered(client, maria):
    answer = client.post(
        at("customer_create"), facts(domain="https://www.Sitwell.com/", csm=maria.pk, industry="Retail")
    )
    sitwell = Customer.objects.get()
    assert answer.url == at("customer_detail", sitwell.pk)
    assert (sitwell.domain, sitwell.csm, sitwell.industry) == ("sitwell.com", maria, "Retail")


@pytest.mark.parametrize(
    "typed", [{"name": "BLUTH COMPANY, Inc."}, {"name": "Something else", "domain": "www.bluth.com"}]
)
def test_a_look_alike_is_asked_about_before_it_is_entered(client, bluth, typed):
    answer = client.post(at("customer_create"), facts(**typed))
    assert answer.status_code == 422
    assert "may be a customer that is there already" in answer.content.decode()
    assert at("customer_detail", bluth.pk) in answer.content.decode()
    assert Customer.objects.count() == 1
    client.post(at("customer_create"), facts(**typed, is_different="on"))
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "  "}, "required"),
        ({"domain": "not a domain"}, "not a web domain"),
        ({"recurring_revenue": "-5"}, "cannot be negative"),
        ({"in_production_since": "yesterday"}, "valid date"),
        ({"lifecycle": "churned"}, "valid choice"),
        ({"name": "x" * 201}, "200"),
    ],
)
def test_nonsense_is_refused_in_words(client, typed, told):
    answer = client.post(at("customer_create"), facts(**typed))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Customer.objects.exists()


def test_a_name_that_is_html_is_shown_as_text(client, maria):
    row = customer("<script>alert(1)</script>")
    text = client.get(at("customer_detail", row.pk)).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_who_saves_second_sees_both_values_keeps_what_was_typed_and_may_save_then(client, bluth, jonas):
    form = client.get(at("customer_edit", bluth.pk)).context["form"]
    customers.edit(bluth, seen_version=1, changes={"industry": "Housing"}, by=jonas, at=LONG_AGO)
    typed = {"name": "Bluth Company", "domain": "bluth.com", "industry": "Retail", "version": form["version"].value()}
    answer = client.post(at("customer_edit", bluth.pk), typed)
    assert answer.status_code == 409
    conflict = answer.context["conflicts"][0]
    assert (conflict.label, conflict.theirs, conflict.yours) == ("Industry", "Housing", "Retail")
    assert answer.context["form"]["industry"].value() == "Retail"
    again = typed | {"version": answer.context["form"]["version"].value()}
    assert client.post(at("customer_edit", bluth.pk), again).status_code == 302
    bluth.refresh_from_db()
    assert bluth.industry == "Retail"


def test_churn_and_win_back_ask_for_day_and_reason(client, bluth):
    assert client.post(at("customer_churn", bluth.pk), {"on": "2026-10-01"}).status_code == 422
    client.post(at("customer_churn", bluth.pk), {"on": "2026-10-01", "reason": "Budget cut"})
    bluth.refresh_from_db()
    assert (bluth.lifecycle, bluth.churned_on) == ("churned", date(2026, 10, 1))
    text = client.get(at("customer_detail", bluth.pk)).content.decode()
    assert "Budget cut" in text
    assert "Win back" in text
    early = client.post(at("customer_win_back", bluth.pk), {"on": "2026-09-01", "reason": "New budget"})
    assert early.status_code == 422
    assert "later day" in early.content.decode()
    client.post(at("customer_win_back", bluth.pk), {"on": "2026-11-01", "reason": "New budget"})
    bluth.refresh_from_db()
    assert bluth.lifecycle == "live"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("customer_churn", {}),
        ("customer_move", {"lifecycle": "onboarding"}),
        ("owner_change", {"owner": ""}),
    ],
)
def test_a_slip_of_the_year_is_told_wherever_a_customer_changes_hands_or_stands_elsewhere(client, bluth, name, more):
    customers.edit(bluth, seen_version=1, changes={"csm": person("Nina Rossi", Role.CSM)}, by=None, at=LONG_AGO)
    address = at(name, bluth.pk, *(["csm"] if "owner" in more else []))
    refused = client.post(address, {"on": "1850-01-01", "reason": "Budget cut"} | more)
    assert (refused.status_code, "Look at the year: days from" in refused.text) == (422, True)
    assert "Budget cut" in refused.text
    assert client.post(address, {"on": "1990-01-01", "reason": "Budget cut"} | more).status_code == 302


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("customer_churn", {}),
        ("customer_move", {"lifecycle": "onboarding"}),
        ("owner_change", {"owner": ""}),
    ],
)
def test_notice_may_be_given_but_not_for_the_year_2999(client, bluth, name, more):
    customers.edit(bluth, seen_version=1, changes={"csm": person("Nina Rossi", Role.CSM)}, by=None, at=LONG_AGO)
    address = at(name, bluth.pk, *(["csm"] if "owner" in more else []))
    refused = client.post(address, {"on": "2999-01-01", "reason": "Their contract ends"} | more)
    words = "Look at the year: nothing is planned more than five years ahead."
    assert (refused.status_code, words in refused.text) == (422, True)
    assert "Their contract ends" in refused.text
    in_four_years = timezone.localdate() + timedelta(days=4 * 365)
    assert client.post(address, {"on": str(in_four_years), "reason": "Contract ends"} | more).status_code == 302


def test_a_departure_in_2999_that_was_let_through_once_can_still_be_given_another_reason(client, bluth):
    left = {"lifecycle": "churned", "churned_on": date(2999, 1, 1), "churn_reason": "Sold"}
    customers.edit(bluth, seen_version=1, changes=left, by=None, at=LONG_AGO)
    page = client.get(at("customer_churn", bluth.pk))
    typed = {"on": "2999-01-01", "reason": "Sold to Sitwell", "seen": page.context["form"]["seen"].value()}
    assert client.post(at("customer_churn", bluth.pk), typed).status_code == 302


def test_what_an_import_said_of_long_ago_can_still_be_corrected(client, bluth):
    left = {"lifecycle": "churned", "churned_on": date(1987, 5, 4), "churn_reason": "Sold"}
    customers.edit(bluth, seen_version=1, changes=left, by=None, at=LONG_AGO)
    page = client.get(at("customer_churn", bluth.pk))
    typed = {"on": "1987-05-04", "reason": "Sold to Sitwell", "seen": page.context["form"]["seen"].value()}
    assert client.post(at("customer_churn", bluth.pk), typed).status_code == 302


def test_swapping_the_opener_of_open_business_needs_a_tick(client, bluth, jonas, maria):
    customers.edit(bluth, seen_version=1, changes={"has_open_follow_up": True}, by=maria, at=LONG_AGO)
    address = at("owner_change", bluth.pk, "opener")
    assert "Sam Ortiz opened the account" in client.get(address).content.decode()
    typed = {"owner": jonas.pk, "on": "2026-11-01", "reason": "Sam moves on"}
    assert client.post(address, typed).status_code == 422
    assert client.post(address, {**typed, "confirmed": "on"}).status_code == 302
    text = client.get(at("customer_detail", bluth.pk)).content.decode()
    assert "Sam Ortiz → Jonas Weber" in text
    assert "Sam moves on" in text
    assert client.get(at("owner_change", bluth.pk, "nobody")).status_code == 404


def test_contacts_are_entered_edited_and_come_back(client, bluth):
    typed = {"name": "Lucille", "email": "lucille@bluth.com", "roles": ["champion", "user"]}
    typed |= {"evangelist_level": "unprompted", "evangelist_scope": "outside"}
    client.post(at("contact_create", bluth.pk), typed)
    lucille = Contact.objects.get()
    assert (lucille.roles, lucille.is_evangelist) == (["champion", "user"], True)
    wrong = client.post(at("contact_edit", lucille.pk), {**typed, "evangelist_level": "no", "version": 1})
    assert wrong.status_code == 422
    assert "Only an evangelist" in wrong.content.decode()
    client.post(at("contact_edit", lucille.pk), {**typed, "title": "Chair", "version": 1})
    stale = client.post(at("contact_edit", lucille.pk), {**typed, "title": "CFO", "version": 1})
    assert stale.status_code == 409
    assert [(row.theirs, row.yours) for row in stale.context["conflicts"]] == [("Chair", "CFO")]
    contacts.mark_left(lucille, on=date(2026, 11, 1), by=None, at=LONG_AGO)
    client.post(at("contact_come_back", lucille.pk))
    assert Contact.objects.get().left_on is None
    page = client.get(at("customer_detail", bluth.pk)).text
    assert '<a href="mailto:lucille@bluth.com">lucille@<wbr>bluth.com</a>' in page


def test_who_leaves_on_a_day_to_come_has_not_left_yet(client, bluth, maria):
    later = timezone.localdate() + timedelta(days=40)
    client.post(at("customer_churn", bluth.pk), {"on": later.isoformat(), "reason": "Sold"})
    page = client.get(at("customer_detail", bluth.pk)).content.decode()
    assert f"Leaving on {date_format(later)}" in page
    assert "Sold" in page


def test_products_in_use_are_set_changed_and_taken_back(client, bluth, priya):
    router = products.create(name="Router", by=priya, at=LONG_AGO)
    wrong = {"product": router.pk, "since": "2026-01-01", "until": "2025-01-01"}
    assert client.post(at("product_use", bluth.pk), wrong).status_code == 422
    client.post(at("product_use", bluth.pk), {"product": router.pk, "since": "2026-01-01"})
    page = client.get(at("customer_detail", bluth.pk)).content.decode()
    assert "Product Router:</span> since 1 Jan 2026" in page
    client.post(at("product_use_remove", bluth.pk, router.pk))
    assert not bluth.product_uses.exists()
    assert CustomerChange.objects.first().fields == {"product Router": [{"since": "2026-01-01", "until": None}, None]}


def test_an_id_of_another_customer_is_refused_by_name(client, bluth):
    external_ids.add(bluth, source="hubspot", value="7", by=None, at=LONG_AGO)
    other = customer("Sitwell")
    answer = client.post(at("external_id_add", other.pk), {"source": "hubspot", "value": "7"})
    assert answer.status_code == 422
    assert "belongs to Bluth Company" in answer.content.decode()
    client.post(at("external_id_remove", bluth.pk, bluth.external_ids.get().pk))
    assert not bluth.external_ids.exists()


def test_the_programme_manager_keeps_the_catalogue_of_products(client, bluth, priya):
    client.force_login(priya)
    client.post(at("product_index"), {"name": "Router"})
    router = Product.objects.get()
    assert client.post(at("product_index"), {"name": "router"}).status_code == 422
    client.post(reverse("references:product_rename", args=[router.pk]), {"name": "Relay"})
    products.set_use(bluth, product=router, by=priya, at=LONG_AGO)
    text = client.post(at("product_delete", router.pk), follow=True).content.decode()
    assert "in use at 1 customer;" in text
    assert Product.objects.get().name == "Relay"


def test_the_page_of_a_customer_asks_the_same_however_much_there_is(client, bluth, priya):
    Programme.current()
    for number in range(5):
        contacts.create(bluth, name=f"Contact {number}", by=priya, at=LONG_AGO)
        use = products.create(name=f"Product {number}", by=priya, at=LONG_AGO)
        products.set_use(bluth, product=use, by=priya, at=LONG_AGO)
        external_ids.add(bluth, source=f"crm{number}", value="1", by=priya, at=LONG_AGO)
    assert_query_count(client, at("customer_detail", bluth.pk), "customers:customer_detail")
    assert_query_count(client, at("customer_index"), "customers:customer_index")
    assert_query_count(client, at("search") + "?q=bluth", "customers:search")
    cells = reverse("references:customer_cells", args=[bluth.pk])
    assert_query_count(client, cells, "references:customer_cells")
    timeline = reverse("references:customer_timeline", args=[bluth.pk])
    assert_query_count(client, timeline, "references:customer_timeline")


def test_a_customer_is_moved_on_and_its_history_says_so(client, bluth, maria):
    answer = client.post(at("customer_move", bluth.pk), {"lifecycle": "onboarding", "on": "2026-02-01", "reason": ""})
    assert answer.url == at("customer_detail", bluth.pk)
    change = CustomerChange.objects.filter(customer=bluth).latest("pk")
    assert (change.lifecycle, change.by) == ("onboarding", maria)
    assert change.fields["lifecycle"] == ["live", "onboarding"]


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**30])
def test_a_product_of_a_number_that_no_database_can_hold_is_not_found(client, bluth, number):
    assert client.post(at("product_use_remove", bluth.pk, number)).status_code == 404


def test_who_had_us_chosen_for_them_is_known_on_the_customers_page_and_in_its_history(client, bluth):
    client.post(at("contact_create", bluth.pk), {"name": "Lucille", "evangelist_level": "no"})
    lucille = Contact.objects.get()
    assert lucille.adoption == ""
    page = at("customer_detail", bluth.pk)
    assert "Had it chosen for them" not in client.get(page).content.decode()
    typed = {"name": "Lucille", "evangelist_level": "no", "adoption": "imposed", "version": 1}
    assert client.post(at("contact_edit", lucille.pk), typed).status_code == 302
    assert "Had it chosen for them" in client.get(page).content.decode()
    assert "Had it chosen for them" in client.get(at("evangelist_detail", lucille.pk)).content.decode()
    assert bluth.changes.first().fields == {"contact Lucille: adoption": ["", "imposed"]}
    assert (
        "Had it chosen for them"
        in client.get(reverse("references:customer_timeline", args=[bluth.pk])).content.decode()
    )
    assert client.post(at("contact_edit", lucille.pk), typed | {"adoption": "x", "version": 2}).status_code == 422
    with pytest.raises(RuleBroken, match="how a contact came to us"):
        contacts.edit(lucille, changes={"adoption": "x"}, by=None, at=LONG_AGO)
