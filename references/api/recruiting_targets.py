"""GET recruiting-targets/: how many new references are aimed at in each quarter, and how many came."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from references.reports import recruiting_targets as report


class RecruitingTargetSerializer(serializers.Serializer[Any]):
    """The target that holds for a quarter. `enrolled` counts customers of whom a nomination was enrolled in it, each
    once; `high_impact` are those of them in tier A. Nobody's pay follows from it."""

    quarter = serializers.CharField(source="target.quarter")
    target = serializers.IntegerField(source="target.count")
    enrolled = serializers.IntegerField()
    high_impact = serializers.IntegerField()
    missing = serializers.IntegerField()
    is_reached = serializers.BooleanField()
    is_over = serializers.BooleanField()
    reason = serializers.CharField(source="target.reason")
    set_by = serializers.CharField(source="target.by.email", default=None, allow_null=True)
    set_at = serializers.DateTimeField(source="target.recorded_at")


class RecruitingTargetsSerializer(serializers.Serializer[Any]):
    results = RecruitingTargetSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class RecruitingTargets(Endpoint):
    """The latest quarter first; on one page, as they are few."""

    permissions = {"GET": "references.view_nominations"}

    @extend_schema(operation_id="recruiting_targets_list", responses=RecruitingTargetsSerializer)
    def get(self, request: Request) -> Response:
        found = report.standing(at=timezone.now())
        return Response({"results": RecruitingTargetSerializer(found, many=True).data, "next": None})
