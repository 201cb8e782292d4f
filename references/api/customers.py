"""GET/POST customers/ and GET/PATCH customers/{id}/: customers with their cells."""

from datetime import datetime
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
from core.api.paging import PageQuery, paged
from core.models import Programme, User
from customers.actions import customers, external_ids, owners
from customers.choices import LIFECYCLES, Lifecycle, OwnerRole, SizeBand
from customers.models import Attribute, Customer
from customers.models.attribute import FIELD_PREFIX
from customers.models.customer import CustomerQuerySet
from references.api.customer_serializers import CustomerSerializer, CustomersSerializer, with_cells
from references.filters import GridFilter
from references.filters.grid import IMPACTS

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
    OpenApiParameter(
        "lifecycle",
        str,
        enum=[*dict(LIFECYCLES)],
        description="All if left out. A churned customer whose day is still to come is leaving, and active until then.",
    ),
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
        _refuse_odd_departure(churn, Lifecycle.LIVE, values.get("lifecycle", Lifecycle.LIVE))
        if churned:
            values["lifecycle"] = Lifecycle.LIVE.value
        accepted = values.pop("accept_duplicate", False)
        customer = customers.enter(
            name=name, values=values, attributes=said, accept_duplicate=accepted, by=self.person, at=now
        )
        if churned:
            _set_lifecycle(customer, Lifecycle.CHURNED, churn, reason=why, by=self.person, at=now)
        for row in ids:
            external_ids.add(customer, **row, by=self.person, at=now)
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
        _refuse_odd_departure(churn, customer.lifecycle, lifecycle or customer.lifecycle)
        reason = values.pop("owner_reason", _("Changed through the API"))
        if not values.pop("opener_confirmed", False) and "opener" in values:
            owners.refuse_swap(customer, values["opener"])
        said, told = values.pop("attributes", {}), {"reason": reason, "by": self.person, "at": now}
        customers.edit(customer, seen_version=seen_version, changes=values, attributes=said, **told)
        stage = Lifecycle(lifecycle or customer.lifecycle)
        if churn or stage != customer.lifecycle:
            kept = {"churned_on": customer.churned_on, "churn_reason": customer.churn_reason}
            churn = kept | churn if stage == customer.lifecycle else churn
            _set_lifecycle(customer, stage, churn, reason=why, by=self.person, at=now)
        if ids is not None:
            external_ids.replace(customer, ids, by=self.person, at=now)
        return Response(self.serialize_current(readable(self.person).get(pk=customer_id)))


def _taken(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values.pop(name) for name in names if name in values}


def _refuse_odd_departure(churn: dict[str, Any], before: str, after: str) -> None:
    """When and why a customer left says nothing of one that has not. A day that is emptied is not today, as one that is
    left out of a new departure is: a program that means to take the departure back would make the customer leave."""
    if after != Lifecycle.CHURNED:
        if stray := [name for name, value in churn.items() if value]:
            raise serializers.ValidationError(dict.fromkeys(stray, _("Only with the lifecycle “churned”.")))
    elif churn.get("churned_on", after) is None:
        words = _("Give the day on which it leaves, or set the lifecycle to “live” or “onboarding” to keep it.")
        if before != after:
            words = _("Give the day on which it leaves, or leave this out if it is today.")
        raise serializers.ValidationError({"churned_on": words})


def _set_lifecycle(
    customer: Customer, lifecycle: Lifecycle, churn: dict[str, Any], *, reason: str, by: User, at: datetime
) -> None:
    on, reason = churn.get("churned_on") or Programme.current().calendar.day_of(at), churn.get("churn_reason") or reason
    customers.set_lifecycle(customer, lifecycle=lifecycle, on=on, reason=reason, by=by, at=at)
