"""manage.py create_api_token EMAIL: prints the new token and nothing else."""

from typing import Any

from django.core.management import CommandParser
from django.utils import timezone

from core.actions import api_tokens
from core.commands import ProgramCommand


class Command(ProgramCommand):
    help = "Make an API token for a person and print only the token."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="made on the command line")
        parser.add_argument("--read-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user, may_write = self.person(options["email"]), not options["read_only"]
        _token, secret = api_tokens.create(
            user, name=options["name"][:80], may_write=may_write, by=None, at=timezone.now()
        )
        self.stdout.write(secret)
