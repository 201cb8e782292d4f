"""GET/PATCH customers/{id}/cells/{dimension}/ and …/history/."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body
from core.errors import StaleVersion
from core.models import User
from customers.models import Contact, Customer
from references.actions import cells
from references.actions.cells import EDITABLE, NewEvidence
from references.choices import ChangeSource, EvidenceKind, Status
from references.formats.pasted_blocks import NOTE_LIMIT
from references.models import FORECAST, Cell, CellChange, Dimension, Evidence
from references.reports.counts import Present


class EvidenceSerializer(Body, serializers.ModelSerializer[Evidence]):
    contact = serializers.PrimaryKeyRelatedField(queryset=Contact.objects.present(), allow_null=True, required=False)

    class Meta:
        model = Evidence
        fields = ("kind", "contact", "agreed_on", "valid_until", "url", "note")
        extra_kwargs = {"note": {"max_length": NOTE_LIMIT}}
        validators: list[Any] = []

    def validate_kind(self, kind: str) -> str:
        """Evidence of an import names nobody: only an import may give it, and only to the end of the quarter."""
        if kind == EvidenceKind.IMPORT:
            raise ValidationError(_("Only an import gives evidence of this kind; say in what form the contact agreed."))
        return kind


class CellSerializer(Body, serializers.ModelSerializer[Cell]):
    """A cell. `version` is what the caller saw; a PATCH must name it."""

    dimension = serializers.CharField(source="dimension.key", read_only=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=NOTE_LIMIT)
    owner = serializers.SlugRelatedField(
        slug_field="email", queryset=User.objects.active(), allow_null=True, required=False
    )
    evidence = EvidenceSerializer(allow_null=True, required=False)
    version = serializers.IntegerField(min_value=0)
    updated_by: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        slug_field="email", read_only=True, allow_null=True
    )

    class Meta:
        model = Cell
        fields = (
            "customer", "dimension", "status", "note", "next_action", "next_action_due", "owner", "forecast_on",
            "forecast_confidence", "blocker", "evidence", "version", "updated_at", "updated_by",
        )  # fmt: skip
        read_only_fields = ("customer", "updated_at")

    def to_internal_value(self, data: Any) -> Any:
        """Evidence that comes back as it was read is not given once more: the cell keeps it, with its file and day."""
        if isinstance(data, Mapping) and "evidence" in data and self.instance is not None:
            held = self.instance.evidence
            if held is not None and data["evidence"] == dict(EvidenceSerializer(held).data):
                data = {name: value for name, value in data.items() if name != "evidence"}
            elif held is not None and data["evidence"] is None and data.get("status", Status.GREEN) == Status.GREEN:
                words = _("A Green keeps its evidence: withdraw the consent, or set another status.")
                raise serializers.ValidationError({"evidence": words})
        return super().to_internal_value(data)


class CellChangeSerializer(serializers.ModelSerializer[CellChange]):
    """The cell as it stood after a change; `cursor` counts changes in the order in which they were written."""

    dimension = serializers.CharField(source="dimension.key")
    by: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        slug_field="email", read_only=True, allow_null=True
    )
    owner: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        slug_field="email", read_only=True, allow_null=True
    )
    evidence = EvidenceSerializer(allow_null=True)

    class Meta:
        model = CellChange
        fields = (
            "id", "customer", "dimension", "version", "recorded_at", "by", "source", "reason", "status_before",
            "status", "note", "next_action", "next_action_due", "owner", "forecast_on", "forecast_confidence",
            "blocker", "evidence",
        )  # fmt: skip


class CellChangesSerializer(serializers.Serializer[Any]):
    results = CellChangeSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class CellView(Endpoint):
    """Finds the cell an address names; an unwritten one is blank with version 0."""

    def cell(self, customer_id: int, dimension_key: str) -> Cell:
        customer = get_object_or_404(Customer.objects.visible_to(self.person).unmerged(), pk=customer_id)
        dimension = get_object_or_404(Dimension.objects.shown(), key=dimension_key)
        return Cell.objects.of(customer, dimension)

    def serialize_current(self, cell: Cell) -> Any:
        return CellSerializer(cell).data


class CellDetail(CellView):
    permissions = {"GET": "references.view_grid", "PATCH": "references.edit_cell"}

    @extend_schema(operation_id="cells_retrieve", responses=CellSerializer)
    def get(self, request: Request, customer_id: int, dimension_key: str) -> Response:
        return Response(self.serialize_current(self.cell(customer_id, dimension_key)))

    @extend_schema(operation_id="cells_update", request=CellSerializer(partial=True), responses=CellSerializer)
    def patch(self, request: Request, customer_id: int, dimension_key: str) -> Response:
        cell = self.cell(customer_id, dimension_key)
        self.permit("references.edit_cell", cell.customer)
        values = self.received(CellSerializer, instance=cell, partial=True)
        if "version" not in values:
            raise StaleVersion(_("Name the version of the cell that you have seen."), current=cell)
        _refuse_forecast(cell, values, at=timezone.now())
        cell = cells.edit(
            cell,
            seen_version=values["version"],
            changes={name: value for name, value in values.items() if name in EDITABLE},
            evidence=new_evidence(values.get("evidence")),
            source=ChangeSource.API,
            by=self.person,
            at=timezone.now(),
        )
        return Response(self.serialize_current(cell))


class CellHistory(CellView):
    permissions = {"GET": "references.view_grid"}
    query = [PageQuery]

    @extend_schema(operation_id="cells_history", responses=CellChangesSerializer)
    def get(self, request: Request, customer_id: int, dimension_key: str) -> Response:
        cell = self.cell(customer_id, dimension_key)
        rows = CellChange.objects.filter(customer=cell.customer, dimension=cell.dimension)
        rows = rows.select_related("dimension", "by", "owner", "evidence")
        return paged(request, rows, order=("-pk",), serialize=written_changes)


def written_changes(rows: list[CellChange]) -> list[Any]:
    return list(CellChangeSerializer(rows, many=True).data)


def _refuse_forecast(cell: Cell, values: dict[str, Any], *, at: datetime) -> None:
    """Only the pay trigger has a forecast; one that is kept from the time when the cell was it may stand."""
    new = [name for name in FORECAST if values.get(name) and values[name] != getattr(cell, name)]
    if new and cell.dimension_id != Present.seen(at).definition.dimension_id:
        raise ValidationError(dict.fromkeys(new, _("Only a cell of the pay trigger has a forecast.")))


def new_evidence(values: dict[str, Any] | None) -> NewEvidence | None:
    """What the actions call the evidence that was sent."""
    return NewEvidence(**values) if values else None
