"""Priya calls a value something else: what coverage wants of it follows, and she is told before what gives way."""

import pytest

from core.models import AuditEvent, Job, SavedView
from customers.models import Attribute, Customer, Product, ProductUse
from references.actions import coverage, value_names
from references.models import CoverageTarget, CoverageWeight
from references.reports.coverage_renames import followed
from references.tasks import rename_value
from tests.factories import customer
from tests.references.covered import NOW, axes

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW)]
OLD, NEW = "fraud-detection", "Fraud detection"


@pytest.fixture
def as_priya(client, priya):
    client.force_login(priya)
    return client


@pytest.fixture
def use_case():
    for number, region in enumerate(["EMEA", "APAC"]):
        customer(f"Bank {number}", industry="Finance", region=region, attributes={"use_case": OLD})
    return Attribute.objects.get(key="use_case")


def wanted(value, region, target, *, rows="attribute_use_case"):
    rows, columns = axes(rows, "region")
    coverage.set_target(rows, columns_axis=columns, row=value, column=region, target=target, by=None, at=NOW)


def weighed(value, weight, *, axis="attribute_use_case"):
    [axis] = axes(axis)
    coverage.set_weight(axis, value=value, weight=weight, by=None, at=NOW)


def targets():
    return {(one.value, one.other_value): one.target for one in CoverageTarget.objects.all()}


def weights():
    return dict(CoverageWeight.objects.values_list("value", "weight"))


def address(use_case, value=OLD):
    return f"/attributes/{use_case.pk}/respell/?value={value}"


def test_targets_and_the_weight_follow_a_value_to_its_new_name(as_priya, priya, use_case):
    wanted(OLD, "EMEA", 3)
    wanted(OLD, "", 1)
    weighed(OLD, 0)
    asked = as_priya.get(address(use_case)).text
    assert "In coverage, these go along: 2 targets, the weight ×0." in asked
    assert as_priya.post(address(use_case), {"value": NEW}).status_code == 302
    assert targets() == {(NEW, "EMEA"): 3, (NEW, ""): 1}
    assert weights() == {NEW: 0}
    shown = as_priya.get("/coverage/?rows=attribute_use_case&columns=region&all=true").text
    assert ("×0 hidden" in shown, "/3</span>" in shown) == (True, True)
    told = AuditEvent.objects.get(event="coverage.renamed")
    assert (told.by, told.subject_text) == (priya, "Use case")
    assert told.detail == {"before": OLD, "after": NEW, "targets": 2, "dropped": [], "weight": [0]}


def test_a_target_that_is_set_for_the_new_name_in_that_moment_is_not_lost(as_priya, use_case, monkeypatch):
    customer("Bank 2", region="EMEA", attributes={"use_case": NEW})
    wanted(OLD, "EMEA", 3)
    read = value_names.followed(use_case.field_name, value=OLD, into=NEW)
    wanted(NEW, "EMEA", 5)
    monkeypatch.setattr(value_names, "followed", lambda *_args, **_kwargs: read)
    seen = {"seen": followed(use_case.field_name, value=OLD, into=NEW, met=1).seen}
    refused = as_priya.post(address(use_case), {"value": NEW} | seen)
    assert refused.status_code == 422
    assert "Meanwhile somebody said what is wanted of “Fraud detection”" in refused.text
    assert targets() == {(OLD, "EMEA"): 3, (NEW, "EMEA"): 5}
    assert use_case.values.filter(value=OLD).count() == 2


def test_what_is_hidden_comes_back_with_the_weight_it_had_under_its_old_name(as_priya, use_case):
    weighed(OLD, 3)
    weighed(OLD, 0)
    as_priya.post(address(use_case), {"value": NEW})
    form = as_priya.get("/coverage/?rows=attribute_use_case&columns=region&edit=true").text
    assert f"{NEW} with the weight 3</span>" in form


