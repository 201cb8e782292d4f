"""A program of Maria's keeps customers in step through the API."""

import pytest

from core.choices import Role
from customers.models import Customer
from tests.api.calling import client_of, patch, post
from tests.factories import customer, person


def test_a_customer_is_created_with_owners_and_ids_and_read_back_with_its_cells(api, maria):
    body = {
        "name": "Bluth Company",
        "industry": "Technology",
        "csm": "maria.chen@example.com",
        "external_ids": [{"source": "salesforce", "value": "001A"}],
    }
    made = post(api, "/api/v1/customers/", body)
    assert made.status_code == 201, made.content
    read = api.get(f"/api/v1/customers/{made.json()['id']}/").json()
    assert read["csm"] == "maria.chen@example.com"
    assert read["external_ids"] == [{"source": "salesforce", "value": "001A"}]
    assert read["cells"]["reference_call"] == {"status": "", "version": 0}
    assert len(read["cells"]) == 12


def test_a_second_customer_with_the_same_external_id_is_refused_and_nothing_is_written(api):
    body = {"name": "Bluth Company", "external_ids": [{"source": "salesforce", "value": "001A"}]}
    assert post(api, "/api/v1/customers/", body).status_code == 201
    refused = post(api, "/api/v1/customers/", body | {"name": "Sitwell"})
    assert refused.status_code == 422
    assert "belongs to Bluth Company" in refused.json()["errors"][0]["detail"]
    assert Customer.objects.count() == 1


def test_a_field_that_is_wrong_is_named(api):
    answer = post(api, "/api/v1/customers/", {"name": "", "recurring_revenue": "much"})
    assert answer.status_code == 400
    assert {error["attr"] for error in answer.json()["errors"]} == {"name", "recurring_revenue"}


def test_churn_needs_a_reason_and_is_kept_with_its_day(api):
    bluth = customer("Bluth Company")
    url = f"/api/v1/customers/{bluth.pk}/"
    assert patch(api, url, {"lifecycle": "churned"}).status_code == 422
    answer = patch(api, url, {"lifecycle": "churned", "churned_on": "2026-10-01", "churn_reason": "Taken over."})
    assert answer.json()["churned_on"] == "2026-10-01"


def test_a_churn_in_the_year_2999_is_refused_in_words(api):
    bluth = customer("Bluth Company")
    said = {"lifecycle": "churned", "churned_on": "2999-01-01", "churn_reason": "Taken over."}
    answers = [
        patch(api, f"/api/v1/customers/{bluth.pk}/", said),
        post(api, "/api/v1/customers/", {"name": "Sitwell"} | said),
    ]
    assert [(one.status_code, one.json()["errors"][0]["detail"]) for one in answers] == [
        (422, "Look at the year: nothing is planned more than five years ahead.")
    ] * 2
    assert [(row.name, row.lifecycle) for row in Customer.objects.all()] == [("Bluth Company", "live")]


