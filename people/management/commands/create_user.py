"""manage.py create_user EMAIL --role ROLE: the first people of an installation."""

import select
import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from core.actions import people
from core.choices import Role
from core.commands import ProgramCommand
from core.errors import RuleBroken
from core.models import User
from people import mails
from people.actions import invitations

PATIENCE = 2.0


class Command(ProgramCommand):
    help = (
        "Create a person. The password is the first line of standard input; without one, an invitation with a link "
        "to choose a password is mailed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", action="append", default=[], choices=Role.values, help="repeat for more roles")
        parser.add_argument("--name", default="", help="default: made from the address")
        parser.add_argument(
            "--password-stdin", action="store_true", help="wait for the password, however long it takes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email: str = options["email"].strip().lower()
        name = options["name"] or email.partition("@")[0].replace(".", " ").title()
        try:
            validate_email(email)
            password = self._password(email, name, wait=options["password_stdin"])
            with transaction.atomic():
                user = people.create(
                    email, name=name, roles=options["role"], password=password, by=None, at=timezone.now()
                )
                if password is None:
                    self._invite(user)
        except ValidationError as mistake:
            raise CommandError(" ".join(mistake.messages))
        except RuleBroken as refusal:
            raise CommandError(str(refusal))
        except OSError as failure:
            raise CommandError(f"The invitation could not be mailed ({failure}), so nobody was created.")
        done = "invited" if password is None else "created"
        self.stdout.write(f"{email} {done}: {', '.join(sorted(user.roles)) or 'no role'}")

    def _password(self, email: str, name: str, *, wait: bool) -> str | None:
        password = _typed(wait=wait)
        if not password:
            return None
        validate_password(password, User(email=email, name=name))
        return password

    def _invite(self, user: User) -> None:
        invitation = invitations.invite(user, by=None, at=timezone.now())
        invitations.claim(invitation.pk, at=timezone.now())
        mails.send_invitation(invitation)
        invitations.note_sent(invitation, at=timezone.now())


def _typed(*, wait: bool) -> str:
    """The first line of standard input; empty if nothing is typed or piped in."""
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        return getpass("Password (empty: mail an invitation instead): ")
    try:
        if not wait and not select.select([sys.stdin], [], [], PATIENCE)[0]:
            return ""
    except (OSError, ValueError):
        pass  # not a file of the operating system, so reading does not block
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except OSError:
        return ""
