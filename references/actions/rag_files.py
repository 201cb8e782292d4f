"""Red-amber-green sheets, as an import takes them over into the grid."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import User
from core.words import gettext_noop
from customers.actions.importers import Importer, refuse_doubled
from customers.rules.import_outcomes import Outcome
from references.actions.rag_imports import RagImport, RagPlan
from references.formats.rag_headers import CUSTOMER, DOMAIN, IDENTIFIER, NOTE, WHO, told_alike
from references.formats.rag_rows import RawCell, RawRow
from references.formats.rag_sheets import RagSheet, open_sheet
from references.models import Dimension


class RagFiles(Importer[RagPlan]):
    """Sheets with customers down and dimensions across."""

    task = "references.grid_import"
    kind = "rag_sheet"
    leads_to = "references:grid"
    result_header = (
        *(gettext_noop("Row"), gettext_noop("Outcome"), gettext_noop("Customer")),
        *(gettext_noop("Changes"), gettext_noop("Remarks")),
    )

    @contextmanager
    def opened(self, file: BinaryIO, *, sheet: str = "") -> Iterator[RagSheet]:
        names = dict(Dimension.objects.shown().values_list("key", "name"))
        with open_sheet(file, names=names, limits=self.limits, sheet=sheet) as found:
            yield found

    def title(self, parameters: Mapping[str, Any]) -> str:
        return str(_("RAG sheet: %s") % parameters["file_name"])

    def sample(self, row: RawRow, width: int) -> list[dict[str, str]]:
        return [_shown(row.cells.get(position, RawCell())) for position in range(width)]

    def meanings(self, kind: str = "") -> dict[str, str]:
        dimensions = list(Dimension.objects.shown().values_list("key", "name"))
        who = {meaning: _(label) for meaning, label in WHO.items()}
        return who | dict(dimensions) | {f"{key}{NOTE}": _("%s: note") % name for key, name in dimensions}

    def retired(self, meaning: str) -> str:
        name = Dimension.objects.filter(key=meaning.removesuffix(NOTE)).values_list("name", flat=True).first()
        return _("the dimension %s") % name if name else ""

    def suggestion(self, source: Any, known: Mapping[str, Any]) -> dict[str, Any]:
        columns = {str(position): meaning for position, meaning in source.columns.items()}
        source.notes[:0] = told_alike(source.headers)
        return {"columns": columns, "origin": "guess", "recognised": "", "create_unknown": False}

    def plan_of(self, parameters: Mapping[str, Any]) -> RagPlan:
        return RagPlan(
            kind=self.kind,
            columns={int(position): meaning for position, meaning in parameters["columns"].items()},
            create_unknown=parameters["create_unknown"],
            sheet=parameters["sheet"],
            file_name=parameters["file_name"],
            checked_at=parameters.get("checked_at", ""),
        )

    def check(self, plan: RagPlan) -> None:
        chosen = set(plan.columns.values())
        refuse_doubled(plan.columns.values(), self.meanings())
        if CUSTOMER not in chosen:
            raise RuleBroken(_("Say which column holds the customer's name."))
        if not chosen - {CUSTOMER, DOMAIN, IDENTIFIER}:
            raise RuleBroken(_("Say which columns are dimensions; there is nothing to import otherwise."))

    def outcomes(self, plan: RagPlan, source: Any, *, write: bool, by: User | None, at: datetime) -> Iterable[Outcome]:
        source.notes[:0] = told_alike(source.headers, said=plan.columns)
        return RagImport(plan, write=write, by=by, at=at).run(source.rows)

    def event(self, plan: RagPlan) -> str:
        return "grid.imported"

    def column_key(self, position: int, header: str) -> str:
        return str(position)


def _shown(cell: RawCell) -> dict[str, str]:
    text, colour = cell.text.strip()[:60], cell.colour.value if cell.colour else ""
    if colour and text.casefold() == colour[0]:
        text = ""
    return {"text": text, "colour": colour} if text or colour else {}


RAG_FILES = RagFiles()
