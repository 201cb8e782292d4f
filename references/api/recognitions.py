"""GET recognitions/ and GET recognitions/{id}/: letters that the token's person may read."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from references.choices import RecognitionState
from references.filters import RecognitionFilter
from references.filters.recognitions import STATES
from references.models import Recognition
from references.reports.recognitions import listed


class RecognitionSerializer(serializers.ModelSerializer[Recognition]):
    """A letter. `published` says that it stands on the programme's board, or will once it is signed."""

    person = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    signer = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    drafted_by = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    state = serializers.ChoiceField(choices=RecognitionState.choices, read_only=True)

    class Meta:
        model = Recognition
        fields = (
            "id", "person", "signer", "nomination", "quarter", "subject", "text", "state", "published", "drafted_by",
            "drafted_at", "signed_at", "mailed_at", "published_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class RecognitionsSerializer(serializers.Serializer[Any]):
    results = RecognitionSerializer(many=True)
    next = serializers.CharField(allow_null=True)


FILTERS = [
    OpenApiParameter("q", str, description="Words of the letter, or a name."),
    OpenApiParameter("state", str, enum=[value for value, _label in STATES], description="All but withdrawn ones."),
    OpenApiParameter("mine", bool, description="Written to the token's person."),
]


class Recognitions(Endpoint):
    permissions = {"GET": "references.view_board"}
    query = [PageQuery, *FILTERS]

    @extend_schema(operation_id="recognitions_list", responses=RecognitionsSerializer)
    def get(self, request: Request) -> Response:
        narrowed = RecognitionFilter(request.query_params, user=self.person)
        if not narrowed.form.is_valid():
            raise serializers.ValidationError(narrowed.form.errors)
        return paged(request, listed(narrowed.rows), order=("pk",), serialize=_written)


class RecognitionDetail(Endpoint):
    permissions = {"GET": "references.view_board"}

    @extend_schema(operation_id="recognitions_retrieve", responses=RecognitionSerializer)
    def get(self, request: Request, recognition_id: int) -> Response:
        rows = listed(Recognition.objects.visible_to(self.person))
        return Response(_written([get_object_or_404(rows, pk=recognition_id)])[0])


def _written(rows: list[Recognition]) -> list[Any]:
    return list(RecognitionSerializer(rows, many=True).data)
