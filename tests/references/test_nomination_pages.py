"""Sam nominates in the browser, Priya decides there, Maria invites and enrols: page by page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from customers.models import SupportCase
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations
from references.actions.nomination_history import do_as_seen
from references.models import Dimension, Nomination, RecruitingSettings
from tests.factories import ContactFactory, customer
from tests.query_counts import assert_query_count

HTMX = {"HX-Request": "true"}


def kind(key):
    return Dimension.objects.get(key=key)


def said(who, **more):
    contact = who.contacts.first()
    will = {f"will-{kind('reference_call').pk}": "willing"}
    return {"story": "They halved their returns.", "source": "sales", "contact": contact.pk, **will, **more}


def nominate(who, by, *, days=0):
    values = {"contact": who.contacts.first(), "story": "Big.", "source": "sales"}
    at = timezone.now() - timedelta(days=days)
    return nominations.submit(customer=who, values=values, willingness={kind("logo"): "willing"}, by=by, at=at)


def text(answer):
    return answer.content.decode()


def test_sam_finds_the_customer_and_nominates_it_on_one_page(client, sam, bluth):
    client.force_login(sam)
    found = text(client.get("/nominations/new/?q=blu&dimension=reference_call", headers=HTMX))
    assert f"?customer={bluth.pk}&amp;dimension=reference_call" in found
    assert "Propose “blu” as a new company" in found
    assert found.lstrip().startswith('<div id="customer-choices"')
    page = text(client.get("/nominations/new/?q=blu&customer=&dimension=reference_call"))
    assert f'href="/nominations/new/?customer={bluth.pk}&amp;dimension=reference_call"' in page
    assert 'hx-get="/nominations/new/?dimension=reference_call"' in page
    address = f"/nominations/new/?customer={bluth.pk}&dimension=reference_call"
    assert '<option value="maybe" selected>' in text(client.get(address))
    done = client.post(address, said(bluth), follow=True)
    nomination = Nomination.objects.get()
    assert done.redirect_chain[-1][0] == reverse("references:nomination_detail", args=[nomination.pk])
    assert "You hear of every step" in text(done)
    assert (nomination.submitted_by, nomination.relationship_holder) == (sam, sam)


def test_what_is_missing_is_said_and_what_was_typed_stays(client, sam, bluth):
    client.force_login(sam)
    address = f"/nominations/new/?customer={bluth.pk}"
    refused = client.post(address, {"story": "Half a story", "source": "sales", "contact": "new"})
    assert refused.status_code == 422
    assert "Say who would speak" in text(refused)
    assert "Choose for at least one kind of reference" in text(refused)
    assert "Half a story" in text(refused)
    assert client.get("/nominations/new/?customer=999999").status_code == 404


def test_a_new_company_is_proposed_and_one_that_is_here_is_named(client, sam, bluth):
    client.force_login(sam)
    will = {f"will-{kind('logo').pk}": "maybe"}
    data = {"story": "New", "source": "sales", "contact": "new", "contact_name": "Ann", **will}
    assert "is a customer here already" in text(client.post("/nominations/new/?new=Bluth", data))
    assert client.post("/nominations/new/?new=Fakeblock", data).status_code == 302
    assert Nomination.objects.get().proposed_customer == "Fakeblock"


def test_everybody_sees_the_list_and_it_narrows_searches_and_exports(client, sam, jonas, priya, bluth):
    nominate(bluth, sam)
    sitwell = customer("Sitwell")
    ContactFactory(customer=sitwell)
    nominate(sitwell, jonas, days=10)
    client.force_login(sam)
    page = text(client.get("/nominations/"))
    assert page.index("Sitwell") < page.index("Bluth Company"), "what is due first stands first"
    assert "Bluth" in text(client.get("/nominations/?mine=true", headers=HTMX))
    for query, gone in (("mine=true", "Sitwell"), ("q=sit", "Bluth"), ("overdue=true", "Bluth Company")):
        assert gone not in text(client.get(f"/nominations/?{query}", headers=HTMX))
    assert "No nomination matches" in text(client.get("/nominations/?state=parked"))
    lines = b"".join(client.get("/nominations/export.csv?q=sit")).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Customer", "Sitwell"]


def test_priya_accepts_maria_invites_and_enrols_and_the_cell_is_green(client, sam, priya, maria, bluth):
    nomination = nominate(bluth, sam)
    page = reverse("references:nomination_detail", args=[nomination.pk])
    client.force_login(priya)
    assert "Return for more" in text(client.get(page))
    assert "the nominators are told of the month" in text(client.post(f"{page}accept/", follow=True))
    client.force_login(maria)
    assert "is invited" in text(client.post(f"{page}invite/", follow=True))
    assert client.post(f"{page}chase/", {"note_text": "By phone"}).status_code == 302
    call, logo = (f"agreed-{kind(key).pk}" for key in ("reference_call", "logo"))
    data = {"kind": "call", "contact": bluth.contacts.get().pk, "agreed_on": str(timezone.localdate())}
    assert client.post(f"{page}enrol/", data).status_code == 422
    done = client.post(f"{page}enrol/", data | {call: "green", logo: "no"}, follow=True)
    assert "Enrolled" in text(done)
    assert bluth.cells.get().status == "green"
    assert "1 time" in text(done)


def test_sam_can_do_nothing_but_confirm_complete_and_withdraw(client, sam, priya, bluth):
    nomination = nominate(bluth, sam, days=21)
    page = reverse("references:nomination_detail", args=[nomination.pk])
    client.force_login(sam)
    shown = text(client.get(page))
    assert "It still holds" in shown
    assert "Refuse" not in shown
    assert client.post(f"{page}accept/").status_code == 403
    assert "Complete it" in shown
    answer = client.post(f"{page}edit/", said(bluth, story="More of it.", version=nomination.version))
    assert answer.status_code == 302
    nomination.refresh_from_db()
    assert nomination.story == "More of it."
    stale = client.post(f"{page}edit/", said(bluth, story="Mine", version=1))
    assert (stale.status_code, "Mine" in text(stale)) == (409, True)
    client.post(f"{page}withdraw/", {"reason": "Wrong contact"})
    nomination.refresh_from_db()
    assert nomination.state == "withdrawn"


def test_who_joined_ends_no_colleagues_nomination_and_who_opens_the_form_again_is_told(client, sam, jonas, bluth):
    nomination = nominate(bluth, sam)
    nominate(bluth, jonas)
    client.force_login(jonas)
    page = reverse("references:nomination_detail", args=[nomination.pk])
    assert "Withdraw" not in text(client.get(page))
    assert client.post(f"{page}withdraw/", {"reason": "I do not like it"}).status_code == 403
    form = text(client.get(f"/nominations/new/?customer={bluth.pk}"))
    assert "You have nominated this customer already." in form
    assert 'name="story"' not in form
    assert f"{page}edit/" not in form, "who joined completes nothing"


def test_who_sends_a_nomination_twice_is_led_to_where_what_differs_is_added(client, sam, bluth):
    nomination = nominate(bluth, sam)
    client.force_login(sam)
    again = client.get(f"/nominations/new/?customer={bluth.pk}").text
    assert reverse("references:nomination_edit", args=[nomination.pk]) in again


def test_a_deed_on_a_page_that_is_out_of_date_is_refused(client, sam, priya, bluth):
    nomination = nominate(bluth, sam)
    seen = nomination.version
    said_more = {"changes": {"story": "Another story."}, "willingness": {kind("logo"): "maybe"}}
    nominations.complete(nomination, seen_version=seen, **said_more, by=sam, at=timezone.now())
    client.force_login(priya)
    page = reverse("references:nomination_detail", args=[nomination.pk])
    for stale in (seen, "x", "9" * 40):
        assert "changed since you opened it" in text(client.post(f"{page}accept/", {"version": stale}, follow=True))
    nomination.refresh_from_db()
    assert nomination.state == "submitted"
    client.post(f"{page}accept/", {"version": nomination.version})
    nomination.refresh_from_db()
    assert nomination.state == "queued"


def test_who_decides_while_another_page_is_being_answered_is_not_overruled(client, sam, priya, bluth, monkeypatch):
    """Elsewhere it is returned after the page's nomination was read, and before it is refused."""
    nomination = nominate(bluth, sam)

    def late(read, *args, **kwargs):
        decisions.return_for_more(read, reason="More.", by=priya, at=timezone.now())
        return do_as_seen(read, *args, **kwargs)

    monkeypatch.setattr("references.views.nomination_deeds.do_as_seen", late)
    client.force_login(priya)
    page = reverse("references:nomination_detail", args=[nomination.pk])
    sent = {"version": nomination.version, "reason": "Too small."}
    assert "changed since you opened it" in text(client.post(f"{page}refuse/", sent, follow=True))
    nomination.refresh_from_db()
    assert nomination.state == "returned"


