"""manage.py remove_second_factor EMAIL: for the only administrator, whose phone is gone."""

from typing import Any

from django.core.management import CommandError, CommandParser
from django.utils import timezone

from core.commands import ProgramCommand
from core.errors import RuleBroken
from people.actions import second_factors


class Command(ProgramCommand):
    help = "Take the second factor from a person who lost it; the password is still asked for at the next log-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = second_factors.remove(self.person(options["email"]), by=None, at=timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user.email} logs in with the password alone now")
