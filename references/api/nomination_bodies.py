"""What is sent along with a deed to a nomination."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core.api.fields import Day
from core.api.parsing import Body
from customers.choices import ENTERED
from customers.models import Contact, Customer
from references.actions.nomination_invitations import Agreed
from references.api.cells import EvidenceSerializer, new_evidence
from references.api.customer_serializers import OwnerField
from references.api.nominations import LIMITS, SAID, NominationSerializer, known_dimensions
from references.choices import InvitationBlock, Status
from references.models import Dimension, Nomination


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
        return said | {"values": one_speaker({"contact_email": ""} | named)}


class CompletionBody(NominationSerializer):
    """What is said anew; what is left out stands. `version` is what the caller saw."""

    version = serializers.IntegerField(min_value=1)
    customer = proposed_customer = state = owner = nominators = None  # type: ignore[assignment]

    class Meta:
        model = Nomination
        fields = (*SAID, "willingness", "version")
        extra_kwargs = LIMITS
        validators: list[Any] = []


def one_speaker(said: dict[str, Any]) -> dict[str, Any]:
    """Whoever is named now takes the place of who was: a contact, or somebody who is not here yet."""
    if said.get("contact"):
        return said | {"contact_name": "", "contact_email": ""}
    return said | {"contact": None} if said.get("contact_name") else said
