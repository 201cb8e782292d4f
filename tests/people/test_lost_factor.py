"""Nina's phone is broken, and she has no recovery code left: Ada, the administrator, helps her back in."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.errors import RuleBroken
from core.models import AuditEvent, Notice
from people.actions import second_factors
from tests.people.test_sign_in import log_in

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def locked_out(nina):
    TOTP.activate(nina, generate_totp_secret())
    RecoveryCodes.activate(nina)
    return nina


def test_ada_takes_it_away_and_nina_logs_in_with_her_password(client, locked_out, ada):
    session = Client()
    session.force_login(locked_out)
    assert log_in(Client(), locked_out.email).url == reverse("mfa_authenticate")
    client.force_login(ada)
    page = reverse("people:person_detail", args=[locked_out.pk])
    assert "The second factor is lost" in client.get(page).text
    done = client.post(reverse("people:person_second_factor_remove", args=[locked_out.pk]), follow=True)
    assert "logs in with the password alone now" in done.text
    assert "The second factor is lost" not in done.text
    assert not Authenticator.objects.filter(user=locked_out).exists()
    assert session.get("/").status_code == 302, "who found the phone is out"
    assert log_in(Client(), locked_out.email).url == "/"
    assert AuditEvent.objects.get(event="person.second_factor_removed").by == ada
    assert "has taken your second factor away" in Notice.objects.get(to=locked_out).text


def test_nobody_takes_away_the_own_one_so_nor_one_that_is_not_there(client, locked_out, ada):
    TOTP.activate(ada, generate_totp_secret())
    with pytest.raises(RuleBroken, match="asks a colleague"):
        second_factors.remove(ada, by=ada, at=NOW)
    client.force_login(ada)
    assert "The second factor is lost" not in client.get(reverse("people:person_detail", args=[ada.pk])).text
    second_factors.remove(locked_out, by=ada, at=NOW)
    address = reverse("people:person_second_factor_remove", args=[locked_out.pk])
    assert "has no second factor" in client.post(address, follow=True).text


def test_the_only_administrator_is_helped_on_the_command_line(ada):
    TOTP.activate(ada, generate_totp_secret())
    said = StringIO()
    call_command("remove_second_factor", ada.email, stdout=said)
    assert said.getvalue().strip() == f"{ada.email} logs in with the password alone now"
    assert AuditEvent.objects.get(event="person.second_factor_removed").by is None
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("remove_second_factor", ada.email)
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody@example.com")
