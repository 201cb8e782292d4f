"""Write everything that the installation holds into one file, while people work."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from core.commands import ProgramCommand
from core.errors import RuleBroken
from operations.actions import backups


class Command(ProgramCommand):
    help = (
        "Write database and uploaded files into one file with checksums, while people work. It appears under its "
        "name only once it is whole and verified. Exit code 0 if it is, 1 otherwise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file, or an existing folder, where it is named by the time")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backups.make(options["path"], by=None, at=timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal))
        self.stdout.write(f"{made} is written and verified, {made.stat().st_size} bytes.")
