"""Take customers or contacts in from a CSV or XLSX file."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import ngettext

from core.errors import RuleBroken
from core.models import User
from core.tables import Table
from customers.actions import import_jobs
from customers.actions.import_rows import ImportPlan
from customers.actions.owner_files import owners_in, with_owners
from customers.choices import ImportKind, ImportOutcome
from customers.formats import contact_columns, customer_columns
from customers.formats.customer_columns import OWNERS, owner_role_of
from customers.rules.import_outcomes import Tally
from customers.rules.import_values import DAY_ORDERS

PRESETS = [preset.name for preset in (*customer_columns.PRESETS, *contact_columns.PRESETS)]
OWNER_FILE = "Owner (from the file of owners)"


class Command(BaseCommand):
    help = (
        "Take customers (or, with --contacts, contacts) in from a CSV or XLSX file. Prints what was created, updated "
        "and unchanged, and each problem row with its reason. Ends with 0 only if every row was taken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--preset", default="", help=f"an export of a known program: {', '.join(PRESETS)}")
        parser.add_argument("--kind", choices=ImportKind.values, default=ImportKind.CUSTOMERS.value)
        parser.add_argument("--contacts", action="store_const", dest="kind", const=ImportKind.CONTACTS.value)
        parser.add_argument("--source", default=None, help="the system whose ids the file holds, such as salesforce")
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen and change nothing")
        parser.add_argument(
            "--owner-column",
            action="append",
            default=[],
            metavar="[ROLE=]HEADER",
            help=f"a column with an owner's e-mail address or full name; ROLE is one of {', '.join(sorted(OWNERS))}",
        )
        parser.add_argument(
            "--owner-file",
            type=Path,
            metavar="FILE",
            help="a file with the customer and the owner in each row, such as opportunities with their sales agent; "
            "the owner who stands beside a customer most often becomes its account executive (or --owner-role)",
        )
        parser.add_argument("--owner-role", choices=sorted(OWNERS), default="account_executive")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADER=FIELD",
            help="what a column means; an empty FIELD leaves it out. Fields: "
            + ", ".join(field.key for field in customer_columns.FIELDS),
        )
        parser.add_argument("--dates", choices=DAY_ORDERS, default="auto", help="which comes first, day or month")
        parser.add_argument("--by", metavar="EMAIL", help="the colleague whose deed it is; the program's own otherwise")

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
            with import_jobs.opened(file) as table:
                headers = table.headers
            plan = self._plan(headers, options)
            prepare, plan = self._owners(plan, options)
            self._check(options["kind"], plan, headers)
            tally, _result = import_jobs.perform(
                options["kind"],
                file,
                plan,
                write=not options["dry_run"],
                by=self._author(options["by"]),
                at=timezone.now(),
                prepare=prepare,
            )
        return tally

    def _plan(self, headers: list[str], options: dict[str, Any]) -> ImportPlan:
        kind, name = options["kind"], options["preset"]
        known = [preset.name for preset in import_jobs.presets_of(kind)]
        preset = next((full for full in known if name and full.startswith(name.casefold())), "")
        if name and not preset:
            raise CommandError(f"There is no preset {name} for {kind}; there are {', '.join(known)}.")
        suggested = import_jobs.suggestion(kind, headers, preset=preset, source=options["source"])
        columns = dict(suggested["columns"])
        fields = {field.key for field in import_jobs.fields_of(kind)}
        for header, field in (pair.rpartition("=")[::2] for pair in options["map"]):
            self._known(header, headers)
            if field and field not in fields:
                raise CommandError(f"There is no field {field}; there are {', '.join(sorted(fields))}.")
            columns = {other: meaning for other, meaning in columns.items() if meaning != field and other != header}
            columns |= {header: field} if field else {}
        for text in options["owner_column"]:
            role, mark, header = text.partition("=")
            if not (mark and role in OWNERS):
                role, header = owner_role_of(text), text
            self._known(header, headers)
            columns = {other: meaning for other, meaning in columns.items() if meaning != role} | {header: role}
        return ImportPlan(columns, suggested["source"].casefold(), options["dates"], options["file"].name)

    def _check(self, kind: str, plan: ImportPlan, headers: list[str]) -> None:
        try:
            import_jobs.check_plan(kind, plan)
        except RuleBroken as refusal:
            raise CommandError(f"{refusal} Use --map HEADER=FIELD; the file has {', '.join(headers[:60])}.")

    def _known(self, header: str, headers: list[str]) -> None:
        if header not in headers:
            raise CommandError(f"The file has no column “{header}”; it has {', '.join(headers[:60])}.")

    def _owners(self, plan: ImportPlan, options: dict[str, Any]) -> tuple[Callable[[Table], Table], ImportPlan]:
        """How the table gets its owners from a second file, and the plan that reads them."""
        if options["owner_file"] is None:
            return (lambda table: table), plan
        with options["owner_file"].open("rb") as file, import_jobs.opened(file) as table:
            owners = owners_in(table)
        name = next((header for header, field in plan.columns.items() if field == "name"), None)
        if name is None:
            raise CommandError("Say which column holds the customer's name: --map HEADER=name.")
        columns = {header: field for header, field in plan.columns.items() if field != options["owner_role"]}
        plan = ImportPlan(columns | {OWNER_FILE: options["owner_role"]}, plan.source, plan.day_order, plan.file_name)
        return (lambda table: with_owners(table, owners, name_header=name, owner_header=OWNER_FILE)), plan

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
        for what, names in (("owners", tally.unknown_owners), ("products", tally.unknown_products)):
            if names:
                told = ", ".join(f"{name} ({count})" for name, count in names.most_common(50))
                self.stdout.write(f"unknown {what}, left blank: {told}")
        for kind in (ImportOutcome.SKIPPED, ImportOutcome.PROBLEM):
            for row in tally.shown.get(kind.value, []):
                self.stdout.write(f"row {row['row']}: {row['subject'] or '(no name)'}: {row['reason']}")
        if tally.problems > len(tally.shown.get(ImportOutcome.PROBLEM.value, [])):
            self.stdout.write(f"… and more; {tally.problems} problem rows in all")
