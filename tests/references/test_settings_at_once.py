"""Priya and Paul have the settings open at once: the second save is refused with both values, and nothing is lost."""

import re

import pytest
from django.utils import timezone

from core.choices import Role
from core.errors import RuleBroken
from core.models import AuditEvent, Programme
from references.actions import recognition_settings
from references.models import (
    Dimension,
    EvidenceSettings,
    ImpactSettings,
    RecognitionSettings,
    RecruitingSettings,
    RewardLevel,
)
from tests.factories import person

STANDS = "The form shows it as it stands now, with what you changed in it; press again to save. They changed: "
PAGES = {
    "/settings/recruiting/": (RecruitingSettings, "capacity", 30, 12),
    "/settings/recognition/": (RecognitionSettings, "top_count", 4, 7),
    "/settings/impact/": (ImpactSettings, "a_from", 90, 85),
    "/settings/dimensions/": (EvidenceSettings, "warn_days", 14, 21),
    "/settings/": (Programme, "upload_limit_mb", 20, 50),
}


@pytest.fixture
def paul(db):
    return person("Paul Diaz", Role.PROGRAMME_MANAGER)


def shown(client, address):
    """What the page would send back."""
    return values_of(client.get(address))


def values_of(answer):
    """What its form sends if nobody touches it."""
    form = answer.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


@pytest.mark.parametrize("address", PAGES)
def test_the_second_of_two_saves_is_refused_with_both_values(client, priya, paul, address):
    model, name, theirs, mine = PAGES[address]
    client.force_login(priya)
    before = shown(client, address)
    client.force_login(paul)
    assert client.post(address, before | {name: theirs}).status_code == 302
    client.force_login(priya)
    refused = client.post(address, before | {name: mine})
    assert refused.status_code == 422
    assert "Somebody else saved these settings" in refused.text
    assert f"It is now: {theirs}." in refused.text
    assert f'value="{mine}"' in refused.text
    assert getattr(model.current(), name) == theirs
    mark = re.search(r'name="seen" value="(\w+)"', refused.text)[1]
    assert client.post(address, before | {name: mine, "seen": mark}).status_code == 302
    assert getattr(model.current(), name) == mine


def test_what_paul_left_alone_stays_as_priya_set_it(client, priya, paul):
    address = "/settings/recruiting/"
    client.force_login(paul)
    before = shown(client, address)
    client.force_login(priya)
    changed = {"capacity": 9, "decider": paul.pk, "answer_within_days": 20}
    assert client.post(address, before | changed).status_code == 302
    client.force_login(paul)
    refused = client.post(address, before | {"verify_after_days": 31, "answer_within_days": 25})
    assert f"{STANDS}Invitations a month, Who decides<" in refused.text
    assert re.findall(r"It is now: [^<]*", refused.text) == ["It is now: 20. Save again to replace it by yours."]
    assert client.post(address, values_of(refused)).status_code == 302
    saved = RecruitingSettings.current()
    assert (saved.capacity, saved.decider, saved.verify_after_days, saved.answer_within_days) == (9, paul, 31, 25)


def test_boxes_that_priya_ticked_and_unticked_stay_so(client, priya, paul):
    address = "/settings/recognition/"
    client.force_login(paul)
    before = shown(client, address)
    client.force_login(priya)
    changed = {"participants": ["support"], "sends_mails": "on"}
    assert client.post(address, {**before, **changed}).status_code == 302
    client.force_login(paul)
    refused = client.post(address, before | {"top_count": 6})
    assert (f"{STANDS}Who is asked to nominate<" in refused.text, "It is now" in refused.text) == (True, False)
    assert client.post(address, values_of(refused)).status_code == 302
    saved = RecognitionSettings.current()
    assert (saved.participants, saved.sends_mails, saved.top_count) == (["support"], True, 6)


def test_a_person_and_roles_are_named_as_the_form_names_them(client, priya, paul):
    client.force_login(priya)
    before = shown(client, "/settings/recruiting/")
    assert client.post("/settings/recruiting/", before | {"decider": paul.pk}).status_code == 302
    refused = client.post("/settings/recruiting/", before | {"decider": priya.pk})
    assert "It is now: Paul Diaz." in refused.text
    roles = shown(client, "/settings/recognition/")
    assert client.post("/settings/recognition/", roles | {"participants": ["support"]}).status_code == 302
    refused = client.post("/settings/recognition/", roles | {"participants": ["marketing"]})
    assert "It is now: Support." in refused.text


def test_of_two_saves_of_a_dimension_the_second_is_refused_with_both_values(client, priya, paul):
    address = "/settings/dimensions/logo/"
    client.force_login(priya)
    before = shown(client, address)
    assert (
        client.post(address, before | {"definition": "May be shown on our page.", "evidence_days": 90}).status_code
        == 302
    )
    client.force_login(paul)
    refused = client.post(address, before | {"name": "Their logo", "evidence_days": 60})
    assert refused.status_code == 422
    for words in ("Somebody else saved these settings", "It is now: 90."):
        assert words in refused.text
    assert 'value="Their logo"' in refused.text
    logo = Dimension.objects.get(key="logo")
    assert (logo.name, logo.definition, logo.evidence_days) == ("Logo", "May be shown on our page.", 90)
    assert client.post(address, values_of(refused)).status_code == 302
    logo.refresh_from_db()
    assert (logo.name, logo.definition, logo.evidence_days) == ("Their logo", "May be shown on our page.", 60)


def test_a_number_that_is_gone_is_told_as_none(client, priya):
    address = "/settings/dimensions/logo/"
    Dimension.objects.filter(key="logo").update(evidence_days=90)
    client.force_login(priya)
    before = shown(client, address)
    assert client.post(address, before | {"evidence_days": ""}).status_code == 302
    assert "It is now: –." in client.post(address, before | {"evidence_days": 30}).text


