"""What may be done with a nomination: who may, in which states, and what is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import Form
from django.utils.translation import gettext_lazy

from core.models import User
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations
from references.choices import NominationState as State
from references.forms.nominations import AcceptForm, EmptyForm, LiftForm, NoteForm, ParkForm, ReasonForm
from references.models import Nomination, RecruitingSettings
from references.rules.nominations import OPEN, WAITING, is_nearly_stale
from references.views.refusals import Refused


@dataclass(frozen=True)
class Deed:
    """One deed: who may do it, in which states, what is asked, what does it, and the words of its button."""

    name: str
    permission: str
    states: frozenset[State]
    form: type[Form]
    act: Callable[..., Nomination]
    label: Any
    done: Any
    is_main: bool = False
    asks: Any = ""

    @property
    def url_name(self) -> str:
        return f"references:nomination_{self.name}"


DECIDE, INVITE = "references.decide_nomination", "references.invite_nomination"
SUBMITTED, RETURNED = frozenset([State.SUBMITTED]), frozenset([State.RETURNED])
INVITED, PARKED = frozenset([State.INVITED]), frozenset([State.PARKED])
ENROLLED = frozenset([State.ENROLLED])
DEEDS = {
    deed.name: deed
    for deed in (
        Deed("accept", DECIDE, SUBMITTED, AcceptForm, decisions.accept, gettext_lazy("Accept"),
             gettext_lazy("Accepted; the nominators are told of the month."), is_main=True),
        Deed("return", DECIDE, SUBMITTED, ReasonForm, decisions.return_for_more, gettext_lazy("Return for more"),
             gettext_lazy("Returned to its nominator."), asks=gettext_lazy("What is missing?")),
        Deed("invite", INVITE, WAITING, EmptyForm, invitations.invite, gettext_lazy("The invitation is sent"),
             gettext_lazy("Noted: the customer is invited."), is_main=True),
        Deed("verify", "references.verify_nomination", OPEN, EmptyForm, nominations.verify,
             gettext_lazy("It still holds"), gettext_lazy("Thank you; it is confirmed.")),
        Deed("chase", INVITE, INVITED, NoteForm, invitations.chase, gettext_lazy("Reminded"),
             gettext_lazy("Noted: reminded once more."), asks=gettext_lazy("How, if it matters")),
        Deed("decline", INVITE, INVITED, ReasonForm, invitations.decline, gettext_lazy("The customer declined"),
             gettext_lazy("Noted: the customer declined."), asks=gettext_lazy("What did the customer say?")),
        Deed("reopen", INVITE, ENROLLED, ReasonForm, invitations.reopen, gettext_lazy("Take the enrolment back"),
             gettext_lazy("Taken back: the customer's answer is waited for again. Put its cells right as well."),
             asks=gettext_lazy("What was wrong? Every nominator reads it.")),
        Deed("park", DECIDE, SUBMITTED | WAITING | INVITED, ParkForm, decisions.park, gettext_lazy("Park"),
             gettext_lazy("Parked; it comes back by itself."), asks=gettext_lazy("What does it wait for?")),
        Deed("resume", DECIDE, PARKED, EmptyForm, decisions.resume, gettext_lazy("Take it up again"),
             gettext_lazy("Taken up again."), is_main=True),
        Deed("refuse", DECIDE, SUBMITTED | RETURNED | WAITING | PARKED, ReasonForm, decisions.refuse,
             gettext_lazy("Refuse"), gettext_lazy("Refused; the nominators are told why."),
             asks=gettext_lazy("Why? Every nominator reads it.")),
        Deed("withdraw", "references.complete_nomination", OPEN, ReasonForm, nominations.withdraw,
             gettext_lazy("Withdraw"), gettext_lazy("Withdrawn."), asks=gettext_lazy("Why is it withdrawn?")),
        Deed("lift", "references.lift_block", WAITING, LiftForm, invitations.lift, gettext_lazy("Lift the block"),
             gettext_lazy("Lifted, and written down."), asks=gettext_lazy("Why may the customer be asked?")),
    )
}  # fmt: skip


# What leads to asking the customer, or asks it again: nothing for one that has left. That it is not invited is said.
ASKING = frozenset(["accept", "return", "verify", "chase", "park", "resume"])


def offers(
    user: User, nomination: Nomination, *, today: date, refused: Refused | None = None
) -> list[tuple[Deed, Form]]:
    """What the person may do with the nomination as it stands, each with its form: an empty one, or the one that was
    refused just now. Lifting is offered apart, confirming only while it is asked for or soon will be."""
    has_left = nomination.customer is not None and nomination.customer.has_left(today)
    unoffered = {"lift"} | (ASKING if has_left else set()) | ({"accept"} if nomination.speaker_left_on else set())
    shown = [
        deed
        for deed in DEEDS.values()
        if nomination.state in deed.states
        and deed.name not in unoffered
        and user.has_perm(deed.permission, nomination)
        and (deed.name != "verify" or _needs_word(nomination, today))
    ]
    typed = {refused.name: refused.form} if refused else {}
    offered = [(deed, typed.get(deed.name) or deed.form(auto_id=f"id_{deed.name}_%s")) for deed in shown]
    for _deed, form in offered:
        if isinstance(form, ParkForm) and (leaves := nomination.leaves_on(today)):
            form.tell(leaves)
    return offered


def _needs_word(nomination: Nomination, today: date) -> bool:
    """Whether it helps that a nominator says again that it holds."""
    days = RecruitingSettings.current().verify_after_days
    return nomination.asked_at is not None or is_nearly_stale(nomination.verified_on, today=today, days=days)
