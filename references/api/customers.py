"""GET/POST customers/ and GET/PATCH customers/{id}/: customers with their cells."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.fields import Text
from core.api.paging import PageQuery, paged
from core.api.parsing import Body
from core.models import Programme, User
from core.texts import CONTROL
from customers.actions import customers, external_ids
from customers.choices import Lifecycle, OwnerRole, SizeBand
from customers.forms import checked_domain, checked_revenue, one_line
from customers.models import Attribute, Customer, ExternalId
from customers.models.attribute import FIELD_PREFIX
from customers.models.customer import CustomerQuerySet
from customers.reports.attributes import by_key
from references.choices import Characteristic
from references.filters import GridFilter
from references.filters.grid import IMPACTS
from references.models import Cell, CustomerImpact, Dimension


class ExternalIdSerializer(Body, serializers.ModelSerializer[ExternalId]):
    class Meta:
        model = ExternalId
        fields = ("source", "value")
        # Uniqueness is the action's business: it says which customer has the id already.
        validators: list[Any] = []


class OwnerField(serializers.SlugRelatedField[User]):
    """A colleague by e-mail address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="email", queryset=User.objects.active(), allow_null=True, required=False, **options)


class CellSummarySerializer(serializers.Serializer[Any]):
    status = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()


class ImpactSerializer(serializers.ModelSerializer[CustomerImpact]):
    """What a reference of the customer is worth: 0-3 points each, a score of 0-100 and a tier."""

    class Meta:
        model = CustomerImpact
        fields = (*Characteristic.values, "score", "tier")


class AttributesField(serializers.DictField):
    """What the attributes in use say of the customer, by their keys; an empty text takes a value away."""

    def __init__(self, **options: Any) -> None:
        value = Text(max_length=200, allow_blank=True)
        super().__init__(child=value, required=False, **options)

    def get_attribute(self, customer: Customer) -> dict[str, str]:
        keys, said = self.context["attributes"]
        return {key: said.get(customer.pk, {}).get(key, "") for key in keys}

    def to_internal_value(self, data: Any) -> dict[str, str]:
        received = super().to_internal_value(data)
        if garbled := [key for key, value in received.items() if CONTROL.search(value)]:
            raise serializers.ValidationError(dict.fromkeys(garbled, _("This text contains control characters.")))
        known = Attribute.objects.active().filter(key__in=received).values_list("key", flat=True)
        if unknown := received.keys() - set(known):
            raise serializers.ValidationError(dict.fromkeys(unknown, _("There is no such attribute in use.")))
        return {key: one_line(value) for key, value in received.items()}


class CustomerSerializer(Body, serializers.ModelSerializer[Customer]):
    """A customer; `cells` maps every dimension key to its status and version, 0 where nobody has written yet."""

    external_ids = ExternalIdSerializer(many=True, required=False)
    opener = OwnerField()
    account_executive = OwnerField()
    account_manager = OwnerField()
    csm = OwnerField()
    executive_sponsor = OwnerField()
    owner_reason = serializers.CharField(write_only=True, required=False, max_length=500)
    opener_confirmed = serializers.BooleanField(
        write_only=True, required=False, help_text="Replace the opener although follow-up business is open."
    )
    lifecycle_reason = serializers.CharField(
        write_only=True,
        required=False,
        max_length=500,
        help_text="Why the lifecycle changes; needed to win a churned customer back.",
    )
    accept_duplicate = serializers.BooleanField(
        write_only=True,
        required=False,
        help_text="Enter the customer although one of the same name, legal form aside, or web domain is there.",
    )
    version = serializers.IntegerField(required=False, min_value=1)
    impact = ImpactSerializer(read_only=True, allow_null=True)
    attributes = AttributesField()
    cells = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = (
            "id", "name", "domain", "industry", "region", "country", "size_band", "recurring_revenue",
            "is_well_known", "lifecycle", "churned_on", "churn_reason", "in_production_since", *OwnerRole.values,
            "owner_reason", "opener_confirmed", "lifecycle_reason", "accept_duplicate", "has_open_follow_up",
            "attributes", "external_ids", "created_at", "version", "impact", "cells",
        )  # fmt: skip
        read_only_fields = ("id", "created_at")

    def validate_name(self, name: str) -> str:
        return one_line(name)

    def validate_domain(self, typed: str) -> str:
        return checked_domain(typed)

    def validate_recurring_revenue(self, amount: Decimal | None) -> Decimal | None:
        return checked_revenue(amount)

    def to_representation(self, customer: Customer) -> dict[str, Any]:
        self._context = self.context if "cells" in self.context else surroundings([customer])
        return dict(super().to_representation(customer))

    @extend_schema(responses=serializers.DictField(child=CellSummarySerializer()))
    def get_cells(self, customer: Customer) -> dict[str, dict[str, Any]]:
        written = self.context["cells"][customer.pk]
        return {key: written.get(key, {"status": "", "version": 0}) for key in self.context["dimensions"]}


