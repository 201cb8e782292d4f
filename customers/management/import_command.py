"""What the commands that import files share."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import ngettext

from core.choices import ImportOutcome
from core.commands import ProgramCommand
from core.errors import RuleBroken
from core.tables import spelled
from customers.actions import import_jobs
from customers.actions.importers import Importer, Plan
from customers.rules.import_outcomes import Tally


class ImportCommand(ProgramCommand):
    """Takes a file in as the pages do, prints the same counts, and ends with 0 only if every row was taken."""

    importer: ClassVar[Importer[Any]]
    meanings: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", default="", help="the sheet of a workbook; else the one that fits best")
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen and change nothing")
        parser.add_argument("--by", metavar="EMAIL", help="the colleague whose deed it is; the program's own otherwise")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADER=MEANING",
            help=f"what a column means; an empty MEANING leaves it out. Meanings: {self.meanings}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tally = self._import(options)
        except OSError as trouble:
            raise CommandError(f"{trouble.filename or options['file']} cannot be read: {trouble.strerror}.")
        except RuleBroken as refusal:
            raise CommandError(str(refusal))
        self._tell(tally, dry_run=options["dry_run"])
        if tally.problems:
            words = ngettext("%d row was not taken.", "%d rows were not taken.", tally.problems)
            raise CommandError(words % tally.problems, returncode=1)

    def _import(self, options: dict[str, Any]) -> Tally:
        with options["file"].open("rb") as file:
            known = {"kind": self.importer.kind, "file_name": options["file"].name}
            with self.importer.opened(file, sheet=options["sheet"]) as source:
                headers, seen = source.headers, len(source.notes)
                known |= self.known(headers, options)
                parameters = known | {"sheet": source.sheet} | import_jobs.suggestion(self.importer, source, known)
                notes = [*parameters["gone"], *source.notes[: len(source.notes) - seen]]
            parameters["columns"] = self.columns(parameters, headers, options)
            importer, plan = self.planned(parameters, options)
            self._check(importer, plan, headers, notes)
            tally = import_jobs.perform(
                importer, file, plan, write=not options["dry_run"], by=self.author(options["by"]), at=timezone.now()
            )
        tally.notes[:0] = [*filter(None, [parameters.get("read_as")]), *parameters["gone"]]
        return tally

    def known(self, headers: list[str], options: Mapping[str, Any]) -> dict[str, Any]:
        """What the options say about a file with these headers before its rows are looked at."""
        return {}

    def columns(self, parameters: Mapping[str, Any], headers: list[str], options: Mapping[str, Any]) -> dict[str, str]:
        """The columns as suggested, changed as `--map` says."""
        known, columns = self.importer.meanings(parameters["kind"]), dict(parameters["columns"])
        for pair in options["map"]:
            header, meaning = map(str.strip, pair.rpartition("=")[::2])
            key = self.key_of(header, headers)
            if meaning and meaning not in known:
                raise CommandError(f"There is no meaning {meaning}; there are {', '.join(sorted(known))}.")
            columns = {other: said for other, said in columns.items() if said != meaning and other != key}
            columns |= {key: meaning} if meaning else {}
        return columns

    def key_of(self, header: str, headers: list[str]) -> str:
        """By what the column is known; a header may be typed with the blanks that stand in the file."""
        name = spelled(header)
        if name not in headers:
            raise CommandError(f"The file has no column “{name}”; it has {', '.join(headers[:60])}.")
        return self.importer.column_key(headers.index(name), name)

    def planned(self, parameters: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[Importer[Any], Plan]:
        return self.importer, self.importer.plan_of(parameters)

    def _check(self, importer: Importer[Any], plan: Plan, headers: list[str], notes: list[str]) -> None:
        try:
            importer.check(plan)
        except RuleBroken as refusal:
            place = f"sheet “{plan.sheet}”" if plan.sheet else "file"
            told = " ".join([str(refusal), *notes])
            raise CommandError(f"{told} Use --map HEADER=MEANING; the {place} has {', '.join(headers[:60])}.")

    def _tell(self, tally: Tally, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was changed.")
        for kind in ImportOutcome.values:
            self.stdout.write(f"{kind}: {tally.counts[kind]}")
        for note in tally.notes:
            self.stdout.write(f"note: {note}")
        for what, names in (("owners", tally.unknown_owners), ("products", tally.unknown_products)):
            if names:
                told = ", ".join(f"{name} ({count})" for name, count in names.most_common(50))
                self.stdout.write(f"unknown {what}, left blank: {told}")
        # A row is among those of its outcome, and once more where something in it is to be looked at.
        shown = {row["row"]: row for rows in tally.shown.values() for row in rows}
        for number, row in sorted(shown.items()):
            if row["reason"]:
                self.stdout.write(f"row {number}: {row['subject'] or '(no name)'}: {row['reason']}")
        if tally.problems > len(tally.shown.get(ImportOutcome.PROBLEM.value, [])):
            self.stdout.write(f"… and more; {tally.problems} problem rows in all")