def test_priya_is_told_what_a_merge_drops_before_it_does(as_priya, use_case):
    customer("Third Bank", region="EMEA", attributes={"use_case": NEW})
    wanted(OLD, "EMEA", 3)
    wanted(OLD, "APAC", 2)
    weighed(OLD, 0)
    wanted(NEW, "EMEA", 5)
    weighed(NEW, 2)
    asked = as_priya.post(address(use_case), {"value": NEW})
    assert asked.status_code == 422
    text = " ".join(asked.text.split())
    assert f"1 customer has “{NEW}” already: the two values become one, in coverage too" in text
    assert f"1 target of “{OLD}” goes to “{NEW}”." in text
    assert f"1 target of “{OLD}” is dropped, because “{NEW}” has its own there" in text
    assert "EMEA (3 is dropped, 5 stays)" in text
    assert f"“{NEW}” keeps its weight ×2; the weight ×0 of “{OLD}” is dropped." in text
    assert targets() == {(OLD, "EMEA"): 3, (OLD, "APAC"): 2, (NEW, "EMEA"): 5}, "nothing is done yet"
    seen = asked.context["follows"].seen
    assert f'name="seen" value="{seen}"' in asked.text
    assert as_priya.post(address(use_case), {"value": NEW, "seen": seen}).status_code == 302
    assert targets() == {(NEW, "EMEA"): 5, (NEW, "APAC"): 2}
    assert weights() == {NEW: 2}
    assert AuditEvent.objects.get(event="coverage.renamed").detail["dropped"] == ["EMEA: 3"]


def test_two_values_become_one_only_after_priya_was_asked_whatever_coverage_wants(as_priya, use_case):
    customer("Third Bank", attributes={"use_case": NEW})
    asked = as_priya.post(address(use_case), {"value": NEW})
    assert asked.status_code == 422
    assert f"1 customer has “{NEW}” already" in asked.text
    assert use_case.values.filter(value=OLD).count() == 2
    seen = asked.context["follows"].seen
    done = as_priya.post(address(use_case), {"value": NEW, "seen": seen}, follow=True)
    assert f"3 customers have “{NEW}” now." in done.text
    assert not AuditEvent.objects.filter(event="coverage.renamed").exists()


def test_a_value_is_not_renamed_into_a_second_spelling_of_another(as_priya, use_case):
    customer("Third Bank", attributes={"use_case": NEW})
    refused = as_priya.post(address(use_case), {"value": "fraud Detection"})
    assert refused.status_code == 422
    assert f"There is “{NEW}” already; write it so, and the two become one." in refused.text
    assert as_priya.post(address(use_case), {"value": OLD.upper()}).status_code == 302, "it is its own spelling"


def test_what_was_told_of_another_merge_is_asked_again(as_priya, use_case):
    customer("Third Bank", region="EMEA", attributes={"use_case": NEW})
    wanted(OLD, "EMEA", 3)
    wanted(NEW, "EMEA", 5)
    seen = as_priya.post(address(use_case), {"value": NEW}).context["follows"].seen
    wanted(OLD, "EMEA", 9)
    again = as_priya.post(address(use_case), {"value": NEW, "seen": seen})
    assert (again.status_code, "EMEA (9 is dropped, 5 stays)" in again.text) == (422, True)
    assert targets() == {(OLD, "EMEA"): 9, (NEW, "EMEA"): 5}


def test_what_was_told_of_one_name_is_not_taken_for_another(as_priya, use_case):
    for name in (NEW, "Fraud"):
        customer(f"Bank of {name}", region="EMEA", attributes={"use_case": name})
    weighed(OLD, 0)
    seen = as_priya.post(address(use_case), {"value": NEW}).context["follows"].seen
    other = as_priya.post(address(use_case), {"value": "Fraud", "seen": seen})
    assert (other.status_code, "“Fraud” gets the weight ×0." in other.text) == (422, True)
    assert weights() == {OLD: 0}


def test_a_value_without_its_own_takes_the_others_weight_over_and_the_page_says_that_it_hides(as_priya, use_case):
    customer("Third Bank", region="EMEA", attributes={"use_case": NEW})
    weighed(OLD, 0)
    asked = as_priya.post(address(use_case), {"value": NEW})
    assert f"“{NEW}” gets the weight ×0. It hides the value." in asked.text
    as_priya.post(address(use_case), {"value": NEW, "seen": asked.context["follows"].seen})
    assert weights() == {NEW: 0}


def test_targets_follow_where_a_worker_renames_as_well(as_priya, use_case, monkeypatch):
    monkeypatch.setattr("references.actions.value_jobs.RENAMED_AT_ONCE", 1)
    wanted(OLD, "EMEA", 3)
    as_priya.post(address(use_case), {"value": NEW})
    assert targets() == {(OLD, "EMEA"): 3}
    rename_value(Job.objects.get().pk)
    assert targets() == {(NEW, "EMEA"): 3}


