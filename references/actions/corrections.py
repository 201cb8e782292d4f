"""Put a closed quarter right: one proposes with a reason, another decides, the closing itself stays as it is."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.actions import notices
from core.choices import Role
from core.errors import RuleBroken
from core.models import Programme, User
from customers.models import Customer
from references.models import Closing, Correction, CorrectionDecision
from references.reports import closings as closed
from references.reports.cells import survivors

SHORTEST_REASON = 10


@transaction.atomic
def propose(
    closing: Closing, *, customer: Customer, is_referenceable: bool, reason: str, by: User, at: datetime
) -> Correction:
    """Ask for another verdict on one customer. Refused if it would change nothing or another waits for a decision."""
    _queue()
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        words = _("Say in %d letters or more what was known, and since when, so that whoever decides can follow.")
        raise RuleBroken(words % SHORTEST_REASON)
    if closed.corrected_verdict(closing, customer.pk) == is_referenceable:
        words = (
            _("%(customer)s counts in %(quarter)s already.")
            if is_referenceable
            else _("%(customer)s does not count in %(quarter)s as it is.")
        )
        raise RuleBroken(words % {"customer": customer, "quarter": closing})
    _refuse_doubled(closing, customer, is_referenceable=is_referenceable)
    if Correction.objects.filter(closing=closing, customer=customer, decision__isnull=True).exists():
        raise RuleBroken(
            _("A correction of %(customer)s in %(quarter)s waits for a decision; decide that one first.")
            % {"customer": customer, "quarter": closing}
        )
    correction = Correction.objects.create(
        closing=closing,
        customer=customer,
        is_referenceable=is_referenceable,
        reason=reason,
        proposed_at=at,
        proposed_by=by,
    )
    audit.record("correction.proposed", correction, by=by, at=at, counts=is_referenceable, reason=reason)
    _tell_deciders(correction, at=at)
    return correction


@transaction.atomic
def decide(correction: Correction, *, approve: bool, comment: str = "", by: User, at: datetime) -> CorrectionDecision:
    """A second person's yes or no, once. A refusal needs a comment."""
    _queue()
    if correction.proposed_by_id == by.pk:
        raise RuleBroken(_("You proposed this correction; another person must decide on it."))
    if earlier := CorrectionDecision.objects.filter(correction=correction).select_related("decided_by").first():
        raise RuleBroken(_("This correction has been decided already, by %s.") % earlier.decided_by)
    if not approve and not comment.strip():
        raise RuleBroken(_("Say why you refuse; the person who proposed it will want to know."))
    if approve:
        _refuse_doubled(correction.closing, correction.customer, is_referenceable=correction.is_referenceable)
    decision = CorrectionDecision.objects.create(
        correction=correction,
        is_approved=approve,
        comment=comment.strip(),
        proposed_by_id=correction.proposed_by_id,
        decided_by=by,
        decided_at=_after_closings(at),
    )
    verb = "approved" if approve else "refused"
    audit.record(f"correction.{verb}", correction, by=by, at=at, comment=comment.strip(), step=correction.step)
    _tell_proposer(correction, decision, at=at)
    return decision


def _refuse_doubled(closing: Closing, customer: Customer, *, is_referenceable: bool) -> None:
    """One company counts once: of several rows that were merged since, another one may count in the quarter."""
    now = Customer.objects.get(pk=customer.pk).survivor
    others = survivors([now.pk]).keys() - {customer.pk} if is_referenceable else set()
    for other in Customer.objects.filter(pk__in=others).order_by("pk"):
        if closed.corrected_verdict(closing, other.pk):
            words = _("%(other)s counts in %(quarter)s already, and is the same company as %(customer)s now.")
            raise RuleBroken(words % {"other": other, "quarter": closing, "customer": customer})


def _queue() -> None:
    """Corrections and closings wait for each other, so that an opening count holds what was decided before it."""
    Programme.locked()


def _after_closings(at: datetime) -> datetime:
    """The moment of the decision, after every closing whose opening does not hold it: clocks may differ."""
    last = Closing.objects.aggregate(last=Max("closed_at"))["last"]
    return max(at, last + timedelta(microseconds=1)) if last else at


def _tell_deciders(correction: Correction, *, at: datetime) -> None:
    people = (
        User.objects.active().with_role(Role.PROGRAMME_MANAGER, Role.EXECUTIVE).exclude(pk=correction.proposed_by_id)
    )
    told = {
        "person": correction.proposed_by,
        "customer": correction.customer,
        "quarter": correction.closing,
    }

    def words() -> str:
        return _("%(person)s proposes a correction of %(customer)s in %(quarter)s; a second person must decide.") % told

    url = reverse("references:correction_index")
    notices.tell(people, key=f"correction:{correction.pk}", words=words, url=url, at=at)


def _tell_proposer(correction: Correction, decision: CorrectionDecision, *, at: datetime) -> None:
    told = {
        "person": decision.decided_by,
        "customer": correction.customer,
        "quarter": correction.closing,
        "comment": decision.comment,
    }

    def words() -> str:
        if decision.is_approved:
            return _("%(person)s approved your correction of %(customer)s in %(quarter)s.") % told
        return _("%(person)s refused your correction of %(customer)s in %(quarter)s: %(comment)s") % told

    url = reverse("references:closing_detail", args=[correction.closing.quarter])
    notices.tell([correction.proposed_by], key=f"correction:{correction.pk}:decided", words=words, url=url, at=at)