def test_a_block_stands_on_the_page_and_only_who_may_lifts_it(client, sam, priya, maria, bluth):
    nomination = nominate(bluth, sam)
    decisions.accept(nomination, by=priya, at=timezone.now())
    today = timezone.localdate()
    SupportCase.objects.create(
        customer=bluth, number="4711", severity="high", opened_on=today, updated_at=timezone.now()
    )
    page = reverse("references:nomination_detail", args=[nomination.pk])
    client.force_login(maria)
    shown = text(client.get(page))
    assert "Support case 4711 is open since" in shown
    assert "Lift it with a reason" not in shown
    assert "The invitation waits until nothing blocks it." in shown
    assert "The invitation is blocked." in text(client.post(f"{page}invite/", follow=True))
    assert "Bluth" in text(client.get("/nominations/?blocked=true"))
    client.force_login(priya)
    shown = text(client.get(page))
    assert ('minlength="10"' in shown, "At least 10 letters" in shown) == (True, True)
    reason = {"block": "escalation", "reason": "Their CIO wants to go on."}
    assert "written down" in text(client.post(f"{page}lift/", reason, follow=True))
    assert "The invitation is blocked." not in text(client.get(page))
    assert "No nomination matches" in text(client.get("/nominations/?blocked=true")), "what is lifted blocks no more"