def test_another_attribute_and_other_values_keep_what_is_wanted_of_them(use_case):
    Attribute.objects.create(key="deployment", name="Deployment", position=2)
    customer("Third Bank", region=OLD, attributes={"deployment": OLD, "use_case": "Other"})
    wanted(OLD, OLD, 4, rows="attribute_deployment")
    wanted("Other", OLD, 2)
    weighed(OLD, 3, axis="region")
    value_names.respell(use_case, value=OLD, into=NEW, by=None, at=NOW)
    assert targets() == {(OLD, OLD): 4, ("Other", OLD): 2}
    assert weights() == {OLD: 3}


def test_what_is_wanted_of_a_product_follows_its_new_name(as_priya, use_case):
    router = Product.objects.create(name="Router")
    ProductUse.objects.create(customer=customer("Shop", region="EMEA"), product=router)
    industries, products = axes("industry", "product")
    place = {"row": "", "column": "Router", "target": 1}
    coverage.set_target(industries, columns_axis=products, **place, by=None, at=NOW)
    wanted("Router", "EMEA", 4, rows="product")
    weighed("Router", 2, axis="product")
    page = f"/products/{router.pk}/"
    assert "In coverage, these go along: 2 targets, the weight ×2." in as_priya.get(page).text
    assert as_priya.post(page, {"name": "Relay"}).status_code == 302
    assert targets() == {("", "Relay"): 1, ("Relay", "EMEA"): 4}
    assert weights() == {"Relay": 2}


def test_what_is_left_of_a_product_that_is_gone_gives_way_to_nobody_unasked(as_priya):
    relay, router = (Product.objects.create(name=name) for name in ("Relay", "Router"))
    customer("Shop", region="EMEA")
    for name, target in (("Relay", 7), ("Router", 4)):
        wanted(name, "EMEA", target, rows="product")
    relay.delete()
    page = f"/products/{router.pk}/"
    asked = as_priya.post(page, {"name": "Relay"})
    assert (asked.status_code, "EMEA (4 is dropped, 7 stays)" in asked.text) == (422, True)
    assert Product.objects.get().name == "Router"
    as_priya.post(page, {"name": "Relay", "seen": asked.context["follows"].seen})
    assert (Product.objects.get().name, targets()) == ("Relay", {("Relay", "EMEA"): 7})


def test_saved_views_narrow_by_the_new_name(as_priya, maria, use_case):
    Attribute.objects.create(key="use", name="Use", position=2)
    kept = {
        "Fraud": (
            f"q=bank&attribute_use_case={OLD}&sort=-name",
            "q=bank&attribute_use_case=Fraud+detection&sort=-name",
        ),
        "Another filter": (f"attribute_use={OLD}", f"attribute_use={OLD}"),
        "Searched": (f"q=attribute_use_case+{OLD}", f"q=attribute_use_case+{OLD}"),
        "Of another value": ("attribute_use_case=Other",) * 2,
    }
    for name, (query, _after) in kept.items():
        SavedView.objects.create(owner=maria, page="customers:customer_index", name=name, query=query, is_shared=True)
    as_priya.post(address(use_case), {"value": NEW})
    assert dict(SavedView.objects.values_list("name", "query")) == {name: after for name, (_q, after) in kept.items()}
    [told] = AuditEvent.objects.filter(event="saved_view.respelled")
    assert told.detail["after"] == kept["Fraud"][1]


def test_a_target_that_no_customer_stands_at_any_more_is_told_beside_the_matrix(as_priya, use_case):
    """A file called the industry of all banks otherwise: nobody renamed a value."""
    rows, columns = axes("industry", "region")
    coverage.set_target(rows, columns_axis=columns, row="Finance", column="EMEA", target=4, by=None, at=NOW)
    assert "where no active customer is any more" not in as_priya.get("/coverage/").text
    Customer.objects.update(industry="Financial services")
    for asked in ("", "?rows=region&columns=industry", "?edit=true&q=nothing"):
        shown = as_priya.get(f"/coverage/{asked}", headers={"HX-Request": "true"}).text
        assert ("1 target stands where no active customer is any more" in shown) == ("nothing" not in asked)
    place = as_priya.get("/coverage/").context["matrix"].astray
    assert [(one.row, one.column, one.target) for one in place] == [("Finance", "EMEA", 4)]
    page = as_priya.get("/coverage/").text.split("any more.")[1]
    link = page.split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert 'name="target" value="4"' in as_priya.get(link).text
