"""manage.py create_api_token EMAIL: prints the new token and nothing else."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.actions import api_tokens
from core.models import User


class Command(BaseCommand):
    help = "Make an API token for a person and print only the token."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="made on the command line")
        parser.add_argument("--read-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.active().filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError(f"There is no active person with the address {options['email']}.")
        _token, secret = api_tokens.create(
            user, name=options["name"][:80], may_write=not options["read_only"], by=None, at=timezone.now()
        )
        self.stdout.write(secret)