def test_winning_a_churned_customer_back_needs_a_reason_that_its_history_keeps(api):
    bluth = customer("Bluth Company")
    url = f"/api/v1/customers/{bluth.pk}/"
    patch(api, url, {"lifecycle": "churned", "churned_on": "2026-10-01", "churn_reason": "Taken over."})
    refused = patch(api, url, {"lifecycle": "live"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["detail"] == "Say why the customer came back, or why it stays."
    assert api.get(url).json()["lifecycle"] == "churned"
    assert patch(api, url, {"lifecycle": "live", "lifecycle_reason": "New owners."}).json()["churned_on"] is None
    assert bluth.changes.first().reason == "New owners."


def test_a_stale_patch_is_refused_with_the_customer_as_it_is(api, maria):
    bluth = customer("Bluth Company")
    url = f"/api/v1/customers/{bluth.pk}/"
    assert patch(api, url, {"industry": "Retail", "version": 1}).status_code == 200
    stale = patch(api, url, {"industry": "Finance", "version": 1})
    assert stale.status_code == 409
    assert stale.json()["current"]["industry"] == "Retail"


def test_pages_follow_each_other_without_gap_or_overlap(api):
    for name in ("Acme", "Bluth", "Cheers", "Domzoom", "Ecorp"):
        customer(name)
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/api/v1/customers/?limit=2&cursor={cursor}").json()
        seen += [row["name"] for row in page["results"]]
        cursor = page["next"]
    assert seen == ["Acme", "Bluth", "Cheers", "Domzoom", "Ecorp"]


@pytest.mark.parametrize("query", ["limit=0", "limit=99999999999999999999", "limit=x", "cursor=forged"])
def test_a_wrong_page_query_is_refused_by_name(api, query):
    customer("Acme")
    answer = api.get(f"/api/v1/customers/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == query.split("=")[0]


def test_who_has_no_token_is_asked_for_one(client, db):
    answer = client.get("/api/v1/customers/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_that_may_only_read_writes_nothing(maria):
    api = client_of(maria, may_write=False)
    assert api.get("/api/v1/customers/").status_code == 200
    assert post(api, "/api/v1/customers/", {"name": "Bluth Company"}).status_code == 403
    assert not Customer.objects.exists()


def test_a_sales_rep_reads_customers_and_creates_none(sam):
    api = client_of(sam)
    assert api.get("/api/v1/customers/").status_code == 200
    assert post(api, "/api/v1/customers/", {"name": "Bluth Company"}).status_code == 403


def test_a_person_without_a_role_reads_nothing(db):
    outsider = person("Olga Outsider")
    assert client_of(outsider).get("/api/v1/customers/").status_code == 403


def test_contacts_are_listed_and_added(api):
    bluth = customer("Bluth Company")
    url = f"/api/v1/customers/{bluth.pk}/contacts/"
    made = post(api, url, {"name": "Lucille", "roles": ["champion"], "evangelist_level": "prompted",
                           "evangelist_scope": "outside", "adoption": "chose"})  # fmt: skip
    assert (made.status_code, made.json()["adoption"]) == (201, "chose"), made.content
    assert post(api, url, {"name": "Buster", "adoption": "perhaps"}).status_code == 400
    assert [row["name"] for row in api.get(url).json()["results"]] == ["Lucille"]


def test_the_administrator_of_people_is_no_editor_of_customers(db):
    admin = person("Alex Kim", Role.ADMINISTRATOR)
    assert post(client_of(admin), "/api/v1/customers/", {"name": "Bluth Company"}).status_code == 403


def test_filters_are_those_of_the_grid_and_a_wrong_one_is_named(api, maria):
    customer("Acme", region="EMEA", csm=maria)
    customer("Bluth", region="APAC")
    rows = api.get("/api/v1/customers/?region=EMEA&mine=true").json()["results"]
    assert [row["name"] for row in rows] == ["Acme"]
    wrong = api.get("/api/v1/customers/?lifecycle=dormant")
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["attr"].startswith("lifecycle")


def test_a_page_of_customers_costs_the_same_however_many(api, settings, django_assert_max_num_queries):
    # The embedded database counts the calls too, which is no part of the page.
    settings.API_CALLS_PER_MINUTE = 0
    for number in range(30):
        customer(f"Customer {number}")
    with django_assert_max_num_queries(12):
        assert len(api.get("/api/v1/customers/").json()["results"]) == 30


def test_what_is_no_domain_and_a_negative_revenue_are_refused_as_on_the_page(api):
    answer = post(api, "/api/v1/customers/", {"name": "Bluth", "domain": "not a domain !!", "recurring_revenue": -5})
    assert answer.status_code == 400
    assert {error["attr"] for error in answer.json()["errors"]} == {"domain", "recurring_revenue"}
    assert not Customer.objects.exists()


def test_a_churn_date_without_a_churn_is_refused_and_one_of_a_churn_can_be_put_right(api):
    bluth = customer("Bluth")
    url = f"/api/v1/customers/{bluth.pk}/"
    refused = patch(api, url, {"churned_on": "2026-01-01"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "churned_on"
    patch(api, url, {"lifecycle": "churned", "churned_on": "2026-01-01", "churn_reason": "Sold"})
    mended = patch(api, url, {"churned_on": "2026-01-31"}).json()
    assert (mended["lifecycle"], mended["churned_on"], mended["churn_reason"]) == ("churned", "2026-01-31", "Sold")


def test_a_second_contact_with_the_same_id_of_another_system_is_refused_in_words(api):
    url = f"/api/v1/customers/{customer('Bluth').pk}/contacts/"
    body = {"name": "Lucille", "source": "salesforce", "source_id": "003A"}
    assert post(api, url, body).status_code == 201
    refused = post(api, url, body | {"name": "Gob"})
    assert refused.status_code == 422
    assert "salesforce" in refused.json()["errors"][0]["detail"]
    assert len(api.get(url).json()["results"]) == 1


@pytest.mark.parametrize("address", ["/api/v1/nothing/", "/api/v1/customers/abc/", "/api/v1/customers/?q=%00"])
def test_what_reaches_no_endpoint_is_answered_in_the_same_shape(api, address):
    answer = api.get(address)
    assert answer.status_code in (400, 404)
    assert answer.json()["errors"][0]["detail"]


def test_a_body_larger_than_the_program_reads_is_refused_in_the_usual_shape(api):
    answer = api.post("/api/v1/customers/", '{"name": "%s"}' % ("x" * 3_000_000), content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (413, "too_large")


def test_json_nested_too_deeply_is_refused_like_any_that_is_not_well_formed(api):
    answer = api.post("/api/v1/customers/", "[" * 100_000, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "parse_error"


@pytest.mark.parametrize("body", ['{"lifecycle": "\\ud800"}', '{"\\udfff": 1}', '["\\ud800"]'])
def test_half_a_character_is_refused_like_json_that_is_not_well_formed(api, body):
    answer = api.post("/api/v1/customers/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "parse_error")


def test_replacing_the_opener_of_open_business_asks_for_a_confirmation(api, sam, maria):
    bluth = customer("Bluth", opener=sam, has_open_follow_up=True)
    url, body = f"/api/v1/customers/{bluth.pk}/", {"opener": maria.email}
    refused = patch(api, url, body)
    assert refused.status_code == 422
    assert "opened the account" in refused.json()["errors"][0]["detail"]
    assert api.get(url).json()["opener"] == sam.email
    assert patch(api, url, body | {"opener_confirmed": True}).json()["opener"] == maria.email


def ids_of(row):
    return {(one.source, one.value) for one in row.external_ids.all()}


def test_of_two_programs_that_replace_the_external_ids_of_the_same_version_the_second_is_refused(api):
    bluth = customer("Bluth Company")
    url = f"/api/v1/customers/{bluth.pk}/"
    first = patch(api, url, {"version": 1, "external_ids": [{"source": "sf", "value": "1"}]})
    assert (first.status_code, first.json()["version"]) == (200, 2)
    stale = patch(api, url, {"version": 1, "external_ids": [{"source": "pipedrive", "value": "2"}]})
    assert stale.status_code == 409
    current = stale.json()["current"]
    assert (current["version"], current["external_ids"]) == (2, [{"source": "sf", "value": "1"}])
    assert ids_of(bluth) == {("sf", "1")}
    both = [*current["external_ids"], {"source": "pipedrive", "value": "2"}]
    assert patch(api, url, {"version": 2, "external_ids": both}).json()["version"] == 3
    assert ids_of(bluth) == {("sf", "1"), ("pipedrive", "2")}
    assert patch(api, url, {"version": 3, "external_ids": []}).json()["version"] == 4
    assert ids_of(bluth) == set()


def test_external_ids_that_stand_there_already_leave_the_version_alone(api):
    body = {"name": "Bluth Company", "external_ids": [{"source": "sf", "value": "1"}]}
    made = post(api, "/api/v1/customers/", body).json()
    assert made["version"] == 1
    same = {"version": 1, "external_ids": [{"source": "SF", "value": "1"}]}
    assert patch(api, f"/api/v1/customers/{made['id']}/", same).json()["version"] == 1


def test_the_description_says_that_the_list_of_external_ids_is_replaced(api):
    schema = api.get("/api/v1/openapi.json").json()["components"]["schemas"]
    said = schema["PatchedCustomer"]["properties"]["external_ids"]["description"]
    assert "replaces all" in said
