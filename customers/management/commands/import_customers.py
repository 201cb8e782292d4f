"""Take customers or contacts in from a CSV or XLSX file."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from customers.actions.customer_files import CUSTOMER_FILES, kind_of, presets_of
from customers.actions.file_kinds import KINDS
from customers.actions.importers import Importer, Plan
from customers.actions.owner_files import OWNER_FILE, FilesWithOwners, owners_in
from customers.choices import ImportKind
from customers.formats import customer_columns
from customers.formats.customer_columns import OWNERS, owner_role_of
from customers.management.import_command import ImportCommand
from customers.rules.import_values import DAY_ORDERS

PRESETS = [preset.name for kind in KINDS.values() for preset in kind.presets]


class Command(ImportCommand):
    help = (
        "Take customers or contacts in from a CSV or XLSX file. Prints what was created, updated "
        "and unchanged, and each problem row with its reason. Ends with 0 only if every row was taken."
    )
    importer = CUSTOMER_FILES
    meanings = ", ".join([*(field.key for field in customer_columns.FIELDS), "attribute_KEY"])

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--preset", default="", help=f"an export of a known program: {', '.join(PRESETS)}")
        parser.add_argument(
            "--kind", choices=ImportKind.values, help="what the file lists; else its headers or the preset say it"
        )
        parser.add_argument("--contacts", action="store_const", dest="kind", const=ImportKind.CONTACTS.value)
        parser.add_argument("--source", default=None, help="the system whose ids the file holds, such as salesforce")
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
        parser.add_argument("--dates", choices=DAY_ORDERS, default=None, help="which comes first, day or month")

    def known(self, headers: list[str], options: Mapping[str, Any]) -> dict[str, Any]:
        name = options["preset"]
        kind, read_as = options["kind"] or kind_of(headers, name), ""
        if not (options["kind"] or name):
            kind, read_as = self.importer.recognised(headers)
        kind = kind or self.importer.kind
        presets = [preset.name for preset in presets_of(kind)]
        preset = next((full for full in presets if name and full.startswith(name.casefold())), "")
        if name and not preset:
            raise CommandError(f"There is no preset {name} for {kind}; there are {', '.join(presets)}.")
        said = {"source": options["source"], "day_order": options["dates"]}
        return {
            "kind": kind,
            "preset": preset,
            "read_as": read_as,
            **{key: value for key, value in said.items() if value is not None},
        }

    def columns(self, parameters: Mapping[str, Any], headers: list[str], options: Mapping[str, Any]) -> dict[str, str]:
        columns = super().columns(parameters, headers, options)
        for text in options["owner_column"]:
            role, mark, header = text.partition("=")
            if not (mark and role.strip() in OWNERS):
                role, header = owner_role_of(text), text
            key = self.key_of(header, headers)
            columns = {other: meaning for other, meaning in columns.items() if meaning != role.strip()}
            columns[key] = role.strip()
        return columns

    def planned(self, parameters: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[Importer[Any], Plan]:
        """With a second file, the owners that it names stand in a column of their own."""
        if options["owner_file"] is None:
            return super().planned(parameters, options)
        with options["owner_file"].open("rb") as file, self.importer.opened(file) as table:
            owners = owners_in(table)
        columns = {header: field for header, field in parameters["columns"].items() if field != options["owner_role"]}
        name = next((header for header, field in columns.items() if field == "name"), None)
        if name is None:
            raise CommandError("Say which column holds the customer's name: --map HEADER=name.")
        columns[OWNER_FILE] = options["owner_role"]
        return FilesWithOwners(owners, name_header=name), self.importer.plan_of({**parameters, "columns": columns})
