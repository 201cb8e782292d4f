"""One evidence entry for a whole block of Greens, and what becomes of the Greens that cannot have it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from customers.choices import ContactRole
from customers.models import Contact
from references.actions import cells
from references.actions.cells import EvidenceMissing, NewEvidence
from references.choices import EvidenceKind, Status
from references.models import Cell, Evidence

NAMED = 5
Key = tuple[int, int]


@dataclass(frozen=True)
class SharedEvidence:
    """What all Greens of a block have in common. `contact` is a name or an e-mail address that customers share.

    Where no contact of a customer is called so, the customer's champion is taken; nobody else is said to have agreed.
    Evidence of kind `import` names nobody: who agreed is still to be found out.
    """

    kind: str
    agreed_on: date
    valid_until: date | None = None
    contact: str = ""
    url: str = ""
    note: str = ""


class GreensUnproven(EvidenceMissing):
    """Greens of a set that lack the evidence they need; `cells` names them."""

    def __init__(self, unproven: Sequence[Cell], *, nobody_there: bool) -> None:
        self.cells = tuple(unproven)
        count = len(self.cells)
        head = ngettext("%d Green needs evidence", "%d Greens need evidence", count) % count
        why = (
            _("and no contact of that name or champion could have agreed")
            if nobody_there
            else _("who agreed, when, in what form")
        )
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
    imported = shared.kind == EvidenceKind.IMPORT
    contacts = {} if imported else speakers({cell.customer_id for cell in needy}, named=shared.contact)
    helped, helpless = [], []
    for cell in needy:
        contact = contacts.get(cell.customer_id)
        if contact is None and not imported:
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


def speakers(customer_ids: Iterable[int], *, named: str = "") -> dict[int, Contact]:
    """Who speaks for each customer: the contact called so, else the champion; customers without either are missing."""
    wanted, chosen = named.strip().casefold(), {}
    ranks: dict[int, int] = {}
    for contact in Contact.objects.present().filter(customer_id__in=set(customer_ids)).order_by("pk"):
        called_so = wanted and wanted in (contact.name.casefold(), contact.email.casefold())
        rank = 2 if called_so else int(ContactRole.CHAMPION in contact.roles)
        if rank > ranks.get(contact.customer_id, 0):
            ranks[contact.customer_id], chosen[contact.customer_id] = rank, contact
    return chosen


def _record(given: Sequence[tuple[Cell, Any]], *, by: User | None, at: datetime) -> None:
    rows = [cells.new_evidence(cell, evidence, by=by, at=at) for cell, evidence in given]
    for (cell, _evidence), row in zip(given, Evidence.objects.bulk_create(rows), strict=True):
        cells.point_to(cell, row)
