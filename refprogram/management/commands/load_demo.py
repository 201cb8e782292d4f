"""Fill an empty database with an invented company and two years of its programme."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from core.commands import ProgramCommand
from core.models import User
from refprogram.demo import director


class Command(ProgramCommand):
    help = "Fill an empty database with demo data; the same day gives the same data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", help="the day the story ends on, as 2026-11-22; today if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("The database is not empty; the demo data goes into an empty one only.")
        director.load(now=self._noon(options["today"]))
        self.stdout.write("The demo data is loaded.")

    def _noon(self, text: str | None) -> datetime:
        try:
            day = parse_date(text) if text else timezone.now().date()
        except ValueError:
            day = None
        if day is None:
            raise CommandError(f"“{text}” is not a day; write it like 2026-11-22.")
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if text else timezone.now()
