"""GET/POST referrals/ and GET/PATCH referrals/{id}/: whom contacts told of us, and what came of it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body
from core.models import Programme
from customers.actions import referrals
from customers.choices import ReferralOutcome
from customers.filters import OUTCOMES, ReferralFilter
from customers.forms import one_line
from customers.models import Contact, Customer, Referral
from customers.models.referral import reads_revenue


class ReferralSerializer(Body, serializers.ModelSerializer[Referral]):
    """A referral. `customer` is the one that came of it; `revenue` is null for who may not read invoices.

    A decided one needs `decided_on`, a won one `revenue` too, from everybody who may read it. An outcome other than won
    takes the revenue away; who may not read it is then refused.
    """

    fixed = ("contact",)

    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.all())
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.unmerged(), required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    version = serializers.IntegerField(required=False, min_value=1)

    class Meta:
        model = Referral
        fields = (
            "id", "contact", "referred_on", "told_name", "told_company", "is_prompted", "customer", "outcome",
            "decided_on", "revenue", "note", "withdrawn_at", "withdrawn_reason", "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("id", "withdrawn_at", "withdrawn_reason", "created_at", "updated_at")
        validators: list[Any] = []

    def validate_told_name(self, text: str) -> str:
        return one_line(text)

    def validate_told_company(self, text: str) -> str:
        return one_line(text)


class ReferralsSerializer(serializers.Serializer[Any]):
    results = ReferralSerializer(many=True)
    next = serializers.CharField(allow_null=True)


FILTERS = [
    OpenApiParameter("q", str, description="Contact, customer or who was told."),
    OpenApiParameter(
        "outcome", str, enum=[value for value, _label in OUTCOMES], description="All but withdrawn ones if left out."
    ),
    OpenApiParameter("prompted", bool, description="Whether we had asked for it."),
    OpenApiParameter("quarter", str, description="A fiscal quarter (2026-Q4) in which it was made or won."),
    OpenApiParameter("customer", int, description="Id of the contact's customer."),
    OpenApiParameter("contact", int, description="Id of the contact."),
]


class ReferralView(Endpoint):
    """What both addresses share."""

    def serialize_current(self, referral: Referral) -> Any:
        return self.written([referral])[0]

    def written(self, rows: list[Referral]) -> list[Any]:
        found = [dict(row) for row in ReferralSerializer(rows, many=True).data]
        hidden = {} if reads_revenue(self.person) else {"revenue": None}
        return [row | hidden for row in found]

    def checked(self, values: dict[str, Any], *, outcome: str, has_revenue: bool) -> dict[str, Any]:
        """Revenue is said by who may read it, and by nobody else."""
        if not reads_revenue(self.person):
            # A row may be sent back as it was read.
            if values.pop("revenue", None) is not None:
                raise serializers.ValidationError({"revenue": _("Who may not read invoices does not write revenue.")})
            return values
        is_missing = values["revenue"] is None if "revenue" in values else not has_revenue
        if outcome == ReferralOutcome.WON and is_missing:
            words = _("Write what it brings in the first year; an estimate will do.")
            raise serializers.ValidationError({"revenue": words})
        return values


class Referrals(ReferralView):
    permissions = {"GET": "customers.view_customers", "POST": "customers.edit_contacts"}
    query = [PageQuery, *FILTERS]

    @extend_schema(operation_id="referrals_list", responses=ReferralsSerializer)
    def get(self, request: Request) -> Response:
        narrowed = ReferralFilter(request.query_params, user=self.person, calendar=Programme.current().calendar)
        if not narrowed.form.is_valid():
            raise serializers.ValidationError(narrowed.form.errors)
        return paged(request, narrowed.rows, order=("pk",), serialize=self.written)

    @extend_schema(operation_id="referrals_create", request=ReferralSerializer, responses={201: ReferralSerializer})
    def post(self, request: Request) -> Response:
        values = self.received(ReferralSerializer)
        values.pop("version", None)
        outcome = values.get("outcome", ReferralOutcome.OPEN)
        values = self.checked(values, outcome=outcome, has_revenue=False)
        referral = referrals.record(values.pop("contact"), values=values, by=self.person, at=timezone.now())
        return Response(self.serialize_current(referral), status=201)


class ReferralDetail(ReferralView):
    permissions = {"GET": "customers.view_customers", "PATCH": "customers.edit_contacts"}

    def referral(self, referral_id: int) -> Referral:
        return get_object_or_404(Referral.objects.visible_to(self.person), pk=referral_id)

    @extend_schema(operation_id="referrals_retrieve", responses=ReferralSerializer)
    def get(self, request: Request, referral_id: int) -> Response:
        return Response(self.serialize_current(self.referral(referral_id)))

    @extend_schema(
        operation_id="referrals_update", request=ReferralSerializer(partial=True), responses=ReferralSerializer
    )
    def patch(self, request: Request, referral_id: int) -> Response:
        referral = self.referral(referral_id)
        values = self.received(ReferralSerializer, instance=referral, partial=True)
        values.pop("contact", None)
        seen, outcome = values.pop("version", referral.version), values.get("outcome", referral.outcome)
        values = self.checked(values, outcome=outcome, has_revenue=referral.revenue is not None)
        by, may_write = self.person, reads_revenue(self.person)
        referral = referrals.edit(
            referral, changes=values, seen_version=seen, may_write_revenue=may_write, by=by, at=timezone.now()
        )
        return Response(self.serialize_current(referral))
