"""Fill a database with as many customers as are wanted, to measure the program with."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from core.commands import ProgramCommand
from core.errors import RuleBroken
from customers.models import Customer
from refprogram.scale import loading

MOST = 5_000_000


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST:
        raise ArgumentTypeError(f"“{text}” is not a number of customers from 1 to {MOST}.")
    return int(text)


class Command(ProgramCommand):
    help = (
        "Load customers with owners, contacts, a full grid, evidence and about 50 rows of history each over eight "
        "quarters, for measuring. Only into a database without customers; nobody else can work in it meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=_count, required=True, metavar="N", help="how many customers")

    def handle(self, *args: Any, **options: Any) -> None:
        if Customer.objects.exists():
            raise CommandError("The database has customers; data for measuring goes into one that has none.")
        try:
            loading.load(options["customers"], now=timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal))
        loading.settle()
        self.stdout.write(f"{options['customers']} customers are loaded.")
