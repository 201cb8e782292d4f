"""One evidence entry for a whole block of Greens, and what becomes of the Greens that cannot have it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from customers.models import Contact
from references.actions import cells
from references.actions.cells import EvidenceMissing, NewEvidence
from references.choices import EvidenceKind, Status
from references.models import Cell, Evidence

NAMED = 5
Key = tuple[int, int]


@dataclass(frozen=True)
class SharedEvidence:
    """What all Greens of a block have in common, and for each customer the contact who agreed.

    Evidence of kind `import` names nobody: who agreed is still to be found out.
    """

    kind: str
    agreed_on: date
    valid_until: date | None = None
    url: str = ""
    note: str = ""
    agreed_by: Mapping[int, Contact] = field(default_factory=dict)


class GreensUnproven(EvidenceMissing):
    """Greens of a set that lack the evidence they need; `cells` names them."""

    def __init__(self, unproven: Sequence[Cell], *, nobody_there: bool) -> None:
        self.cells = tuple(unproven)
        count = len(self.cells)
        head = ngettext("%d Green needs evidence", "%d Greens need evidence", count) % count
        why = _("and nobody is chosen who agreed") if nobody_there else _("who agreed, when, in what form")
        named = "; ".join(str(cell) for cell in self.cells[:NAMED])
        super().__init__(f"{head} ({why}): {named}{' …' if count > NAMED else ''}. " + _("Or set them to Amber."))


def prove(
    pairs: Iterable[tuple[Cell, NewEvidence | Evidence | None]],
    *,
    shared: SharedEvidence | None,
    amber_instead: bool,
    today: date,
    by: User | None,
    at: datetime,
) -> dict[Key, str]:
    """Write the evidence that the cells' Greens need and point them to it: two statements for the whole block.

    Returns the reasons for cells that became Amber instead. Raises GreensUnproven if they may not.
    """
    own = [(cell, evidence) for cell, evidence in pairs]
    needy = [cell for cell, evidence in own if evidence is None and cells.is_unproven(cell, today=today)]
    given = [(cell, evidence) for cell, evidence in own if evidence is not None and cell.status == Status.GREEN]
    helped, helpless = _share(needy, shared)
    _record([pair for pair in given if isinstance(pair[1], NewEvidence)] + helped, by=by, at=at)
    for cell, evidence in given:
        if isinstance(evidence, Evidence):
            cells.point_to(cell, evidence)
    proven = [cell for cell, _evidence in [*given, *helped]]
    unproven = helpless + [cell for cell in proven if cells.is_unproven(cell, today=today)]
    if unproven and not amber_instead:
        raise GreensUnproven(unproven, nobody_there=shared is not None and bool(helpless))
    reason = _("Green was asked for without evidence.")
    for cell in unproven:
        cells.set_values(cell, {"status": Status.AMBER})
    return {(cell.customer_id, cell.dimension_id): reason for cell in unproven}


def _share(needy: Sequence[Cell], shared: SharedEvidence | None) -> tuple[list[tuple[Cell, NewEvidence]], list[Cell]]:
    """The cells with the evidence they get from the shared entry, and the cells for which nobody can be named."""
    if shared is None or not needy:
        return [], list(needy)
    helped, helpless = [], []
    for cell in needy:
        contact = shared.agreed_by.get(cell.customer_id)
        if contact is None and shared.kind != EvidenceKind.IMPORT:
            helpless.append(cell)
            continue
        given = NewEvidence(
            kind=shared.kind,
            agreed_on=shared.agreed_on,
            contact=contact,
            valid_until=shared.valid_until,
            url=shared.url,
            note=shared.note,
        )
        helped.append((cell, given))
    return helped, helpless


def _record(given: Sequence[tuple[Cell, Any]], *, by: User | None, at: datetime) -> None:
    said = cells.said_now([evidence for _cell, evidence in given])
    rows = [
        cells.new_evidence(cell, evidence, by=by, at=at)
        for (cell, _evidence), evidence in zip(given, said, strict=True)
    ]
    for (cell, _evidence), row in zip(given, Evidence.objects.bulk_create(rows), strict=True):
        cells.point_to(cell, row)
