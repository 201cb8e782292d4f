"""A customer as the API writes and reads it, with its cells, its attributes and what it is worth."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from core.api.parsing import Body
from core.models import User
from core.texts import CONTROL
from customers.choices import OwnerRole
from customers.forms import checked_domain, checked_revenue, one_line
from customers.models import Attribute, Customer, ExternalId
from customers.reports.attributes import by_key
from references.choices import Characteristic
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
        value = serializers.CharField(max_length=200, allow_blank=True)
        super().__init__(child=value, required=False, **options)

    def get_attribute(self, customer: Customer) -> dict[str, str]:
        keys, said = self.context["attributes"]
        return {key: said.get(customer.pk, {}).get(key, "") for key in keys}

    def to_internal_value(self, data: Any) -> dict[str, str]:
        received = super().to_internal_value(data)
        if garbled := [key for key, value in received.items() if CONTROL.search(value)]:
            raise serializers.ValidationError(dict.fromkeys(garbled, _("This text contains control characters.")))
        if unknown := received.keys() - set(Attribute.objects.active().values_list("key", flat=True)):
            raise serializers.ValidationError(dict.fromkeys(unknown, _("There is no such attribute in use.")))
        return {key: one_line(value) for key, value in received.items()}


class CustomerSerializer(Body, serializers.ModelSerializer[Customer]):
    """A customer; `cells` maps every dimension key to its status and version, 0 where nobody has written yet."""

    external_ids = ExternalIdSerializer(
        many=True,
        required=False,
        help_text="What other systems call the customer. The list replaces all that stand there: send those that are "
        "to stay, too, and the version they were read with. If they change, the version rises.",
    )
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
