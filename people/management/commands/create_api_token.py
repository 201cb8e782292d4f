"""manage.py create_api_token EMAIL: prints the new token and nothing else."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management import CommandError, CommandParser
from django.utils import timezone

from core.actions import api_tokens
from core.commands import ProgramCommand


class Command(ProgramCommand):
    help = "Make an API token for a person and print only the token."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="made on the command line")
        parser.add_argument("--read-only", action="store_true")
        parser.add_argument("--days", type=int, help="how long it works; without this until it is revoked")

    def handle(self, *args: Any, **options: Any) -> None:
        user, may_write, now = self.person(options["email"]), not options["read_only"], timezone.now()
        expires_at = _after(options["days"], now) if options["days"] is not None else None
        _token, secret = api_tokens.create(
            user, name=options["name"][:80], may_write=may_write, expires_at=expires_at, by=None, at=now
        )
        self.stdout.write(secret)


def _after(days: int, now: datetime) -> datetime:
    try:
        return now + timedelta(days=days)
    except OverflowError as refusal:
        raise CommandError("The calendar ends before that; leave --days out for a token without an end.") from refusal
