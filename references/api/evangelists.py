"""GET evangelists/ and GET/PATCH evangelists/{id}/: contacts who speak for us, or do not and said why."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body
from core.models import Programme
from customers.actions import contacts
from customers.choices import EvangelistScope
from customers.filters import LEVELS, EvangelistFilter
from customers.models import Contact
from customers.reports import evangelists as report

WRITTEN = ("evangelist_level", "evangelist_scope", "adoption", "refusal_reason", "asked_on")


class EvangelistSerializer(Body, serializers.ModelSerializer[Contact]):
    """A contact with what it does for us. `refusal_reason` and `asked_on` go together, for who does not refer us.

    `briefed_on` is the latest day of an occasion that the contact attended; `referrals` leaves withdrawn ones out.
    """

    customer_name = serializers.CharField(source="customer.name", read_only=True)
    # Not every contact has an address; of a field that is only answered the description would not say so by itself.
    email = serializers.EmailField(read_only=True, allow_blank=True, max_length=254)
    referrals = serializers.IntegerField(source="referral_count", read_only=True)
    referrals_won = serializers.IntegerField(source="won_count", read_only=True)
    version = serializers.IntegerField(required=False, min_value=1)

    class Meta:
        model = Contact
        fields = (
            "id", "customer", "customer_name", "name", "title", "email", *WRITTEN, "briefed_on", "referrals",
            "referrals_won", "left_on", "version",
        )  # fmt: skip
        read_only_fields = ("id", "customer", "name", "title", "briefed_on", "left_on")
        validators: list[Any] = []


class EvangelistsSerializer(serializers.Serializer[Any]):
    results = EvangelistSerializer(many=True)
    next = serializers.CharField(allow_null=True)


FILTERS = [
    OpenApiParameter("q", str, description="Name, e-mail address or customer."),
    OpenApiParameter(
        "level", str, enum=[value for value, _label in LEVELS], description="Everyone who refers us if left out."
    ),
    OpenApiParameter("scope", str, enum=EvangelistScope.values),
    OpenApiParameter("stale", bool, description=f"Not briefed for {report.POLICY.brief_every_days} days, or never."),
    OpenApiParameter("mine", bool, description="At customers of which the token's person owns a side."),
    OpenApiParameter("customer", int, description="Id of a customer."),
]


class EvangelistView(Endpoint):
    """What both addresses share."""

    def serialize_current(self, contact: Contact) -> Any:
        return _written([report.listed(Contact.objects.all()).get(pk=contact.pk)])[0]


class Evangelists(EvangelistView):
    permissions = {"GET": "customers.view_customers"}
    query = [PageQuery, *FILTERS]

    @extend_schema(operation_id="evangelists_list", responses=EvangelistsSerializer)
    def get(self, request: Request) -> Response:
        today = Programme.current().calendar.day_of(timezone.now())
        narrowed = EvangelistFilter(request.query_params, user=self.person, today=today)
        if not narrowed.form.is_valid():
            raise serializers.ValidationError(narrowed.form.errors)
        return paged(request, report.listed(narrowed.rows), order=("pk",), serialize=_written)


class EvangelistDetail(EvangelistView):
    permissions = {"GET": "customers.view_customers", "PATCH": "customers.edit_contacts"}

    def contact(self, contact_id: int) -> Contact:
        return get_object_or_404(report.listed(Contact.objects.visible_to(self.person)), pk=contact_id)

    @extend_schema(operation_id="evangelists_retrieve", responses=EvangelistSerializer)
    def get(self, request: Request, contact_id: int) -> Response:
        return Response(_written([self.contact(contact_id)])[0])

    @extend_schema(
        operation_id="evangelists_update", request=EvangelistSerializer(partial=True), responses=EvangelistSerializer
    )
    def patch(self, request: Request, contact_id: int) -> Response:
        contact = self.contact(contact_id)
        values = self.received(EvangelistSerializer, instance=contact, partial=True)
        seen = values.pop("version", contact.version)
        contacts.answer(contact, changes=values, seen_version=seen, by=self.person, at=timezone.now())
        return Response(self.serialize_current(contact))


def _written(rows: list[Contact]) -> list[Any]:
    return list(EvangelistSerializer(rows, many=True).data)
