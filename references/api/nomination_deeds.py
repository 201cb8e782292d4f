"""POST nominations/{id}/{deed}/: what is done with a nomination, as on its page; each answers what it is then."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.parsing import Body
from core.errors import StaleVersion
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations
from references.actions.nomination_history import do_as_seen
from references.actions.nomination_speakers import name_speaker
from references.api.cells import CellSerializer
from references.api.nomination_bodies import (
    AcceptBody,
    CompletionBody,
    DeedBody,
    EnrolBody,
    LiftBody,
    NoteBody,
    ParkBody,
    ReasonBody,
    SpeakerBody,
    one_speaker,
)
from references.api.nominations import NominationSerializer, written
from references.models import Cell, Nomination

DECIDE, INVITE = "references.decide_nomination", "references.invite_nomination"


class NominationDeed(Endpoint):
    """One deed: what it takes, and the action that does it. Who may do it says `permissions`, as for the page."""

    body: ClassVar[type[Body]] = DeedBody
    act: ClassVar[Callable[..., Nomination]]

    def post(self, request: Request, nomination_id: int) -> Response:
        rows = Nomination.objects.visible_to(self.person).select_related("customer")
        nomination = get_object_or_404(rows, pk=nomination_id)
        self.permit(self.permissions["POST"], nomination)
        return Response(written(self.do(nomination), reader=self.person))

    def do(self, nomination: Nomination) -> Nomination:
        said = self.received(self.body)
        seen = said.pop("version", None)
        return do_as_seen(nomination, type(self).act, seen_version=seen, **said, by=self.person, at=timezone.now())

    def serialize_current(self, nomination: Nomination) -> Any:
        return written(nomination, reader=self.person)


def _described(view: type[NominationDeed]) -> type[NominationDeed]:
    """Its description: the name of the class says what it is called, its words say what it does."""
    described = extend_schema(
        operation_id=f"nominations_{view.__name__.lower()}",
        description=view.__doc__,
        request=view.body,
        responses=NominationSerializer,
    )
    return extend_schema_view(post=described)(view)


@_described
class Accept(NominationDeed):
    """Take it into the queue. If the customer that is named has an open nomination already, the nominators join that
    one, and that one is answered."""

    permissions = {"POST": DECIDE}
    body, act = AcceptBody, decisions.accept


@_described
class Return(NominationDeed):
    """Ask the nominator for what is missing."""

    permissions = {"POST": DECIDE}
    body, act = ReasonBody, decisions.return_for_more


@_described
class Refuse(NominationDeed):
    """Say no; every nominator reads why."""

    permissions = {"POST": DECIDE}
    body, act = ReasonBody, decisions.refuse


@_described
class Park(NominationDeed):
    """Set it aside until a day."""

    permissions = {"POST": DECIDE}
    body, act = ParkBody, decisions.park


@_described
class Resume(NominationDeed):
    """Take up again what was parked."""

    permissions = {"POST": DECIDE}
    act = decisions.resume


@_described
class Withdraw(NominationDeed):
    """Take it back: who nominated first, or the programme manager."""

    permissions = {"POST": "references.complete_nomination"}
    body, act = ReasonBody, nominations.withdraw


@_described
class Verify(NominationDeed):
    """A nominator says that it still holds."""

    permissions = {"POST": "references.verify_nomination"}
    act = nominations.verify


@_described
class Lift(NominationDeed):
    """Let the invitation go out although a case or an invoice speaks against it."""

    permissions = {"POST": "references.lift_block"}
    body, act = LiftBody, invitations.lift


@_described
class Invite(NominationDeed):
    """Note that the customer is asked now; refused while something blocks it, or when the month is full."""

    permissions = {"POST": INVITE}
    act = invitations.invite


@_described
class Chase(NominationDeed):
    """Note that the customer was reminded once more."""

    permissions = {"POST": INVITE}
    body, act = NoteBody, invitations.chase


@_described
class Decline(NominationDeed):
    """Note that the customer said no, and what it said."""

    permissions = {"POST": INVITE}
    body, act = ReasonBody, invitations.decline


@_described
class Enrol(NominationDeed):
    """The customer said yes: the cells it agreed to turn Amber or Green with it, or nothing is saved at all."""

    permissions = {"POST": INVITE}
    body, act = EnrolBody, invitations.enrol

    def serialize_current(self, current: Nomination | Cell) -> Any:
        """The nomination, or the cell that a colleague changed meanwhile."""
        return CellSerializer(current).data if isinstance(current, Cell) else super().serialize_current(current)


@_described
class Reopen(NominationDeed):
    """Take an enrolment back that was a mistake: the customer's answer is waited for again, and cells stay."""

    permissions = {"POST": INVITE}
    body, act = ReasonBody, invitations.reopen


@_described
class Speaker(NominationDeed):
    """Somebody else would speak; before the decision it is completed instead."""

    permissions = {"POST": INVITE}
    body, act = SpeakerBody, name_speaker


@_described
class Complete(NominationDeed):
    """Say more before it is decided on; one that was returned is handed in again."""

    permissions = {"POST": "references.complete_nomination"}
    body = CompletionBody

    def do(self, nomination: Nomination) -> Nomination:
        said = self.received(CompletionBody, partial=True)
        if "version" not in said:
            raise StaleVersion(_("Name the version of the nomination that you have seen."), current=nomination)
        rows = nomination.dimensions.select_related("dimension")
        willingness = said.pop("willingness", {row.dimension: row.willingness for row in rows})
        return nominations.complete(
            nomination,
            seen_version=said.pop("version"),
            changes=one_speaker(said),
            willingness=willingness,
            by=self.person,
            at=timezone.now(),
        )
