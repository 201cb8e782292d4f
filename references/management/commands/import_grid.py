"""Take an existing RAG sheet over into the grid."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import ngettext

from core.errors import RuleBroken
from core.models import User
from customers.choices import ImportOutcome
from customers.rules.import_outcomes import Tally
from references.actions import rag_import_jobs
from references.actions.rag_imports import RagPlan


class Command(BaseCommand):
    help = (
        "Take a red-amber-green sheet (XLSX or CSV: customers down, dimensions across) over into the grid. Prints what "
        "was updated and unchanged, and each problem row with its reason. Ends with 0 only if every row was taken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", default="", help="the sheet of the workbook; else the one that fits best")
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen and change nothing")
        parser.add_argument("--create-customers", action="store_true", help="enter customers that nobody knows yet")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADER=MEANING",
            help="what a column means; an empty MEANING leaves it out. Meanings: customer, domain, id, or the key of a "
            "dimension such as reference_call, or `KEY note` for a column of notes",
        )
        parser.add_argument("--by", metavar="EMAIL", help="the colleague whose deed it is; the program's own otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tally = self._import(options)
        except OSError as trouble:
            raise CommandError(f"{options['file']} cannot be read: {trouble.strerror}.")
        except RuleBroken as refusal:
            raise CommandError(str(refusal))
        self._tell(tally, dry_run=options["dry_run"])
        if tally.problems:
            words = ngettext("%d row was not taken.", "%d rows were not taken.", tally.problems)
            raise CommandError(words % tally.problems, returncode=1)

    def _import(self, options: dict[str, Any]) -> Tally:
        with options["file"].open("rb") as file:
            with rag_import_jobs.opened(file, sheet=options["sheet"]) as found:
                columns, headers, sheet = dict(found.columns), found.headers, found.sheet
            plan = RagPlan(
                self._mapped(columns, headers, options["map"]), options["create_customers"], options["file"].name
            )
            self._check(plan, headers, sheet)
            tally, _result = rag_import_jobs.perform(
                file, plan, sheet=sheet, write=not options["dry_run"], by=self._author(options["by"]), at=timezone.now()
            )
        return tally

    def _check(self, plan: RagPlan, headers: list[str], sheet: str) -> None:
        try:
            rag_import_jobs.check_plan(plan)
        except RuleBroken as refusal:
            place = f"sheet “{sheet}”" if sheet else "file"
            raise CommandError(f"{refusal} Use --map HEADER=MEANING; the {place} has {', '.join(headers[:60])}.")

    def _mapped(self, columns: dict[int, str], headers: list[str], pairs: list[str]) -> dict[int, str]:
        known = dict(rag_import_jobs.meanings())
        for header, meaning in (pair.rpartition("=")[::2] for pair in pairs):
            if header not in headers:
                raise CommandError(f"The sheet has no column “{header}”; it has {', '.join(headers[:60])}.")
            if meaning and meaning not in known:
                raise CommandError(f"There is no meaning {meaning}; there are {', '.join(known)}.")
            position = headers.index(header)
            columns = {at: other for at, other in columns.items() if other != meaning and at != position}
            columns |= {position: meaning} if meaning else {}
        return columns

    def _author(self, email: str | None) -> User | None:
        if email is None:
            return None
        author: User | None = User.objects.filter(email__iexact=email).first()
        if author is None:
            raise CommandError(f"There is nobody with the address {email}.")
        return author

    def _tell(self, tally: Tally, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was changed.")
        for kind in ImportOutcome.values:
            self.stdout.write(f"{kind}: {tally.counts[kind]}")
        for note in tally.notes:
            self.stdout.write(f"note: {note}")
        for rows in tally.shown.values():
            for row in rows:
                if row["reason"]:
                    self.stdout.write(f"row {row['row']}: {row['subject'] or '(no name)'}: {row['reason']}")
