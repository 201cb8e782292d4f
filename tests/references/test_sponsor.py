"""Eva stands behind the programme: it says so, and she is proposed to sign."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail

from core.actions import people
from core.choices import Role
from core.models import AuditEvent
from references import tasks
from references.actions import recruiting_settings
from references.forms.recruiting import RecruitingForm
from references.models import RecruitingSettings
from tests.factories import person
from tests.references.drives import begun, reps
from tests.references.recognized import NOW, enrol, nominate

NEW_YEAR = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


@pytest.fixture
def eva(db):
    return person("Eva Lindqvist", Role.EXECUTIVE)


@pytest.fixture
def sponsor(eva, priya):
    recruiting_settings.edit(changes={"sponsor": eva}, by=priya, at=NOW)
    return eva


def test_priya_chooses_among_executives(client, priya, eva, sam):
    client.force_login(priya)
    form = client.get("/settings/recruiting/").context["form"]
    assert [str(one) for one in form.fields["sponsor"].queryset] == ["Eva Lindqvist"]
    sent = {name: form[name].value() or "" for name in RecruitingForm.Meta.fields}
    assert client.post("/settings/recruiting/", sent | {"sponsor": sam.pk}).status_code == 422
    assert client.post("/settings/recruiting/", sent | {"sponsor": eva.pk}).status_code == 302
    assert RecruitingSettings.standing_sponsor() == eva
    told = AuditEvent.objects.filter(event="recruiting_settings.edited").latest("pk").detail["fields"]
    assert told == {"sponsor": [None, "Eva Lindqvist"]}


def test_the_board_names_the_sponsor(client, sam, sponsor):
    client.force_login(sam)
    assert "Sponsor: Eva Lindqvist" in client.get("/board/").text


def test_who_left_or_is_no_executive_any_more_is_not_named(client, sam, sponsor):
    people.administer(sponsor, name=sponsor.name, roles=[Role.SALES_REP], by=None, at=NOW)
    client.force_login(sam)
    assert "Sponsor" not in client.get("/board/").text
    assert RecruitingSettings.standing_sponsor() is None


def test_the_mail_of_a_drive_says_who_stands_behind_it(priya, sponsor):
    reps("Ada Adams")
    begun(priya)
    with time_machine.travel(NEW_YEAR, tick=False):
        tasks.ask_cohorts()
    [hers] = [one for one in mail.outbox if one.to[0].startswith("ada")]
    assert "Eva Lindqvist stands behind this and is glad about every name you give." in hers.body


def test_without_a_sponsor_nobody_is_named_in_the_mail(priya):
    reps("Ada Adams")
    begun(priya)
    with time_machine.travel(NEW_YEAR, tick=False):
        tasks.ask_cohorts()
    assert "stands behind" not in mail.outbox[0].body
    assert "It is your turn.\n\n" in mail.outbox[0].body


def test_the_sponsor_is_proposed_to_sign_but_not_a_letter_to_the_sponsor(client, priya, sam, sponsor):
    enrol(nominate("Bluth Company", sam), priya)
    client.force_login(priya)
    form = client.get(f"/recognitions/new/?person={sam.pk}&quarter=2026-Q4").context["form"]
    assert form["signer"].value() == sponsor.pk
    own = client.get(f"/recognitions/new/?person={sponsor.pk}&quarter=2026-Q4").context["form"]
    assert own["signer"].value() is None
