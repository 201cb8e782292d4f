"""The pages that are not ours: Django's admin, a window for administrators, and those of the log-in library."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.choices import Role
from core.models import AuditEvent, Job, User
from references.models import PayMember
from refprogram.admin import PayAdmin, WindowAdmin
from tests.cast import cast
from tests.test_permissions_table import lines_of

NEEDED = 20


@pytest.fixture
def rows(db, own_files) -> dict[str, User]:
    """A company with a row of nearly every kind."""
    people = cast()
    list(lines_of(people))
    return people


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pages(model: type[models.Model], pk: object) -> dict[str, str]:
    """The addresses of the admin for one model and one row of it."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    found = {deed: reverse(f"{name}_{deed}") for deed in ("changelist", "add")}
    return found | {deed: reverse(f"{name}_{deed}", args=[pk]) for deed in ("change", "delete", "history")}


def test_each_model_can_be_looked_at_by_an_administrator_and_changed_by_nobody(rows):
    ada = rows["ada"]
    TOTP.activate(ada, generate_totp_secret())
    User.objects.filter(pk=ada.pk).update(is_superuser=True)
    adas, seen, before = browser(ada), 0, AuditEvent.objects.count()
    for model, window in admin.site._registry.items():
        row = model._default_manager.first()
        if row is None or isinstance(window, PayAdmin):
            continue
        if not isinstance(window, WindowAdmin):
            assert {adas.get(path).status_code for path in pages(model, row.pk).values()} == {403}, model
            continue
        seen += 1
        got = {deed: adas.get(path).status_code for deed, path in pages(model, row.pk).items()}
        assert got == {"changelist": 200, "add": 403, "change": 200, "delete": 403, "history": 200}, model
        sent = {deed: adas.post(path, {"post": "yes", "_save": "1"}).status_code for deed, path in
                pages(model, row.pk).items() if deed in ("add", "change", "delete")}  # fmt: skip
        assert set(sent.values()) == {403}, model
        deed = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
        adas.post(pages(model, row.pk)["changelist"], deed)
        assert model._default_manager.filter(pk=row.pk).exists(), model
    assert seen >= NEEDED
    assert AuditEvent.objects.count() == before


def test_nobody_else_sees_the_window_with_whatever_factor_or_flag(rows):
    User.objects.exclude(pk=rows["ada"].pk).update(is_superuser=True, is_staff=True)
    for first, user in rows.items():
        if first == "ada":
            continue
        TOTP.activate(user, generate_totp_secret())
        client = browser(user)
        for model in (User, AuditEvent, PayMember):
            row = model._default_manager.first()
            assert {client.get(path).status_code for path in pages(model, row.pk).values()} <= {302, 403}, (
                first,
                model,
            )
        assert "core_user" not in client.get("/admin/").content.decode()


def test_peoples_pay_stays_with_those_who_may_read_it(rows):
    """Ada looks after people and settings; what they are paid is not among it, on no page."""
    ada = rows["ada"]
    TOTP.activate(ada, generate_totp_secret())
    adas, bonus = browser(ada), PayMember.objects.first()
    for deed, path in pages(PayMember, bonus.pk).items():
        assert adas.get(path).status_code == 403, deed
    paid = AuditEvent.objects.get(event="pay_member.added")
    assert adas.get(pages(AuditEvent, paid.pk)["change"]).status_code == 302
    for path in ("/audit/", "/audit/export/", "/admin/core/auditevent/"):
        answer = adas.get(path)
        text = answer.getvalue().decode() if answer.streaming else answer.content.decode()
        assert "pay_member.added" not in text.replace('value="pay_member.added"', ""), path
    priyas = browser(rows["priya"]).get("/audit/export/").getvalue().decode()
    assert "pay_member.added" in priyas
    assert "target_bonus" in priyas


def test_an_administrator_who_manages_the_programme_too_sees_pay(rows):
    ada = rows["ada"]
    TOTP.activate(ada, generate_totp_secret())
    User.objects.filter(pk=ada.pk).update(role_list=[Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER])
    assert browser(ada).get(pages(PayMember, PayMember.objects.first().pk)["change"]).status_code == 200


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        ("user", "password__startswith=pbkdf2"),
        ("apitoken", "digest__startswith=a"),
        ("job", "parameters__icontains=a"),
        ("job", "report__icontains=a"),
        ("notice", "created_at__year=99999"),
        ("user", "name__regex=(a%2B)%2B%24"),
    ],
)
def test_what_the_window_does_not_show_it_does_not_answer_guesses_about(rows, model, lookup):
    TOTP.activate(rows["ada"], generate_totp_secret())
    adas = browser(rows["ada"])
    assert adas.get(f"/admin/core/{model}/?{lookup}").status_code == 400
    assert adas.get(f"/admin/core/{model}/?id__exact=1").status_code == 200


def test_a_number_that_no_row_can_have_is_answered_in_words_for_every_model(rows):
    TOTP.activate(rows["ada"], generate_totp_secret())
    adas, too_large, seen = browser(rows["ada"]), "9" * 25, 0
    for model, window in admin.site._registry.items():
        if not isinstance(window, WindowAdmin) or isinstance(window, PayAdmin):
            continue
        found = pages(model, too_large)
        assert {adas.get(found[deed]).status_code for deed in ("change", "history")} == {302}, model
        for field in window._fields():
            if field.is_relation:
                seen += 1
                asked = f"{found['changelist']}?{field.name}__exact="
                assert adas.get(f"{asked}{too_large}").status_code == 400, (model, field)
                assert adas.get(f"{asked}1").status_code == 200, (model, field)
    assert seen >= NEEDED


def test_what_a_job_was_given_and_made_is_its_starters_alone(rows):
    TOTP.activate(rows["ada"], generate_totp_secret())
    told = {"parameters": {"names": ["Sitwell"]}, "report": {"rows": ["Sitwell"]}}
    made = Job.objects.create(kind="x", title="x", created_by=rows["priya"], created_at=timezone.now(), **told)
    page = browser(rows["ada"]).get(f"/admin/core/job/{made.pk}/change/")
    assert (page.status_code, "Sitwell" in page.text) == (200, False)
