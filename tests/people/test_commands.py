"""The first people of an installation, made on the command line."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from core.models import ApiToken, User
from people import mails


def create_user(monkeypatch, *arguments, typed=""):
    monkeypatch.setattr("sys.stdin", StringIO(typed))
    said = StringIO()
    call_command("create_user", *arguments, stdout=said)
    return said.getvalue()


def test_a_person_with_a_password_from_standard_input(db, monkeypatch):
    said = create_user(
        monkeypatch, "Ada@Example.com", "--role", "administrator", "--role", "csm", typed="rainy day socks\n"
    )
    ada = User.objects.get()
    assert (ada.email, ada.name, ada.roles) == ("ada@example.com", "Ada", {"administrator", "csm"})
    assert ada.check_password("rainy day socks")
    assert said.strip() == "ada@example.com created: administrator, csm"
    assert not mail.outbox


def test_without_a_password_an_invitation_is_mailed(db, monkeypatch):
    said = create_user(monkeypatch, "maria.chen@example.com", "--role", "csm", "--name", "Maria Chen")
    assert said.startswith("maria.chen@example.com invited")
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (["not-an-address", "--role", "csm"], "", "valid email"),
        (["a@example.com", "--role", "pope"], "", "invalid choice: 'pope'"),
        (["a@example.com", "--role", "csm"], "short\n", "too short"),
        (["taken@example.com", "--role", "csm"], "rainy day socks\n", "already a person"),
    ],
)
def test_a_mistake_is_said_and_nobody_is_made(db, monkeypatch, arguments, typed, said):
    User.objects.create_user("taken@example.com")
    with pytest.raises(CommandError, match=said):
        create_user(monkeypatch, *arguments, typed=typed)
    assert User.objects.count() == 1


def test_a_mail_that_cannot_be_sent_leaves_nobody_behind(db, monkeypatch):
    monkeypatch.setattr(mails, "send_mail", lambda *_args: (_ for _ in ()).throw(OSError("no mail server")))
    with pytest.raises(CommandError, match="nobody was created"):
        create_user(monkeypatch, "maria@example.com", "--role", "csm")
    assert not User.objects.exists()


def test_a_token_is_printed_and_nothing_else(nina):
    said = StringIO()
    call_command("create_api_token", "NINA.rossi@example.com", stdout=said)
    assert ApiToken.objects.get().digest == ApiToken.digest_of(said.getvalue().strip())


def test_no_token_for_somebody_unknown(db):
    with pytest.raises(CommandError, match="no active person"):
        call_command("create_api_token", "who@example.com")


@pytest.mark.parametrize("days", ["999999999", "9999999"])
def test_a_token_beyond_the_calendar_is_refused_in_words(nina, days):
    with pytest.raises(CommandError, match="The calendar ends before that"):
        call_command("create_api_token", nina.email, "--days", days, stdout=StringIO())
    assert not ApiToken.objects.exists()
