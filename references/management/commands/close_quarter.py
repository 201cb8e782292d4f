"""Close a quarter from the command line, as the schedule and the button do."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from core.commands import ProgramCommand
from core.errors import RuleBroken
from core.quarters import Quarter
from references.actions import closings
from references.models import Closing


class Command(ProgramCommand):
    help = (
        "Close a quarter that has ended. Exit code 0 if it is closed afterwards (also if it was before), 1 if it "
        "cannot be closed, with the reason."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("label", help="the quarter, as 2026-Q4")
        parser.add_argument("--by", metavar="EMAIL", help="the person who closes it; the program itself if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            quarter = Quarter.parse(options["label"])
            closing = closings.close(quarter, by=self.author(options["by"]), at=timezone.now())
        except closings.AlreadyClosed as found:
            self.stdout.write(f"{self._line(found.closing)} It was closed before; nothing was changed.")
        except (ValueError, RuleBroken) as problem:
            raise CommandError(str(problem))
        else:
            self.stdout.write(self._line(closing))

    def _line(self, closing: Closing) -> str:
        target = "none" if closing.target is None else closing.target
        return (
            f"{closing.quarter} is closed: count {closing.count} of {closing.customers} customers, "
            f"opening {closing.opening}, target {target}, seal {closing.seal}."
        )