def test_of_two_saves_of_a_reward_level_the_second_is_refused_with_both_values(client, priya, paul):
    gold = RewardLevel.objects.create(name="Gold in 2026", needed=40)
    address = f"/settings/recognition/levels/{gold.pk}/"
    client.force_login(priya)
    before = shown(client, address)
    assert client.post(address, before | {"needed": 41}).status_code == 302
    client.force_login(paul)
    refused = client.post(address, before | {"name": "Golden", "needed": 42})
    assert refused.status_code == 422
    for words in ("Somebody else saved these settings", "It is now: 41."):
        assert words in refused.text
    assert 'value="Golden"' in refused.text
    gold.refresh_from_db()
    assert (gold.name, gold.needed) == ("Gold in 2026", 41)
    mark = re.search(r'name="seen" value="(\w+)"', refused.text)[1]
    assert client.post(address, before | {"name": "Golden", "needed": 42, "seen": mark}).status_code == 302
    gold.refresh_from_db()
    assert (gold.name, gold.needed) == ("Golden", 42)


def test_what_nobody_changed_meanwhile_is_saved(client, priya):
    client.force_login(priya)
    before = shown(client, "/settings/recruiting/")
    assert client.post("/settings/recruiting/", before | {"capacity": 3}).status_code == 302


def test_what_paul_typed_for_a_reward_level_that_priya_removed_stands_ready_to_be_added(client, priya, paul):
    gold = RewardLevel.objects.create(name="Gold in 2026", needed=40)
    address = f"/settings/recognition/levels/{gold.pk}/"
    client.force_login(priya)
    assert client.post(f"{address}remove/").status_code == 302
    client.force_login(paul)
    answer = client.post(address, {"name": "Platinum", "needed": 12, "seen": "x"})
    assert answer.status_code == 404
    assert "Somebody removed this level meanwhile" in answer.text
    assert 'value="Platinum"' in answer.text
    assert 'action="/settings/recognition/levels/new/"' in answer.text
    assert client.get(address).status_code == 404


def test_what_paul_typed_is_kept_though_priya_removes_the_level_in_the_very_moment(client, paul, monkeypatch):
    gold = RewardLevel.objects.create(name="Gold in 2026", needed=40)
    edit = recognition_settings.edit_level

    def too_late(level, **said):
        RewardLevel.objects.filter(pk=gold.pk).delete()
        return edit(level, **said)

    monkeypatch.setattr(recognition_settings, "edit_level", too_late)
    client.force_login(paul)
    answer = client.post(f"/settings/recognition/levels/{gold.pk}/", {"name": "Platinum", "needed": 12})
    assert answer.status_code == 404
    assert "Somebody removed this level meanwhile" in answer.text
    assert ('value="Platinum"' in answer.text, 'action="/settings/recognition/levels/new/"' in answer.text) == (
        True,
    ) * 2


def test_a_level_that_paul_changed_is_not_removed_from_the_page_that_priya_opened_before(client, priya, paul):
    gold = RewardLevel.objects.create(name="Gold in 2026", needed=40)
    address = f"/settings/recognition/levels/{gold.pk}/"
    client.force_login(priya)
    seen = {"seen": re.search(r'remove/".*?name="seen" value="(\w+)"', client.get(address).text)[1]}
    client.force_login(paul)
    assert client.post(address, shown(client, address) | {"name": "Golden", "needed": 41}).status_code == 302
    client.force_login(priya)
    refused = client.post(f"{address}remove/", seen)
    words = "Somebody else changed this level meanwhile: it is “Golden” for 41 enrolled nominations now."
    assert (refused.status_code, words in refused.text) == (422, True)
    assert RewardLevel.objects.filter(pk=gold.pk).exists()
    again = {"seen": re.search(r'remove/".*?name="seen" value="(\w+)"', refused.text)[1]}
    assert "The level Golden is removed." in client.post(f"{address}remove/", again, follow=True).text
    assert AuditEvent.objects.filter(event="reward_level.deleted", by=priya).count() == 1


def test_of_two_who_remove_a_level_at_once_the_second_is_told_and_one_removal_is_recorded(priya, paul):
    gold = RewardLevel.objects.create(name="Gold in 2026", needed=40)
    theirs = RewardLevel.objects.get()
    recognition_settings.remove_level(gold, by=priya, at=timezone.now())
    with pytest.raises(RuleBroken, match="Somebody removed this level meanwhile"):
        recognition_settings.remove_level(theirs, by=paul, at=timezone.now())
    assert AuditEvent.objects.filter(event="reward_level.deleted").count() == 1


def test_who_removes_a_level_that_is_gone_sees_the_settings_and_is_told(client, priya, paul):
    gold = RewardLevel.objects.create(name="Gold in 2026", needed=40)
    client.force_login(priya)
    assert client.post(f"/settings/recognition/levels/{gold.pk}/remove/").status_code == 302
    client.force_login(paul)
    answer = client.post(f"/settings/recognition/levels/{gold.pk}/remove/")
    assert answer.status_code == 404
    assert "Somebody removed this level meanwhile." in answer.text
    assert '<form class="card-plain" method="post" action="/settings/recognition/">' in answer.text


def test_of_a_level_that_takes_one_nomination_is_spoken_in_the_singular(client, priya):
    RewardLevel.objects.create(name="First", needed=1)
    client.force_login(priya)
    refused = client.post("/settings/recognition/levels/new/", {"name": "Starter", "needed": 1})
    assert refused.status_code == 422
    assert "There is a level for 1 enrolled nomination already; each needs a number of its own." in refused.text