def test_the_pace_is_a_setting_and_its_change_plans_anew(client, priya, sam, maria):
    for number in range(4):
        one = customer(f"Flood {number}", csm=maria)
        ContactFactory(customer=one)
        decisions.accept(nominate(one, sam), by=priya, at=timezone.now())
    client.force_login(priya)
    form = {"capacity": 2, "verify_after_days": 30, "decide_within_days": 7}
    assert client.post("/settings/recruiting/", form | {"complete_within_days": 14}).status_code == 422
    form |= {"complete_within_days": 14, "answer_within_days": 21}
    assert client.post("/settings/recruiting/", form).status_code == 302
    assert RecruitingSettings.current().capacity == 2
    assert len(set(Nomination.objects.values_list("planned_month", flat=True))) == 2
    for too_few in (0, -1):
        refused = client.post("/settings/recruiting/", form | {"capacity": too_few})
        assert refused.status_code == 422
        assert "greater than or equal to 1." in refused.text
        assert "greater than or equal to 0." not in refused.text


def test_the_customers_page_and_the_cells_panel_lead_to_a_nomination(client, sam, bluth):
    client.force_login(sam)
    assert f"/nominations/new/?customer={bluth.pk}" in text(client.get(f"/customers/{bluth.pk}/cells/", headers=HTMX))
    panel = text(client.get(f"/grid/{bluth.pk}/logo/", headers=HTMX))
    assert f"/nominations/new/?customer={bluth.pk}&amp;dimension=logo" in panel
    nominate(bluth, sam)
    assert "nominated by Sam Ortiz" in text(client.get(f"/customers/{bluth.pk}/cells/", headers=HTMX))


def test_a_page_of_nominations_costs_the_same_however_many_there_are(client, sam, priya, maria):
    for number in range(3):
        one = customer(f"Many {number}", csm=maria)
        ContactFactory(customer=one)
        decisions.accept(nominate(one, sam), by=priya, at=timezone.now())
    client.force_login(priya)
    assert_query_count(client, "/nominations/", "references:nomination_index")
    assert_query_count(client, f"/nominations/{Nomination.objects.first().pk}/", "references:nomination_detail")


def test_a_merge_takes_the_nomination_along_and_joins_two_open_ones(sam, jonas, priya, maria, bluth):
    twin = customer("Bluth Co", csm=maria)
    ContactFactory(customer=twin)
    first, second = nominate(bluth, sam), nominate(twin, jonas)
    decisions.follow_merge(bluth, duplicate=twin, by=priya, at=timezone.now())
    second.refresh_from_db()
    assert (second.state, second.customer) == ("withdrawn", bluth)
    assert {row.user for row in first.nominators.all()} == {sam, jonas}


def test_what_the_program_does_by_itself(sam, priya, maria, bluth):
    from references.actions import nomination_care

    nomination = decisions.accept(nominate(bluth, sam, days=40), by=priya, at=timezone.now() - timedelta(days=39))
    for _run in range(2):
        nomination_care.tend(at=timezone.now())
    assert nomination.events.filter(deed="asked").count() == 1
    assert any("still hold?" in one.text for one in sam.notices.all())
    parked = decisions.park(
        nomination, until=timezone.localdate() + timedelta(days=1), reason="Audit", by=priya, at=timezone.now()
    )
    nomination_care.tend(at=timezone.now() + timedelta(days=2))
    parked.refresh_from_db()
    assert parked.state == "queued"
    with pytest.raises(RuleBroken, match="still holds"):
        invitations.invite(parked, by=maria, at=timezone.now())


def test_who_solved_a_severe_case_to_the_customers_content_is_asked_for_the_story_once(client, maria, bluth):
    from core.choices import Role
    from references.actions import nomination_care
    from tests.factories import person

    omar, today = person("Omar Haddad", Role.SUPPORT), timezone.localdate()
    SupportCase.objects.create(
        customer=bluth, number="4711", severity="critical", opened_on=today - timedelta(days=9),
        closed_on=today - timedelta(days=2), satisfaction=5, solver=omar, updated_at=timezone.now(),
    )  # fmt: skip
    for _run in range(2):
        nomination_care.tend(at=timezone.now())
    [notice] = omar.notices.all()
    assert "You solved 4711 and Bluth Company was content" in notice.text
    client.force_login(omar)
    assert "Stories of recovery" in text(client.get("/"))
    form = text(client.get(notice.url))
    assert '<option value="support" selected>' in form
    assert "A story of recovery: 4711" in form
    client.post(notice.url, said(bluth, source="support"))
    assert Nomination.objects.get().submitted_by == omar
    assert "Stories of recovery" not in text(client.get("/"))
