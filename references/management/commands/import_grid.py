"""Take an existing RAG sheet over into the grid."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from customers.actions.importers import Importer, Plan
from customers.management.import_command import ImportCommand
from references.actions.rag_files import RAG_FILES


class Command(ImportCommand):
    help = (
        "Take a red-amber-green sheet (XLSX or CSV: customers down, dimensions across) over into the grid. Prints what "
        "was updated and unchanged, and each problem row with its reason. Ends with 0 only if every row was taken."
    )
    importer = RAG_FILES
    meanings = "customer, domain, id, or the key of a dimension such as reference_call, or `KEY note` for its notes"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--create-customers", action="store_true", help="enter customers that nobody knows yet")

    def planned(self, parameters: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[Importer[Any], Plan]:
        return super().planned({**parameters, "create_unknown": options["create_customers"]}, options)
