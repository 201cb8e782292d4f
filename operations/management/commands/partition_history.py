"""Divide the history of the cells by quarter, in a maintenance window."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from core.commands import ProgramCommand
from core.errors import RuleBroken
from operations.actions import partitions


class Command(ProgramCommand):
    help = (
        "Turn the history of the cells into a table with a partition for each quarter (PostgreSQL; needs as much room "
        "again while it runs; people wait, so do it in a maintenance window). docs/decisions/0015 says when it pays. "
        "Exit code 0 if it is done, 1 if nothing was changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = partitions.divide(by=None, at=timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal))
        self.stdout.write(f"The history is divided by quarter: {rows} changes. Now check it: manage.py verify_closings")