class CustomersSerializer(serializers.Serializer[Any]):
    results = CustomerSerializer(many=True)
    next = serializers.CharField(allow_null=True)


FILTERS = [
    OpenApiParameter("q", str, description="Name, domain or external id."),
    OpenApiParameter("mine", bool, description="Customers of which the token's person owns a side."),
    OpenApiParameter("csm", int, description="Id of the CSM."),
    OpenApiParameter("owner", int, description="Id of a colleague who owns any side."),
    OpenApiParameter("region", str),
    OpenApiParameter("industry", str),
    OpenApiParameter("product", int, description="Id of a product in use."),
    OpenApiParameter("attribute_use_case", str, description="Use case; “attribute_” with another's key works alike."),
    OpenApiParameter("size", str, enum=SizeBand.values),
    OpenApiParameter("impact", str, enum=[value for value, _label in IMPACTS]),
    OpenApiParameter("lifecycle", str, enum=["all", "active", *Lifecycle.values], description="All if left out."),
    OpenApiParameter("dimension", str, description="Key of the dimension that `status` and the next three look at."),
    OpenApiParameter("status", str, many=True, enum=["blank", "red", "amber", "green"]),
    OpenApiParameter("no_action", bool, description="A Red or Amber cell has no next action."),
    OpenApiParameter("overdue", bool, description="A next action is overdue."),
    OpenApiParameter("expiring", bool, description="Evidence of a Green ends soon, has ended or is missing."),
    OpenApiParameter(
        "sort", str, description="name, csm, evangelists, impact or a dimension's key, with - for descending."
    ),
]


def readable(person: User) -> CustomerQuerySet:
    """The customers this person may read, merged ones left out."""
    owners = [*OwnerRole.values]
    found = Customer.objects.visible_to(person).unmerged()
    return found.select_related(*owners, "impact").prefetch_related("external_ids")


def with_cells(rows: list[Customer]) -> list[Any]:
    """Customers as the API writes them: cells and attributes come with three queries, however many rows."""
    return list(CustomerSerializer(rows, many=True, context=surroundings(rows)).data)


def surroundings(rows: list[Customer]) -> dict[str, Any]:
    """What is written of customers beside their own columns."""
    keys = list(Dimension.objects.shown().values_list("key", flat=True))
    cells: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    found = Cell.objects.filter(customer__in=[row.pk for row in rows], dimension__key__in=keys)
    for customer, key, status, version in found.values_list("customer_id", "dimension__key", "status", "version"):
        cells[customer][key] = {"status": status, "version": version}
    return {"cells": cells, "dimensions": keys, "attributes": by_key([row.pk for row in rows])}


class CustomerView(Endpoint):
    """What both addresses share."""

    def serialize_current(self, customer: Customer) -> Any:
        return with_cells([customer])[0]


