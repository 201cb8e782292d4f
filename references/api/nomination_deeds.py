"""POST nominations/{id}/{deed}/: what is done with a nomination, as on its page; each answers what it is then."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.fields import Day
from core.api.parsing import Body
from core.errors import StaleVersion
from customers.choices import ENTERED
from customers.models import Contact, Customer
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations
from references.actions.nomination_history import do_as_seen
from references.actions.nomination_invitations import Agreed
from references.actions.nomination_speakers import name_speaker
from references.api.cells import CellSerializer, EvidenceSerializer, new_evidence
from references.api.customer_serializers import OwnerField
from references.api.nominations import LIMITS, SAID, NominationSerializer, known_dimensions, written
from references.choices import InvitationBlock, Status
from references.models import Cell, Dimension, Nomination

DECIDE, INVITE = "references.decide_nomination", "references.invite_nomination"


class DeedBody(Body):
    """`version` is what the caller saw; if it is named and the nomination was changed since, nothing is done."""

    version = serializers.IntegerField(required=False, min_value=1)


class ReasonBody(DeedBody):
    """Why it is done; the nominators read it."""

    reason = serializers.CharField(max_length=500)


class NoteBody(DeedBody):
    """What is to be remembered of it, if anything."""

    note = serializers.CharField(source="note_text", required=False, allow_blank=True, max_length=500)


class AcceptBody(DeedBody):
    """`customer` is which one a company is that was proposed by name; left out, it is entered as a new one: `lifecycle`
    says where that stands (live if left out), `csm` who looks after it."""

    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.unmerged(), required=False, allow_null=True)
    lifecycle = serializers.ChoiceField(choices=ENTERED, required=False)
    csm = OwnerField()


class ParkBody(ReasonBody):
    """`until` is the day on which it comes back by itself."""

    until = Day()


class LiftBody(ReasonBody):
    """`block` is what is lifted, as it stands today."""

    block = serializers.ChoiceField(choices=InvitationBlock.choices)


class EnrolBody(DeedBody):
    """`agreed` maps keys of dimensions to green or amber; `evidence` stands behind every Green but one that stands on
    evidence which ends later.

    Its contact is the nomination's if none is named. `seen` maps keys of dimensions to the versions of the cells that
    the caller saw: one that was changed since is refused with 409.
    """

    agreed = serializers.DictField(
        child=serializers.ChoiceField(choices=[Status.AMBER.value, Status.GREEN.value]), allow_empty=False
    )
    evidence = EvidenceSerializer(allow_null=True, required=False)
    seen = serializers.DictField(child=serializers.IntegerField(min_value=0), required=False)

    def validate_agreed(self, said: dict[str, str]) -> dict[Dimension, str]:
        return known_dimensions(said)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        seen = said.pop("seen", {})
        if unagreed := sorted(seen.keys() - {one.key for one in said["agreed"]}):
            raise serializers.ValidationError({"seen": _("Not among what was agreed: %s.") % ", ".join(unagreed)})
        agreed = [Agreed(one, status, seen.get(one.key)) for one, status in said["agreed"].items()]
        return said | {"agreed": agreed, "evidence": new_evidence(said.get("evidence"))}


class SpeakerBody(DeedBody):
    """A `contact` of the customer who is still there, or `contact_name` of one who is not here yet."""

    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.all(), required=False)
    contact_name = serializers.CharField(required=False, max_length=200)
    contact_email = serializers.EmailField(required=False, allow_blank=True, max_length=254)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        named = {name: said.pop(name) for name in ("contact", "contact_name", "contact_email") if name in said}
        if not named.get("contact") and not named.get("contact_name"):
            raise serializers.ValidationError({"contact": _("Say who would speak.")})
        return said | {"values": _one_speaker({"contact_email": ""} | named)}


class CompletionBody(NominationSerializer):
    """What is said anew; what is left out stands. `version` is what the caller saw."""

    version = serializers.IntegerField(min_value=1)
    customer = proposed_customer = state = owner = nominators = None  # type: ignore[assignment]

    class Meta:
        model = Nomination
        fields = (*SAID, "willingness", "version")
        extra_kwargs = LIMITS
        validators: list[Any] = []


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
            changes=_one_speaker(said),
            willingness=willingness,
            by=self.person,
            at=timezone.now(),
        )


def _one_speaker(said: dict[str, Any]) -> dict[str, Any]:
    """Whoever is named now takes the place of who was: a contact, or somebody who is not here yet."""
    if said.get("contact"):
        return said | {"contact_name": "", "contact_email": ""}
    return said | {"contact": None} if said.get("contact_name") else said
