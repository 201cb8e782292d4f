"""GET dimensions/: the columns of the grid."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from references.models import Dimension


class DimensionSerializer(serializers.ModelSerializer[Dimension]):
    class Meta:
        model = Dimension
        fields = ("key", "name", "group", "definition", "needs_evidence", "evidence_days")


class DimensionsSerializer(serializers.Serializer[dict[str, object]]):
    results = DimensionSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class Dimensions(Endpoint):
    """All dimensions in use, in the order of the grid; there are few, so they come on one page."""

    permissions = {"GET": "references.view_grid"}

    @extend_schema(operation_id="dimensions_list", responses=DimensionsSerializer)
    def get(self, request: Request) -> Response:
        rows = DimensionSerializer(Dimension.objects.shown(), many=True).data
        return Response({"results": rows, "next": None})
