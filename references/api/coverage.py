"""GET coverage/ and POST coverage/: the matrix of two axes, and a target where two values meet."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.parsing import Body
from references.actions import coverage as actions
from references.actions.coverage import MOST_WANTED
from references.models.coverage import VALUE_LENGTH
from references.reports import coverage_matrix as report
from references.reports.counts import Present
from references.reports.coverage_matrix import Axis
from references.rules.coverage import Place


class PlaceSerializer(serializers.Serializer[Place]):
    """Where two values meet; `weight` is the product of both weights (0-9), `missing` counts up to the target."""

    row = serializers.CharField()
    column = serializers.CharField()
    referenceable = serializers.IntegerField()
    high_impact = serializers.IntegerField()
    pipeline = serializers.IntegerField()
    customers = serializers.IntegerField()
    target = serializers.IntegerField(allow_null=True)
    missing = serializers.IntegerField()
    weight = serializers.IntegerField()
    level = serializers.CharField()


class CoverageSerializer(serializers.Serializer[Any]):
    rows = serializers.CharField()
    columns = serializers.CharField()
    axes = serializers.ListField(child=serializers.CharField())
    results = PlaceSerializer(many=True)


class TargetSerializer(Body, serializers.Serializer[Any]):
    """A target where a value of the rows meets one of the columns; null takes it away."""

    rows = serializers.CharField(max_length=60)
    columns = serializers.CharField(max_length=60)
    row = serializers.CharField(max_length=VALUE_LENGTH, allow_blank=True, trim_whitespace=False)
    column = serializers.CharField(max_length=VALUE_LENGTH, allow_blank=True, trim_whitespace=False)
    target = serializers.IntegerField(min_value=0, max_value=MOST_WANTED, allow_null=True)


QUERY = [
    OpenApiParameter("rows", str, description="Key of an axis; industry if left out. `axes` names them all."),
    OpenApiParameter("columns", str, description="Key of another axis; region if left out."),
]


class Coverage(Endpoint):
    permissions = {"GET": "references.view_coverage", "POST": "references.set_coverage"}
    query = QUERY

    @extend_schema(operation_id="coverage_retrieve", responses=CoverageSerializer)
    def get(self, request: Request) -> Response:
        """Every place of the matrix that has customers or a target, whatever its weight.

        The page and its file differ: they show empty places too, and leave out values of weight 0 unless those are
        asked for. No place is answered for a target at a value that no active customer has.
        """
        asked = request.query_params
        rows, columns = _axes(asked.get("rows") or "industry", asked.get("columns") or "region")
        places = report.every_place(rows, columns, now=Present.seen(timezone.now()))
        found = {"rows": rows.key, "columns": columns.key, "axes": [axis.key for axis in report.axes()]}
        return Response(CoverageSerializer(found | {"results": places}).data)

    @extend_schema(operation_id="coverage_target", request=TargetSerializer, responses=PlaceSerializer)
    def post(self, request: Request) -> Response:
        values = self.received(TargetSerializer)
        rows, columns = _axes(values["rows"], values["columns"])
        place = {name: values[name] for name in ("row", "column", "target")}
        actions.set_target(rows, columns_axis=columns, **place, by=self.person, at=timezone.now())
        found = report.place(rows, columns, values["row"], values["column"], now=Present.seen(timezone.now()))
        return Response(PlaceSerializer(found).data)


def _axes(rows: str, columns: str) -> tuple[Axis, Axis]:
    known = {axis.key: axis for axis in report.axes()}
    for name, key in (("rows", rows), ("columns", columns)):
        if key not in known:
            raise serializers.ValidationError({name: _("There is no such axis.")})
    if rows == columns:
        raise serializers.ValidationError({"columns": _("Choose two different ways of looking at the customers.")})
    return known[rows], known[columns]
