"""Check that closings are as they were sealed and as the histories tell."""

from itertools import islice
from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.commands import ProgramCommand
from references.models import Closing
from references.reports import verifications

SHOWN = 1_000


class Command(ProgramCommand):
    help = (
        "Recompute closings from their stored rows and from the raw histories. Exit code 0 if nothing differs, 1 "
        "with a line per difference otherwise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("label", nargs="?", help="one quarter, as 2026-Q4; all closed quarters if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        label = options["label"]
        found = Closing.objects.order_by("quarter")
        if label:
            found = found.filter(quarter=label)
            if not found:
                raise CommandError(f"{label} is not closed.")
        wrong = sum(self._check(closing) for closing in found)
        for gap in [] if label else verifications.gaps():
            wrong += 1
            self.stderr.write(str(gap))
        if wrong:
            raise CommandError(f"{wrong} differences found: explain them before anybody relies on these figures.")
        self.stdout.write(f"{len(found)} closings verified: rows, seals and histories agree.")

    def _check(self, closing: Closing) -> int:
        """Names the differences of one closing; returns how many it named."""
        named = 0
        for difference in islice(verifications.differences(closing), SHOWN):
            named += 1
            self.stderr.write(str(difference))
        if not named:
            self.stdout.write(
                f"{closing.quarter}: count {closing.count} of {closing.customers}, seal {closing.seal}, verified."
            )
        return named