class Customers(CustomerView):
    permissions = {"GET": "customers.view_customers", "POST": "customers.edit_customers"}
    query = [PageQuery, *FILTERS]

    def query_names(self) -> set[str]:
        """Those of the attributes beside the others."""
        asked = (name.removeprefix(FIELD_PREFIX) for name in self.request.query_params if name.startswith(FIELD_PREFIX))
        return super().query_names() | {one.field_name for one in Attribute.objects.filter(key__in=[*asked])}

    @extend_schema(operation_id="customers_list", responses=CustomersSerializer)
    def get(self, request: Request) -> Response:
        wanted = request.query_params.copy()
        wanted.setdefault("lifecycle", "all")
        today = Programme.current().calendar.day_of(timezone.now())
        narrowed = GridFilter(wanted, user=self.person, today=today, queryset=readable(self.person))
        if not narrowed.form.is_valid():
            raise serializers.ValidationError(narrowed.form.errors)
        if not narrowed.is_sorted_as_asked:
            raise serializers.ValidationError({"sort": _("The customers cannot be sorted by this.")})
        return paged(request, narrowed.sorted_rows, order=narrowed.order, serialize=with_cells)

    @extend_schema(operation_id="customers_create", request=CustomerSerializer, responses={201: CustomerSerializer})
    @transaction.atomic
    def post(self, request: Request) -> Response:
        values = self.received(CustomerSerializer)
        ids, name, now = values.pop("external_ids", []), values.pop("name"), timezone.now()
        said = values.pop("attributes", {})
        churn, why = _taken(values, "churned_on", "churn_reason"), values.pop("lifecycle_reason", "")
        _taken(values, "owner_reason", "opener_confirmed", "version")
        churned = values.get("lifecycle") == Lifecycle.CHURNED
        _refuse_stray(churn, values.get("lifecycle", Lifecycle.LIVE))
        if churned:
            values["lifecycle"] = Lifecycle.LIVE.value
        accepted = values.pop("accept_duplicate", False)
        customer = customers.enter(
            name=name, values=values, attributes=said, accept_duplicate=accepted, by=self.person, at=now
        )
        if churned:
            _set_lifecycle(customer, Lifecycle.CHURNED, churn, reason=why, by=self.person, at=now)
        _set_ids(customer, ids, by=self.person, at=now)
        return Response(with_cells([readable(self.person).get(pk=customer.pk)])[0], status=201)


class CustomerDetail(CustomerView):
    permissions = {"GET": "customers.view_customers", "PATCH": "customers.edit_customers"}

    @extend_schema(operation_id="customers_retrieve", responses=CustomerSerializer)
    def get(self, request: Request, customer_id: int) -> Response:
        return Response(self.serialize_current(get_object_or_404(readable(self.person), pk=customer_id)))

    @extend_schema(
        operation_id="customers_update", request=CustomerSerializer(partial=True), responses=CustomerSerializer
    )
    @transaction.atomic
    def patch(self, request: Request, customer_id: int) -> Response:
        customer = get_object_or_404(readable(self.person), pk=customer_id)
        values, now = self.received(CustomerSerializer, instance=customer, partial=True), timezone.now()
        seen_version = values.pop("version", customer.version)
        ids, lifecycle = values.pop("external_ids", None), values.pop("lifecycle", None)
        _taken(values, "accept_duplicate")
        churn, why = _taken(values, "churned_on", "churn_reason"), values.pop("lifecycle_reason", "")
        _refuse_stray(churn, lifecycle or customer.lifecycle)
        reason = values.pop("owner_reason", _("Changed through the API"))
        if not values.pop("opener_confirmed", False) and "opener" in values:
            customers.refuse_swap(customer, values["opener"])
        said, told = values.pop("attributes", {}), {"reason": reason, "by": self.person, "at": now}
        customers.edit(customer, seen_version=seen_version, changes=values, attributes=said, **told)
        stage = Lifecycle(lifecycle or customer.lifecycle)
        if churn or stage != customer.lifecycle:
            kept = {"churned_on": customer.churned_on, "churn_reason": customer.churn_reason}
            churn = kept | churn if stage == customer.lifecycle else churn
            _set_lifecycle(customer, stage, churn, reason=why, by=self.person, at=now)
        if ids is not None:
            _set_ids(customer, ids, by=self.person, at=now)
        return Response(self.serialize_current(readable(self.person).get(pk=customer_id)))


def _taken(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values.pop(name) for name in names if name in values}


def _refuse_stray(churn: dict[str, Any], lifecycle: str) -> None:
    """When and why a customer left says nothing of one that has not."""
    stray = [name for name, value in churn.items() if value]
    if stray and lifecycle != Lifecycle.CHURNED:
        raise serializers.ValidationError(dict.fromkeys(stray, _("Only with the lifecycle “churned”.")))


def _set_ids(customer: Customer, wanted: list[dict[str, str]], *, by: User, at: datetime) -> None:
    """Make the customer's external ids exactly these."""
    keep = [external_ids.add(customer, source=row["source"], value=row["value"], by=by, at=at) for row in wanted]
    for gone in customer.external_ids.exclude(pk__in=[row.pk for row in keep]):
        external_ids.remove(gone, by=by, at=at)


def _set_lifecycle(
    customer: Customer, lifecycle: Lifecycle, churn: dict[str, Any], *, reason: str, by: User, at: datetime
) -> None:
    on, reason = churn.get("churned_on") or timezone.localdate(at), churn.get("churn_reason") or reason
    customers.set_lifecycle(customer, lifecycle=lifecycle, on=on, reason=reason, by=by, at=at)
