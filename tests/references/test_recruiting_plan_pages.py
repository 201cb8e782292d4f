"""Maria begins a plan from the customer's page, Jonas is late with his, Priya looks who has none."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from core.errors import RuleBroken
from references.actions import recruiting_plans
from references.choices import Characteristic
from references.models import CustomerImpact, Dimension, RecruitingPlan
from tests.factories import customer, person
from tests.query_counts import assert_query_count

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


def tier_a(who):
    CustomerImpact.objects.create(customer=who, tier="A", score=80, **dict.fromkeys(Characteristic.values, 2))


def logo():
    return Dimension.objects.get(key="logo")


def begun(who, by, *, days=None, **more):
    if days is not None:
        more |= {"next_step": "Call Sam", "due_on": timezone.localdate() + timedelta(days=days)}
    return recruiting_plans.begin(who, values={"dimensions": [logo()], **more}, by=by, at=timezone.now())


def detail(plan):
    return reverse("references:recruiting_plan_detail", args=[plan.pk])


def test_maria_begins_a_plan_for_a_customer_of_high_impact(client, maria, bluth):
    client.force_login(maria)
    card = f"/customers/{bluth.pk}/plan/"
    assert "would be worth a lot" not in client.get(card, headers=HTMX).text
    tier_a(bluth)
    invited = client.get(card, headers=HTMX).text
    address = f"/nominations/plans/new/?customer={bluth.pk}"
    assert ("would be worth a lot" in invited, address in invited) == (True, True)
    form = {"dimensions": [logo().pk], "people": "Lucille", "owner": maria.pk, "next_step": "Call Sam"}
    half = client.post(address, form)
    assert (half.status_code, "Until when?" in half.text, "Lucille" in half.text) == (422, True, True)
    done = client.post(address, form | {"due_on": str(timezone.localdate())}, follow=True)
    plan = RecruitingPlan.objects.get()
    assert done.redirect_chain[-1][0] == detail(plan)
    assert "The plan for Bluth Company has begun." in done.text
    assert "Call Sam" in client.get(card, headers=HTMX).text
    assert client.get(address, follow=True).redirect_chain[-1][0] == detail(plan)


def test_the_customer_is_found_by_its_name(client, maria, bluth):
    client.force_login(maria)
    assert "Type two letters" in client.get("/nominations/plans/new/").text
    found = client.get("/nominations/plans/new/?q=blu", headers=HTMX).text
    assert f'href="/nominations/plans/new/?customer={bluth.pk}"' in found
    assert "as a new company" not in found
    assert client.get("/nominations/plans/new/?customer=999999999999999999999").status_code == 404


def test_of_two_who_begin_a_plan_at_once_the_second_keeps_the_text(client, maria, jonas, bluth):
    client.force_login(jonas)
    address = f"/nominations/plans/new/?customer={bluth.pk}"
    assert client.get(address).status_code == 200
    plan = begun(bluth, maria)
    form = {"dimensions": [logo().pk], "owner": jonas.pk, "people": "Lucille decides", "way": "By Sam"}
    second = client.post(address, form)
    assert second.status_code == 422
    assert ("Lucille decides" in second.text, "By Sam" in second.text) == (True, True)
    assert f"has an open plan already, which {maria} follows" in second.text
    assert f'href="{detail(plan)}"' in second.text
    assert RecruitingPlan.objects.get().people == ""


def test_only_who_may_write_plans_is_offered_and_accepted_as_follower(client, maria, bluth):
    eva, ada = person("Eva Lindt", Role.EXECUTIVE), person("Ada Root", Role.ADMINISTRATOR)
    client.force_login(maria)
    address = f"/nominations/plans/new/?customer={bluth.pk}"
    offered = client.get(address).context["form"].fields["owner"].queryset
    assert maria in offered
    assert not {eva, ada} & set(offered)
    refused = client.post(address, {"dimensions": [logo().pk], "owner": eva.pk})
    assert (refused.status_code, "may write plans" in refused.text) == (422, True)
    with pytest.raises(RuleBroken, match="Eva Lindt may not write plans"):
        begun(bluth, maria, owner=eva)
    plan = begun(bluth, maria)
    with pytest.raises(RuleBroken, match="Ada Root may not write plans"):
        recruiting_plans.edit(plan, seen_version=1, changes={"owner": ada}, by=maria, at=timezone.now())
    RecruitingPlan.objects.update(owner=eva)
    kept = {"owner": eva, "way": "By Sam"}
    assert recruiting_plans.edit(plan, seen_version=1, changes=kept, by=maria, at=timezone.now()).owner == eva


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 25, "1" * 4000])
def test_a_kind_of_reference_with_a_number_that_no_database_holds_is_none(client, maria, bluth, number):
    client.force_login(maria)
    address = f"{reverse('references:recruiting_plan_create')}?customer={bluth.pk}"
    refused = client.post(address, {"dimensions": [number], "owner": maria.pk})
    assert (refused.status_code, "dimensions" in refused.context["form"].errors) == (422, True)


def test_a_stale_edit_is_refused_and_the_own_text_is_kept(client, maria, jonas, bluth):
    plan = begun(bluth, maria)
    client.force_login(jonas)
    form = {"dimensions": [logo().pk], "owner": maria.pk, "version": 1, "way": "By Priya"}
    assert client.post(f"{detail(plan)}edit/", form).status_code == 302
    stale = client.post(f"{detail(plan)}edit/", form | {"way": "By Sam"})
    assert (stale.status_code, "Somebody else changed" in stale.text, "By Sam" in stale.text) == (409, True, True)
    assert RecruitingPlan.objects.get().way == "By Priya"


def test_of_two_who_edit_a_plan_the_second_sees_what_both_changed_and_keeps_the_rest(client, maria, jonas, bluth):
    plan = begun(bluth, maria)
    client.force_login(maria)
    page = client.get(f"{detail(plan)}edit/").context["form"]
    form = {"dimensions": [logo().pk], "owner": maria.pk, "version": 1, "seen": page["seen"].value()}
    group = Dimension.objects.get(key="user_group")
    changes = {"dimensions": [group], "offer": "A stage", "way": "By Priya"}
    recruiting_plans.edit(plan, seen_version=1, changes=changes, by=jonas, at=timezone.now())
    again = client.post(f"{detail(plan)}edit/", form | {"dimensions": [logo().pk, group.pk], "way": "By Sam"})
    told = [(one.label, one.theirs, one.yours) for one in again.context["conflicts"]]
    assert told == [("What we want", str(group), f"{logo()}, {group}"), ("How we get there", "By Priya", "By Sam")]
    fields = again.context["form"]
    assert (fields["offer"].value(), fields["version"].value()) == ("A stage", "2")
    sent = {field.html_name: field.value() or "" for field in fields}
    assert client.post(f"{detail(plan)}edit/", sent).status_code == 302
    plan.refresh_from_db()
    assert (plan.offer, plan.way, plan.dimensions.count()) == ("A stage", "By Sam", 2)


def test_a_plan_is_closed_with_a_reason_and_opened_again(client, maria, bluth):
    plan = begun(bluth, maria)
    client.force_login(maria)
    said = {"state": "won", "reason": "They speak in May.", "version": 1}
    assert "and why" in client.post(f"{detail(plan)}close/", said | {"reason": ""}, follow=True).text
    assert "Somebody else" in client.post(f"{detail(plan)}close/", said | {"version": 7}, follow=True).text
    assert "They speak in May." in client.post(f"{detail(plan)}close/", said, follow=True).text
    assert "They speak in May." in client.get(f"/customers/{bluth.pk}/plan/", headers=HTMX).text
    assert "is open again" in client.post(f"{detail(plan)}reopen/", {"version": 2}, follow=True).text
    assert RecruitingPlan.objects.get().is_open


def test_the_list_is_narrowed_by_its_address_and_exported_as_shown(client, maria, jonas, bluth):
    acme, initech = customer("Acme"), customer("Initech")
    tier_a(acme)
    begun(bluth, maria, days=3)
    begun(acme, jonas, days=-2)
    over = begun(initech, maria)
    recruiting_plans.close(over, seen_version=1, state="given_up", reason="Sold", by=maria, at=timezone.now())
    client.force_login(maria)

    def named(query):
        page = client.get(f"/nominations/plans/?{query}")
        return [str(plan) for plan in page.context["page"].rows]

    assert named("") == ["Acme", "Bluth Company"], "what is due first stands on top"
    assert named("overdue=true") == ["Acme"]
    assert named("mine=true") == ["Bluth Company"]
    assert named(f"owner={jonas.pk}") == ["Acme"]
    assert named("tier=A") == ["Acme"]
    assert named("state=given_up") == ["Initech"]
    assert named("q=blu") == ["Bluth Company"]
    assert len(named("state=all&owner=99999999999999999999")) == 3
    sheet = b"".join(client.get("/nominations/plans/export.csv?overdue=true").streaming_content).decode()
    assert ("Acme" in sheet, "Bluth" in sheet, "Call Sam" in sheet) == (True, False, True)
    assert "No plan matches" in client.get("/nominations/plans/?q=zzz").text
    RecruitingPlan.objects.all().delete()
    assert "No open plan" in client.get("/nominations/plans/").text


def test_priya_sees_who_has_neither_a_reference_nor_a_plan(client, priya, maria, bluth):
    tier_a(bluth)
    client.force_login(priya)
    assert "1 customer of high impact has neither a reference nor a plan" in client.get("/").text
    assert "Bluth Company" in client.get("/nominations/plans/missing/").text
    assert "Bluth Company" not in client.get("/nominations/plans/missing/?q=acme").text
    sheet = b"".join(client.get("/nominations/plans/missing.csv").streaming_content).decode()
    assert "Bluth Company,80" in sheet
    client.force_login(maria)
    assert "neither a reference nor a plan" not in client.get("/").text
    begun(bluth, maria)
    client.force_login(priya)
    assert "neither a reference nor a plan" not in client.get("/").text
    assert "is a reference or has a plan" in client.get("/nominations/plans/missing/").text


def test_maria_is_told_at_home_when_a_step_is_due(client, maria, jonas, bluth):
    begun(bluth, maria, days=0)
    begun(customer("Acme"), maria, days=1)
    begun(customer("Initech"), jonas, days=-1)
    client.force_login(maria)
    page = client.get("/")
    assert [str(plan) for plan in page.context["home"].plans] == ["Bluth Company"]
    assert "Call Sam" in page.text


def test_support_reads_plans_and_writes_none(client, maria, bluth):
    plan = begun(bluth, maria)
    client.force_login(person("Omar Haddad", Role.SUPPORT))
    page = client.get(detail(plan))
    assert (page.status_code, "Close the plan" in page.text) == (200, False)
    assert client.get(f"{detail(plan)}edit/").status_code == 403
    assert "Begin a plan" not in client.get(f"/customers/{bluth.pk}/plan/", headers=HTMX).text


def test_ten_plans_cost_the_queries_of_one(client, maria):
    client.force_login(maria)
    for number in range(10):
        begun(customer(f"Customer {number}"), maria, days=number)
        tier_a(customer(f"Other {number}"))
    assert_query_count(client, "/nominations/plans/", "references:recruiting_plan_index")
    assert_query_count(client, "/nominations/plans/missing/", "references:recruiting_plan_missing")


def test_who_edits_a_plan_that_is_closed_meanwhile_is_told_that_and_not_to_press_again(client, bluth, priya, maria):
    plan = begun(bluth, maria)
    client.force_login(priya)
    address = reverse("references:recruiting_plan_edit", args=[plan.pk])
    form = client.get(address).context["form"]
    said = {"state": "won", "reason": "She said yes."}
    recruiting_plans.close(plan, seen_version=plan.version, **said, by=maria, at=timezone.now())
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    sent |= {"dimensions": [one.pk for one in plan.dimensions.all()], "owner": plan.owner_id, "way": "By a dinner."}
    refused = client.post(address, sent)
    assert (refused.status_code, "This plan is closed; open it again" in refused.text) == (422, True)
    assert "press again to save" not in refused.text
    assert "By a dinner." in refused.text
    opened = client.get(address, follow=True)
    assert "This plan is closed; open it again" in opened.text
    assert opened.redirect_chain
