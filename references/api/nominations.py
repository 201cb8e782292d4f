"""GET/POST nominations/ and GET nominations/{id}/."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body
from core.models import Programme, User
from customers.models import Contact, Customer
from references.actions import nominations
from references.choices import NominationSource, NominationState, Willingness
from references.filters import NominationFilter
from references.filters.nominations import STATES
from references.models import Dimension, Nomination
from references.models.nomination import LONGEST_TEXT
from references.reports import invitations

LIMITS = {name: {"max_length": LONGEST_TEXT} for name in ("story", "results")}
SAID = ("story", "results", "relationship", "source", "contact", "contact_name", "contact_email")


def known_dimensions(said: dict[str, str]) -> dict[Dimension, str]:
    """What is said of each dimension that is named by its key; a key that nobody knows is refused."""
    known = {dimension.key: dimension for dimension in Dimension.objects.shown()}
    unknown = sorted(said.keys() - known.keys())
    if unknown:
        words = ngettext("There is no dimension called %s.", "There are no dimensions called %s.", len(unknown))
        raise serializers.ValidationError(words % ", ".join(unknown)[:200])
    return {known[key]: what for key, what in said.items()}


class NominationSerializer(Body, serializers.ModelSerializer[Nomination]):
    """A nomination. Of `customer` and `proposed_customer`, and of `contact` and `contact_name`, one is given.

    `willingness` maps keys of dimensions to willing, maybe or unwilling; a customer that is nominated already gets
    another nominator, and the open nomination is answered. `invite_refusal` says why the invitation of one that waits
    may not go out now, and which invoice is overdue only to those who may read invoices; it is empty if it may. One
    whose customer has left, or leaves before its month, is planned for no month and due on no day.
    """

    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.unmerged(), required=False, allow_null=True)
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.all(), required=False, allow_null=True)
    willingness = serializers.DictField(child=serializers.ChoiceField(choices=Willingness.choices))
    state = serializers.ChoiceField(choices=NominationState.choices, read_only=True)
    owner = serializers.SlugRelatedField[Any](slug_field="email", read_only=True, allow_null=True)
    nominators = serializers.SerializerMethodField()
    due_on = serializers.DateField(source="due", read_only=True, default=None, allow_null=True)
    planned_month = serializers.DateField(source="planned", read_only=True, default=None, allow_null=True)
    invite_refusal = serializers.CharField(read_only=True, default="")

    class Meta:
        model = Nomination
        fields = (
            "id", "customer", "proposed_customer", *SAID, "willingness", "state", "state_since", "owner", "due_on",
            "parked_until", "planned_month", "score", "submitted_at", "verified_on", "accepted_at", "invited_at",
            "closed_at", "times_chased", "nominators", "invite_refusal", "version",
        )  # fmt: skip
        read_only_fields = (
            "id", "state_since", "parked_until", "score", "submitted_at", "verified_on",
            "accepted_at", "invited_at", "closed_at", "times_chased", "version",
        )  # fmt: skip
        extra_kwargs = LIMITS
        validators: list[Any] = []

    @extend_schema(responses=serializers.ListField(child=serializers.EmailField()))
    def get_nominators(self, nomination: Nomination) -> list[str]:
        return [row.user.email for row in nomination.nominators.all()]

    def validate_willingness(self, said: dict[str, str]) -> dict[Dimension, str]:
        return known_dimensions(said)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if said.get("contact") and said.get("contact_name"):
            raise serializers.ValidationError({"contact_name": _("Name a contact or somebody who is new, not both.")})
        if said.get("customer") and said.get("proposed_customer"):
            words = _("Name a customer or a company that is not here yet, not both.")
            raise serializers.ValidationError({"proposed_customer": words})
        return said

    def to_representation(self, nomination: Nomination) -> dict[str, Any]:
        nomination.willingness = {  # type: ignore[attr-defined]
            row.dimension.key: row.willingness for row in nomination.dimensions.all()
        }
        return dict(super().to_representation(nomination))


class NominationsSerializer(serializers.Serializer[Any]):
    results = NominationSerializer(many=True)
    next = serializers.CharField(allow_null=True)


FILTERS = [
    OpenApiParameter("q", str, description="Customer or nominator."),
    OpenApiParameter("state", str, enum=[value for value, _label in STATES], description="Open ones if left out."),
    OpenApiParameter("mine", bool, description="Nominated by the token's person."),
    OpenApiParameter("turn", bool, description="The token's person has to do something."),
    OpenApiParameter("overdue", bool),
    OpenApiParameter("stale", bool, description="To be confirmed by a nominator before the invitation."),
    OpenApiParameter("blocked", bool, description="An escalation is open or an invoice overdue."),
    OpenApiParameter("source", str, enum=NominationSource.values),
    OpenApiParameter("customer", int, description="Id of a customer."),
]


def whole(rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """With all that is written of a nomination, in three queries however many rows."""
    return rows.select_related("owner", "customer").prefetch_related("nominators__user", "dimensions__dimension")


class Nominations(Endpoint):
    permissions = {"GET": "references.view_nominations", "POST": "references.nominate"}
    query = [PageQuery, *FILTERS]

    @extend_schema(operation_id="nominations_list", responses=NominationsSerializer)
    def get(self, request: Request) -> Response:
        today = Programme.current().calendar.day_of(timezone.now())
        narrowed = NominationFilter(request.query_params, user=self.person, today=today)
        if not narrowed.form.is_valid():
            raise serializers.ValidationError(narrowed.form.errors)
        return paged(request, whole(narrowed.rows), order=("pk",), serialize=self.written)

    @extend_schema(
        operation_id="nominations_create", request=NominationSerializer, responses={201: NominationSerializer}
    )
    def post(self, request: Request) -> Response:
        values = self.received(NominationSerializer)
        nomination = nominations.submit(
            customer=values.get("customer"),
            proposed_customer=values.get("proposed_customer", ""),
            values={name: values[name] for name in SAID if name in values} | {"relationship_holder": self.person},
            willingness=values["willingness"],
            by=self.person,
            at=timezone.now(),
        )
        return Response(written(nomination, reader=self.person), status=201)

    def written(self, rows: list[Nomination]) -> list[Any]:
        return _written(rows, reader=self.person)


class NominationDetail(Endpoint):
    permissions = {"GET": "references.view_nominations"}

    @extend_schema(operation_id="nominations_retrieve", responses=NominationSerializer)
    def get(self, request: Request, nomination_id: int) -> Response:
        rows = whole(Nomination.objects.visible_to(self.person))
        return Response(_written([get_object_or_404(rows, pk=nomination_id)], reader=self.person)[0])


def written(nomination: Nomination, *, reader: User) -> Any:
    """The nomination as it stands now, in words for the reader."""
    return _written([whole(Nomination.objects.all()).get(pk=nomination.pk)], reader=reader)[0]


def _written(rows: list[Nomination], *, reader: User) -> list[Any]:
    today = Programme.current().calendar.day_of(timezone.now())
    refusals = invitations.refusals(rows, today=today, reader=reader)
    for row in rows:
        row.due = row.due_for(today)  # type: ignore[attr-defined]
        row.planned = row.planned_for(today)  # type: ignore[attr-defined]
        row.invite_refusal = refusals.get(row.pk, "")  # type: ignore[attr-defined]
    return list(NominationSerializer(rows, many=True).data)
