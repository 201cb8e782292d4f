"""Put an installation back as a backup holds it, and check every closed quarter afterwards."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from core.commands import ProgramCommand
from core.errors import RuleBroken
from operations.actions import restores


class Command(ProgramCommand):
    help = (
        "Restore a backup into this installation, which is migrated and empty, and run verify_closings. Its web "
        "server and workers are stopped meanwhile. Exit code 0 if all is as it was, 1 otherwise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file that manage.py backup wrote")
        parser.add_argument("--replace", action="store_true", help="lose what this installation holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restores.restore(options["path"], replace=options["replace"], at=timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal))
        self.stdout.write(f"Restored as of {manifest.made_at}, with {len(manifest.files)} files.")
        call_command("verify_closings", stdout=self.stdout, stderr=self.stderr)
