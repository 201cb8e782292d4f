"""Priya prepares a drive in the browser, Sam answers his turn, Lena and Eva look on: page by page."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions import people
from core.choices import Role
from references.actions import cohort_members, drives, recruiting_settings
from references.forms.drives import INTRODUCTION
from references.models import CohortMember, Drive
from references.rules.drives import months_from
from tests.factories import customer, person
from tests.query_counts import assert_query_count
from tests.references.drives import nominate, place
from tests.references.nominated import accepted

HTMX = {"HX-Request": "true"}


def text(answer):
    return answer.content.decode()


def this_month():
    return timezone.localdate().replace(day=1)


def ask(drive, user):
    row = CohortMember.objects.get(drive=drive, person=user)
    month = drive.cohorts.last().month
    claimed = cohort_members.claim(row.pk, month=month, at=timezone.now() - timedelta(minutes=5))
    cohort_members.note_asked(claimed, at=timezone.now() - timedelta(minutes=5))
    return row


@pytest.fixture
def drive(priya, sam, lena):
    """Sam Ortiz this month, Zoe Zimmer in the next; begun."""
    place(person("Zoe Zimmer", Role.SALES_REP), team="West")
    values = {"name": "New year", "split": "last_name", "first_month": this_month(), "months": 2}
    values |= {"roles": ["sales_rep"], "introduction": "It is <i>your</i> turn."}
    at = timezone.now() - timedelta(minutes=30)
    return drives.begin(drives.create(values=values, by=priya, at=at), by=priya, at=at)


@pytest.fixture
def page(drive):
    return reverse("references:drive_detail", args=[drive.pk])


def sent(**more):
    month = months_from(timezone.localdate(), 2)[1]
    said = {"name": "Spring", "split": "last_name", "first_month": f"{month:%Y-%m}", "months": 2}
    return said | {"roles": ["sales_rep"], "introduction": "Please."} | more


def test_priya_prepares_looks_moves_and_begins(client, priya, sam):
    zoe = person("Zoe Zimmer", Role.SALES_REP)
    client.force_login(priya)
    assert "No drives yet" in text(client.get("/nominations/drives/"))
    form = text(client.get("/nominations/drives/new/"))
    assert str(INTRODUCTION)[:30] in form
    prepared = text(client.post("/nominations/drives/new/", sent(), follow=True))
    assert "This is a preview: nobody is asked" in prepared
    assert prepared.index("Sam Ortiz") < prepared.index("Zoe Zimmer")
    drive = Drive.objects.get()
    page = reverse("references:drive_detail", args=[drive.pk])
    row = CohortMember.objects.get(person=zoe)
    moved = client.post(f"/nominations/drives/people/{row.pk}/move/", {"month": sent()["first_month"]}, follow=True)
    assert "Zoe Zimmer is asked in" in text(moved)
    assert CohortMember.objects.get(person=zoe).cohort == CohortMember.objects.get(person=sam).cohort
    assert "the people are asked by themselves" in text(client.post(f"{page}begin/", follow=True))
    assert "This is a preview" not in text(client.get(page))
    assert 'aria-label="Month of Zoe Zimmer"' in text(client.get(page))


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, priya, drive, page):
    client.force_login(priya)
    refused = client.post("/nominations/drives/new/", sent(months=0, introduction="My own words", roles=[]))
    assert refused.status_code == 422
    assert "My own words" in text(refused)
    assert Drive.objects.count() == 1
    stale = client.post(f"{page}edit/", {"name": "Mine", "introduction": "Typed long", "version": 0})
    assert stale.status_code == 422
    assert "Somebody else changed New year" in text(stale)
    assert "Typed long" in text(stale)
    assert 'name="months"' not in text(client.get(f"{page}edit/")), "a drive that has begun keeps its months"
    saved = client.post(f"{page}edit/", {"name": "Mine", "introduction": "Typed", "version": 2}, follow=True)
    assert "The drive is saved" in text(saved)
    assert "Say why the drive ends" in text(client.post(f"{page}end/", {"reason": ""}, follow=True))
    for month in ("1999-01", "x"):
        row = CohortMember.objects.first()
        wrong = client.post(f"/nominations/drives/people/{row.pk}/move/", {"month": month})
        assert (wrong.status_code, "none of the drive" in text(wrong)) == (422, True)
    assert "Choose a person and a month" in text(client.post(f"{page}people/", {"person": "9999"}, follow=True))


def test_the_page_tells_who_was_asked_and_who_answered_and_exports_it(client, sam, lena, drive, page):
    ask(drive, sam)
    zoe = CohortMember.objects.get(person__name="Zoe Zimmer")
    client.force_login(lena)
    shown = text(client.get(page))
    assert "0 of 1 answered, 0 %" in shown
    assert "No answer yet" in shown
    nominate(sam, at=timezone.now())
    shown = text(client.get(page))
    assert "1 of 1 answered, 100 %" in shown
    assert "nominated 1" in shown
    assert "It is &lt;i&gt;your&lt;/i&gt; turn." in shown
    assert "Sam Ortiz" not in text(client.get(f"{page}?answer=not_asked", headers=HTMX))
    assert "Zoe Zimmer" not in text(client.get(f"{page}?month={this_month():%Y-%m}", headers=HTMX))
    assert "Nobody matches these filters" in text(client.get(f"{page}?q=nobody", headers=HTMX))
    assert "Zoe Zimmer" in text(client.get(f"{page}?q=west&month=what", headers=HTMX))
    lines = b"".join(client.get(f"{page}export.csv?answer=nominated")).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"{this_month():%Y-%m},O,Sam Ortiz,sam.ortiz@example.com")
    assert "Begin the drive" not in shown
    assert "Move" not in shown
    everything = b"".join(client.get("/nominations/drives/export.csv")).decode("utf-8-sig").splitlines()
    assert everything[1].startswith("New year,Running,Last name,")
    assert everything[1].endswith(",2,1,1,100,1")
    assert zoe.asked_at is None


def test_people_are_left_out_taken_in_and_added_with_buttons(client, priya, drive, page):
    client.force_login(priya)
    zoe = CohortMember.objects.get(person__name="Zoe Zimmer")
    left = client.post(f"/nominations/drives/people/{zoe.pk}/move/", {"month": "", "query": "q=zoe"}, follow=True)
    assert left.redirect_chain[-1][0] == f"{page}?q=zoe"
    assert "Zoe Zimmer is left out" in text(left)
    assert "Zoe Zimmer" not in text(client.get(page, headers=HTMX))
    assert "Zoe Zimmer" in text(client.get(f"{page}?answer=left_out", headers=HTMX))
    cleo = person("Cleo Cole", Role.SALES_REP)
    assert "Not in any month" in text(client.get(page))
    added = client.post(f"{page}people/", {"person": cleo.pk, "month": f"{this_month():%Y-%m}"}, follow=True)
    assert "Cleo Cole is asked in" in text(added)
    assert "Not in any month" not in text(added)


def test_the_next_round_begins_as_this_one_where_it_ends(client, priya, drive, page):
    client.force_login(priya)
    assert f'href="/nominations/drives/new/?like={drive.pk}"' in text(client.get(page))
    form = text(client.get(f"/nominations/drives/new/?like={drive.pk}"))
    following = months_from(this_month(), 3)[-1]
    assert f'<option value="{following:%Y-%m}" selected>' in form
    assert "It is &lt;i&gt;your&lt;/i&gt; turn." in form
    assert client.get("/nominations/drives/new/?like=99999999999999999999").status_code == 200


def test_a_deactivated_person_is_marked(client, lena, drive, page):
    people.set_active(
        CohortMember.objects.get(person__name="Zoe Zimmer").person, active=False, by=None, at=timezone.now()
    )
    client.force_login(lena)
    assert "deactivated, not asked" in text(client.get(page))


def test_too_many_for_the_capacity_is_told_before_it_happens(client, priya, drive, page):
    for number in range(6):
        drive_rep = person(f"Rep A{number}", Role.SALES_REP)
        cohort_members.add(drive_rep, drive=drive, month=this_month(), by=priya, at=timezone.now())
    recruiting_settings.edit(changes={"capacity": 2}, by=priya, at=timezone.now())
    client.force_login(priya)
    shown = text(client.get(page))
    assert "More than the programme can look after." in shown
    assert "is expected to bring 7 nominations" in shown
    recruiting_settings.edit(changes={"capacity": 20}, by=priya, at=timezone.now())
    assert "More than the programme" not in text(client.get(page))


def test_a_month_with_one_person_is_expected_to_bring_one_nomination(client, priya, maria, drive, page):
    for name in ("Gob", "Buster", "Tobias"):
        accepted(name, csm=maria, by=maria, priya=priya, at=timezone.now())
    recruiting_settings.edit(changes={"capacity": 1}, by=priya, at=timezone.now())
    client.force_login(priya)
    assert "is expected to bring 1 nomination; 3 would wait" in " ".join(text(client.get(page)).split())


def test_sam_sees_his_turn_at_home_nominates_and_is_not_asked_again(client, sam, drive):
    acme = customer("Acme", opener=sam, industry="Retail")
    customer("Not his")
    client.force_login(sam)
    assert "it is your turn to nominate" not in text(client.get("/"))
    turn = ask(drive, sam)
    page = reverse("references:turn_detail", args=[turn.pk])
    assert f'href="{page}"' in text(client.get("/"))
    assert "It is your turn to nominate" in text(client.get("/nominations/"))
    shown = text(client.get(page))
    assert f'href="/nominations/new/?customer={acme.pk}"' in shown
    assert "Not his" not in shown
    assert "None of them has such a name" in text(client.get(f"{page}?q=zebra"))
    nominate(sam, at=timezone.now(), who=acme)
    shown = text(client.get(page))
    assert "nominated 1" in shown
    assert "None of your customers is without a reference" in shown
    assert f'href="{page}"' not in text(client.get("/"))
    assert "Nothing this time</button>" not in shown


def test_sam_says_nothing_this_time_with_a_note(client, sam, jonas, drive):
    turn = ask(drive, sam)
    page = reverse("references:turn_detail", args=[turn.pk])
    client.force_login(sam)
    assert client.post(f"{page}answer/", {"note": "x" * 501}).status_code == 422
    done = client.post(f"{page}answer/", {"note": "All migrate now"}, follow=True)
    assert "Thank you for the answer" in text(done)
    assert "All migrate now" in text(done)
    assert client.get(f"{page}answer/").status_code == 302
    client.force_login(jonas)
    assert client.get(page).status_code == 404
    assert client.post(f"{page}answer/", {"note": ""}).status_code == 404
    turn.refresh_from_db()
    assert turn.note == "All migrate now"


def test_who_was_not_asked_yet_has_no_turn(client, sam, drive):
    turn = CohortMember.objects.get(person=sam)
    client.force_login(sam)
    assert client.get(reverse("references:turn_detail", args=[turn.pk])).status_code == 404


def test_drives_concern_priya_lena_and_the_executives(client, sam, priya, lena, drive):
    elena = person("Elena Rossi", Role.EXECUTIVE)
    for user, sees in ((sam, False), (priya, True), (lena, True), (elena, True)):
        client.force_login(user)
        assert ('href="/nominations/drives/"' in text(client.get("/nominations/"))) == sees
        assert (client.get("/nominations/drives/").status_code == 200) == sees


def test_ending_split_anew_and_beginning_twice_are_answered(client, priya, drive, page):
    client.force_login(priya)
    assert "has begun already" in text(client.post(f"{page}begin/", follow=True))
    assert "its months stay as they are" in text(client.post(f"{page}split/", follow=True))
    ended = text(client.post(f"{page}end/", {"reason": "The fair was called off."}, follow=True))
    assert "Ended early" in ended
    assert "The fair was called off." in ended
    assert "is over" in text(client.post(f"{page}end/", {"reason": "Again"}, follow=True))
    drives.create(values=sent() | {"first_month": this_month()}, by=priya, at=timezone.now())
    other = reverse("references:drive_detail", args=[Drive.objects.latest("pk").pk])
    assert "are split anew" in text(client.post(f"{other}split/", follow=True))
    assert "Spring" in text(client.get("/nominations/drives/?q=spri", headers=HTMX))
    assert "New year" not in text(client.get("/nominations/drives/?q=spri", headers=HTMX))
    assert "No drive has such a name" in text(client.get("/nominations/drives/?q=autumn", headers=HTMX))


def test_a_month_of_many_people_asks_no_query_each(client, priya, sam, drive, page):
    for number in range(30):
        user = person(f"Rep A{number:02}", Role.SALES_REP)
        cohort_members.add(user, drive=drive, month=this_month(), by=priya, at=timezone.now())
        customer(f"Customer {number}", opener=sam)
    person("Cleo Cole", Role.SALES_REP)
    turn = ask(drive, sam)
    for number in range(4):
        values = sent(name=f"Drive {number}") | {"first_month": this_month()}
        drives.create(values=values, by=priya, at=timezone.now())
    client.force_login(priya)
    assert_query_count(client, page, "references:drive_detail")
    assert_query_count(client, "/nominations/drives/", "references:drive_index")
    client.force_login(sam)
    assert_query_count(client, reverse("references:turn_detail", args=[turn.pk]), "references:turn_detail")


def test_of_two_who_move_the_same_person_the_second_is_told(client, priya, drive, page):
    """Priya and Omar both see Zoe in the second month; Omar moves her first."""
    zoe = CohortMember.objects.get(person__name="Zoe Zimmer")
    first, second = (f"{month:%Y-%m}" for month in drive.cohorts.order_by("month").values_list("month", flat=True))
    address = f"/nominations/drives/people/{zoe.pk}/move/"

    def moved(month, seen):
        return client.post(address, {"month": month, "seen": seen, "query": "q=zoe"}, follow=True)

    client.force_login(person("Omar Haddad", Role.PROGRAMME_MANAGER))
    assert f'name="seen" value="{second}"' in client.get(f"{page}?q=zoe").text
    assert "Zoe Zimmer is asked in" in moved(first, second).text
    client.force_login(priya)
    for month in ("", second):
        refused = moved(month, second)
        assert (refused.status_code, "Somebody has moved Zoe Zimmer to" in refused.text) == (422, True)
        assert re.search(rf'<option value="{month}" selected>', refused.text), "what Priya chose is still chosen"
        assert f'name="seen" value="{first}"' in refused.text, "sent again it replaces what Omar did"
        assert "Sam Ortiz" not in refused.text.split('id="member-list"')[1].split("<aside")[0], "narrowed as before"
    zoe.refresh_from_db()
    assert f"{zoe.cohort.month:%Y-%m}" == first
    assert "Zoe Zimmer is left out" in moved("", first).text
    assert 'name="seen" value=""' in client.get(f"{page}?answer=left_out").text
    gone = moved(second, first)
    assert (gone.status_code, "Somebody has left Zoe Zimmer out meanwhile" in gone.text) == (422, True)
    named = drive.cohorts.get(month=f"{second}-01").month
    assert f"<blockquote>{named:%B %Y}</blockquote>" in gone.text, "her row is not shown, so her month is told"
    assert "Zoe Zimmer is asked in" in moved(second, "").text
