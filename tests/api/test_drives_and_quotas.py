"""A program of Lena's, who leads sales, reads who was asked to nominate, who answered, and who reached the quota."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.choices import Role
from references.actions import cohort_members, drives, quotas
from references.actions import nomination_decisions as decisions
from references.models import CohortMember
from references.reports.quotas import period_of, periods
from tests.api.calling import client_of
from tests.factories import person
from tests.references.drives import nominate, place

DRIVES, QUOTAS = "/api/v1/drives/", "/api/v1/quotas/"


@pytest.fixture
def zoe(db):
    return place(person("Zoe Zimmer", Role.SALES_REP), team="West")


@pytest.fixture
def drive(priya, sam, zoe):
    """Sam Ortiz is asked this month and nominates, Zoe Zimmer is asked in the next."""
    month, at = timezone.localdate().replace(day=1), timezone.now() - timedelta(minutes=30)
    values = {"name": "New year", "split": "last_name", "first_month": month, "months": 2}
    values |= {"roles": ["sales_rep"], "introduction": "Your turn."}
    made = drives.begin(drives.create(values=values, by=priya, at=at), by=priya, at=at)
    row = CohortMember.objects.get(drive=made, person=sam)
    cohort_members.note_asked(cohort_members.claim(row.pk, month=month, at=at), at=at)
    nominate(sam, at=timezone.now())
    return made


@pytest.fixture
def policy(lena):
    numbers = {"sales_rep": 1, "account_manager": 2}
    return quotas.set_policy(
        seen=0, mode="block", period="quarter", numbers=numbers, by=lena, at=timezone.now() - timedelta(seconds=30)
    )


def names(answer):
    return [row["name"] for row in answer.json()["results"]]


def test_a_drive_tells_who_was_asked_and_what_came_of_it(drive, lena):
    api = client_of(lena)
    listed = api.get(DRIVES).json()["results"]
    asked = {"people": 2, "asked": 1, "answered": 1, "percent": 100, "nominations": 1}
    assert [(row["name"], row["state"], row["tally"]) for row in listed] == [("New year", "running", asked)]
    assert names(api.get(DRIVES + "?q=spring")) == []
    one = api.get(f"{DRIVES}{drive.pk}/").json()
    assert [(row["group"], row["tally"]["asked"]) for row in one["cohorts"]] == [("O", 1), ("Z", 0)]
    assert one["cohorts"][0]["month"] == str(drive.first_month)


def test_the_people_of_a_drive_are_read_as_its_page_narrows_them(drive, lena, zoe):
    api, people = client_of(lena), f"{DRIVES}{drive.pk}/people/"
    rows = {row["name"]: row for row in api.get(people).json()["results"]}
    assert {name: (row["answer"], row["nominations"]) for name, row in rows.items()} == {
        "Sam Ortiz": ("nominated", 1),
        "Zoe Zimmer": ("not_asked", 0),
    }
    assert (rows["Zoe Zimmer"]["team"], rows["Zoe Zimmer"]["person"]) == ("West", zoe.email)
    assert names(api.get(people + "?answer=not_asked")) == ["Zoe Zimmer"]
    assert names(api.get(f"{people}?month={drive.first_month:%Y-%m}")) == ["Sam Ortiz"]
    assert names(api.get(people + "?q=west")) == ["Zoe Zimmer"]
    page = api.get(people + "?limit=1").json()
    assert names(api.get(f"{people}?limit=1&cursor={page['next']}")) != [page["results"][0]["name"]]
    for wrong in ("answer=maybe", "month=soon"):
        refused = api.get(f"{people}?{wrong}")
        assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, wrong.partition("=")[0])


def test_who_was_left_out_of_a_drive_is_told_only_if_asked_for(drive, lena, priya, zoe):
    cohort_members.leave_out(CohortMember.objects.get(person=zoe), by=priya, at=timezone.now())
    api, people = client_of(lena), f"{DRIVES}{drive.pk}/people/"
    assert names(api.get(people)) == ["Sam Ortiz"]
    left = api.get(people + "?answer=left_out").json()["results"]
    assert [(row["name"], row["month"], row["group"]) for row in left] == [("Zoe Zimmer", None, "")]


def test_quotas_tell_who_has_reached_them_and_whose_is_lifted(policy, lena, priya, sam, zoe):
    decisions.accept(nominate(sam, at=timezone.now()), by=priya, at=timezone.now())
    period = period_of("", at=timezone.now())
    quotas.override(zoe, period=period, reason="She began on Monday.", by=lena, at=timezone.now())
    api = client_of(lena)
    report = api.get(QUOTAS).json()
    assert (report["period"], report["mode"], report["next"]) == (period.label, "block", None)
    rows = {row["name"]: row for row in report["results"]}
    assert {name: (row["accepted"], row["missing"], row["standing"]) for name, row in rows.items()} == {
        "Sam Ortiz": (1, 0, "met"),
        "Zoe Zimmer": (0, 1, "lifted"),
    }
    assert (rows["Sam Ortiz"]["roles"], rows["Sam Ortiz"]["lifted"]) == (["sales_rep"], None)
    lifted = rows["Zoe Zimmer"]["lifted"]
    assert (lifted["by"], lifted["reason"]) == (lena.email, "She began on Monday.")
    assert names(api.get(QUOTAS + "?show=missing")) == ["Zoe Zimmer"]
    assert names(api.get(QUOTAS + "?team=West")) == ["Zoe Zimmer"]
    assert names(api.get(QUOTAS + "?sort=-percent")) == ["Sam Ortiz", "Zoe Zimmer"]
    first = api.get(QUOTAS + "?limit=1").json()
    assert names(api.get(f"{QUOTAS}?limit=1&cursor={first['next']}")) == ["Zoe Zimmer"]


def test_a_period_before_the_quotas_answers_nobody(policy, lena, sam):
    oldest = periods(timezone.now())[-1].label
    answer = client_of(lena).get(f"{QUOTAS}?period={oldest}")
    assert (answer.json()["period"], names(answer)) == (oldest, [])


def test_a_period_that_the_report_cannot_show_is_refused_in_its_words(policy, lena, sam):
    """In 2030 everybody would be under quota, before it has begun; a year has no quotas that are set per quarter."""
    api = client_of(lena)
    for unknown in ("2030-Q1", "1900-Q1", f"{timezone.localdate().year}", "soon", "0000", "2026-Q9"):
        refused = api.get(f"{QUOTAS}?period={unknown}")
        told = [(error["attr"], error["detail"]) for error in refused.json()["errors"]]
        words = f"“{unknown}” is not known to the filter “Period”."
        assert (refused.status_code, told) == (400, [("period", words)])
    for wrong in ("show=all", "sort=name", "role=king"):
        refused = api.get(f"{QUOTAS}?{wrong}")
        assert (refused.status_code, refused.json()["errors"][0]["attr"]) == (400, wrong.partition("=")[0]), wrong


def test_who_may_not_open_the_pages_does_not_read_them_here_either(drive, policy, sam, maria):
    for who in (sam, maria, person("Noah Newman")):
        for address in (DRIVES, f"{DRIVES}{drive.pk}/", f"{DRIVES}{drive.pk}/people/", QUOTAS):
            assert client_of(who).get(address).status_code == 403, (who, address)


def test_a_drive_that_is_not_there_is_not_found(lena):
    assert client_of(lena).get(DRIVES + "1/").status_code == 404
    assert client_of(lena).get(DRIVES + "1/people/").status_code == 404


def test_a_month_tells_on_which_day_its_people_were_asked_or_are_to_be(priya, sam, zoe, lena, time_machine):
    """The drive begins on the last day of November, and Sam is asked on it, though the month had begun long before."""
    time_machine.move_to(datetime(2026, 11, 30, 12, 0, tzinfo=UTC), tick=False)
    at, november = timezone.now(), date(2026, 11, 1)
    values = {"name": "Late", "split": "last_name", "first_month": november, "months": 2, "roles": ["sales_rep"]}
    late = drives.create(values=values | {"introduction": "Your turn."}, by=priya, at=at)

    def days():
        return [row["asked_on"] for row in client_of(lena).get(f"{DRIVES}{late.pk}/").json()["cohorts"]]

    assert days() == ["2026-11-30", "2026-12-01"]
    late = drives.begin(late, by=priya, at=at)
    row = CohortMember.objects.get(drive=late, person=sam)
    cohort_members.note_asked(cohort_members.claim(row.pk, month=november, at=at), at=at)
    assert days() == ["2026-11-30", "2026-12-01"]
    time_machine.move_to(datetime(2026, 12, 15, 12, 0, tzinfo=UTC), tick=False)
    assert days() == ["2026-11-30", "2026-12-15"], "who was asked stays so; the others are to be asked at once"
    drives.end(late, reason="Enough", by=priya, at=timezone.now())
    assert days() == ["2026-11-30", None]
