"""What forbids to ask a customer just now: severe support cases that are open, and invoices that are overdue."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.models import User
from customers.models import Invoice, SupportCase
from references.choices import InvitationBlock, NominationDeed
from references.models import Nomination, NominationEvent


@dataclass(frozen=True)
class Block:
    """One cause: `words` say it without amounts of money, as much as the reader may know; `key` is its name among all
    causes."""

    kind: InvitationBlock
    words: str
    key: str


def of_customers(ids: Collection[int], *, today: date, reader: User | None = None) -> dict[int, list[Block]]:
    """By customer what speaks against asking it today, most recent first; two statements however many they are.

    Which invoice it is stands in the words for a `reader` who may see invoices, and for nobody else.
    """
    reads_invoices = reader is not None and reader.has_perm("customers.view_invoices")
    found: dict[int, list[Block]] = {}
    cases = SupportCase.objects.escalations().filter(customer__in=ids).order_by("-opened_on", "-pk")
    for case in cases:
        words = _("Support case %(case)s is open since %(day)s.")
        told = words % {"case": case, "day": date_format(case.opened_on)}
        found.setdefault(case.customer_id, []).append(Block(InvitationBlock.ESCALATION, told, f"case {case.pk}"))
    for invoice in Invoice.objects.overdue(today).filter(customer__in=ids).order_by("-due_on", "-pk"):
        told = _of_invoice(invoice) if reads_invoices else _("An invoice is overdue.")
        found.setdefault(invoice.customer_id, []).append(Block(InvitationBlock.INVOICE, told, f"invoice {invoice.pk}"))
    return found


def is_blocked(today: date) -> Q:
    """Whether `of_customers` knows something of a row of customers."""
    cases = SupportCase.objects.escalations().filter(customer=OuterRef("pk"))
    return Exists(cases) | Exists(Invoice.objects.overdue(today).filter(customer=OuterRef("pk")))


def _of_invoice(invoice: Invoice) -> str:
    words = _("Invoice %(number)s is overdue since %(day)s.")
    if invoice.is_disputed:
        words = _("Invoice %(number)s is overdue since %(day)s, and disputed.")
    return words % {"number": invoice.number, "day": date_format(invoice.due_on)}


def told_once(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without those whose words another one says already: who may not see invoices reads of one only."""
    return list({block.words: block for block in blocks}.values())


def of_nominations(
    nominations: Collection[Nomination], *, today: date, reader: User | None = None
) -> dict[int, list[Block]]:
    """By nomination what blocks its invitation: the customer's causes, without those that somebody has lifted.

    A lift holds for the causes it names; what was entered, or became severe, afterwards blocks again.
    """
    causes = of_customers({row.customer_id for row in nominations if row.customer_id}, today=today, reader=reader)
    concerned = [row.pk for row in nominations if row.customer_id in causes]
    lifted: dict[int, set[str]] = {}
    lifts = NominationEvent.objects.filter(nomination__in=concerned, deed=NominationDeed.LIFTED)
    for pk, named in lifts.values_list("nomination_id", "causes"):
        lifted.setdefault(pk, set()).update(named)
    blocked: dict[int, list[Block]] = {}
    for row in nominations:
        known = lifted.get(row.pk, set())
        standing = [block for block in causes.get(row.customer_id or 0, []) if block.key not in known]
        if standing:
            blocked[row.pk] = standing
    return blocked


def blocked_ones(today: date) -> set[int]:
    """Of all nominations that wait, the ids of those whose invitation is blocked, or whose speaker has left; four
    statements however many."""
    return {pk for pk, is_troubled, is_speechless in _waiting(today) if is_troubled or is_speechless}


def troubled_ones(today: date) -> set[int]:
    """The same, but for those whose speaker has left."""
    return {pk for pk, is_troubled, _is_speechless in _waiting(today) if is_troubled}


def _waiting(today: date) -> Iterator[tuple[int, bool, bool]]:
    """Each nomination that waits, by its id: whether a trouble of its customer is not lifted, and its speaker gone."""
    causes: dict[int, set[str]] = {}
    waiting = Nomination.objects.in_plan(today).order_by()
    customers = waiting.values("customer_id")
    cases = SupportCase.objects.escalations().filter(customer__in=customers).order_by()
    invoices = Invoice.objects.overdue(today).filter(customer__in=customers).order_by()
    for kind, rows in (("case", cases), ("invoice", invoices)):
        for customer, pk in rows.values_list("customer_id", "pk"):
            causes.setdefault(customer, set()).add(f"{kind} {pk}")
    lifted: dict[int, set[str]] = {}
    lifts = NominationEvent.objects.filter(nomination__in=waiting.values("pk"), deed=NominationDeed.LIFTED).order_by()
    for nomination, named in lifts.values_list("nomination_id", "causes"):
        lifted.setdefault(nomination, set()).update(named)
    for pk, customer, left in waiting.values_list("pk", "customer_id", "contact__left_on"):
        yield pk, bool(causes.get(customer or 0, set()) - lifted.get(pk, set())), left is not None
