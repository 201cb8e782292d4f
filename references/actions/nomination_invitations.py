"""The customer is asked: invited, reminded, enrolled or not; and what forbids it is lifted with a reason."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import User
from customers.models import Customer
from references.actions import cells, recruiting_queue, reopened_letters
from references.actions.cells import NewEvidence
from references.actions.nomination_history import day_of, lock, move, note, refuse_lost, refused
from references.choices import ChangeSource, InvitationBlock, NominationDeed, NominationState, Status
from references.models import Cell, Dimension, Nomination
from references.reports import invitation_blocks
from references.reports import invitations as invitation_reports

State, Deed = NominationState, NominationDeed
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Agreed:
    """What the contact agreed to in one dimension: Green or Amber; and the version of its cell that the person saw, if
    one was shown."""

    dimension: Dimension
    status: str
    seen_version: int | None = None


@transaction.atomic
def invite(nomination: Nomination, *, by: User, at: datetime) -> Nomination:
    """Note that the customer is asked now. Refused while something blocks it, before it is confirmed again, and while
    those that come before it in the plan need the places that the month has left."""
    current = lock(nomination)
    if not current.is_waiting:
        raise refused(current)
    refusal = invitation_reports.refusals([current], today=day_of(at), reader=by).get(current.pk)
    if refusal:
        raise RuleBroken(refusal)
    move(current, Deed.INVITED, State.INVITED, invited_at=at, by=by, at=at)
    recruiting_queue.plan(at=at)
    return current


@transaction.atomic
def chase(nomination: Nomination, *, note_text: str = "", by: User, at: datetime) -> Nomination:
    """Note that the customer was reminded once more; one that has left is not."""
    current = lock(nomination)
    if current.state != State.INVITED:
        raise refused(current)
    refuse_lost(current, at=at)
    current.times_chased += 1
    # Who is about to remind the customer, too, or to note its answer, looks at this first.
    current.version += 1
    current.save(update_fields=["times_chased", "version"])
    note(current, Deed.CHASED, reason=note_text, by=by, at=at)
    return current


@transaction.atomic
def enrol(
    nomination: Nomination, *, agreed: list[Agreed], evidence: NewEvidence | None = None, by: User, at: datetime
) -> Nomination:
    """The customer said yes: the agreed dimensions' cells turn Amber or Green with it, or nothing happens at all.
    One that has left is no reference any more, whatever it said before.

    `evidence` stands behind every Green but one that stands on evidence which ends later; the cells' own rules refuse
    what is not earned. Raises StaleVersion for a cell that is to change and was changed since it was seen.
    """
    current = lock(nomination)
    customer = current.customer
    if current.state != State.INVITED or customer is None:
        raise refused(current)
    refuse_lost(current, at=at)
    if not agreed:
        raise RuleBroken(_("Say to which kind of reference the customer agreed, or that it declined."))
    greens = [one for one in agreed if one.status == Status.GREEN]
    if evidence is not None and not greens:
        raise RuleBroken(_("Evidence belongs to a Green; where something is Amber, write a note in its cell."))
    proof = None if evidence is None else replace(evidence, contact=evidence.contact or current.contact)
    is_set = {one: _set_cell(customer, current, one, proof if one in greens else None, by=by, at=at) for one in agreed}
    if evidence is not None and not any(is_set[one] for one in greens):
        words = _("What is Green here is Green already, with evidence that ends later: leave the evidence empty.")
        raise RuleBroken(words)
    told = [_in_words(one, is_set=changed) for one, changed in is_set.items()]
    move(current, Deed.ENROLLED, State.ENROLLED, reason=", ".join(told), by=by, at=at)
    return current


@transaction.atomic
def reopen(nomination: Nomination, *, reason: str, by: User, at: datetime) -> Nomination:
    """The customer did not agree, and was enrolled by mistake: its answer is waited for again, the enrolment counts
    nowhere any more, and letters about it that are not signed are given up. Cells stay as they are. Refused while
    another nomination of the customer is open."""
    if not reason.strip():
        raise RuleBroken(_("Say what was wrong; every nominator reads it."))
    current = lock(nomination)
    if current.state != State.ENROLLED:
        raise refused(current)
    if Nomination.objects.open().filter(customer=current.customer).exists():
        words = _("%(customer)s has another open nomination; enrol or decline that one instead.")
        raise RuleBroken(words % {"customer": current})
    move(current, Deed.REOPENED, State.INVITED, reason=reason.strip(), by=by, at=at)
    reopened_letters.give_up(current, reason=reason.strip(), by=by, at=at)
    return current


@transaction.atomic
def decline(nomination: Nomination, *, reason: str, by: User, at: datetime) -> Nomination:
    """The customer said no."""
    if not reason.strip():
        raise RuleBroken(_("Say what the customer said; the next one who asks will want to know."))
    current = lock(nomination)
    move(current, Deed.DECLINED, State.DECLINED, reason=reason.strip(), by=by, at=at)
    return current


@transaction.atomic
def lift(nomination: Nomination, *, block: str, reason: str, by: User, at: datetime) -> Nomination:
    """Let the invitation go out although something speaks against it, for what is known today and with a reason."""
    current = lock(nomination)
    if not current.is_waiting:
        raise refused(current)
    refuse_lost(current, at=at)
    standing = invitation_blocks.of_nominations([current], today=day_of(at)).get(current.pk, [])
    causes = [one.key for one in standing if one.kind == block]
    if not causes:
        raise RuleBroken(
            " ".join([_("Nothing of this kind blocks the invitation now."), _lifted(current, block)]).strip()
        )
    if len(reason.strip()) < SHORTEST_REASON:
        words = _("Say in %d letters or more why the customer may be asked all the same.")
        raise RuleBroken(words % SHORTEST_REASON)
    kind = InvitationBlock(block).value
    note(current, Deed.LIFTED, reason=reason.strip(), block=kind, causes=causes, by=by, at=at)
    return current


def _lifted(nomination: Nomination, block: str) -> str:
    """Who lifted such a block last, and why; empty if nobody did."""
    event = nomination.events.filter(deed=Deed.LIFTED, block=block).select_related("by").last()
    return "" if event is None else _("%(who)s lifted it: %(reason)s") % {"who": event.by, "reason": event.reason}


def _set_cell(
    customer: Customer,
    nomination: Nomination,
    agreed: Agreed,
    proves: NewEvidence | None,
    *,
    by: User,
    at: datetime,
) -> bool:
    """Whether the cell is set. Never a step back: one that is Green already stays, unless new evidence renews it."""
    cell = Cell.objects.of(customer, agreed.dimension)
    if _is_green_for_longer(cell, proves):
        return False
    cells.edit(
        cell,
        seen_version=cell.version if agreed.seen_version is None else agreed.seen_version,
        changes={"status": agreed.status},
        evidence=proves,
        source=ChangeSource.ENROLMENT,
        reason=_("Enrolled after the nomination by %s") % nomination.submitted_by,
        by=by,
        at=at,
    )
    return True


def _is_green_for_longer(cell: Cell, proves: NewEvidence | None) -> bool:
    """Whether the cell is Green already and would not be for longer with this."""
    if proves is None:
        return cell.status == Status.GREEN
    return cells.would_shorten(cell, agreed_on=proves.agreed_on, valid_until=proves.valid_until)


def _in_words(agreed: Agreed, *, is_set: bool) -> str:
    """What the history, the nominators and a letter are told: an Amber is no agreement yet, and a cell that was Green
    owes nothing to this one."""
    if not is_set:
        return _("%s (Green already)") % agreed.dimension.name
    return agreed.dimension.name if agreed.status == Status.GREEN else _("%s (on the way)") % agreed.dimension.name
