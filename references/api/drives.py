"""GET drives/, drives/{id}/ and drives/{id}/people/: who was asked in which month, and who answered."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from references.choices import DriveAnswer, DriveSplit, DriveState
from references.filters import CohortMemberFilter
from references.models import CohortMember, Drive
from references.reports import drives as report


class TallySerializer(serializers.Serializer[Any]):
    """What came of asking; `percent` of those asked have answered, null where nobody was asked."""

    people = serializers.IntegerField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True)
    nominations = serializers.IntegerField()


class DriveSerializer(serializers.Serializer[Any]):
    """A drive; people are asked month by month, and nobody before it has begun."""

    id = serializers.IntegerField(source="drive.pk")
    name = serializers.CharField(source="drive.name")
    state = serializers.ChoiceField(choices=DriveState.choices)
    split = serializers.ChoiceField(choices=DriveSplit.choices, source="drive.split")
    first_month = serializers.DateField(source="drive.first_month")
    months = serializers.IntegerField(source="drive.months")
    roles = serializers.ListField(child=serializers.CharField(), source="drive.roles")
    closes_at = serializers.DateTimeField(source="drive.closes_at")
    begun_at = serializers.DateTimeField(source="drive.begun_at", allow_null=True)
    ended_at = serializers.DateTimeField(source="drive.ended_at", allow_null=True)
    end_reason = serializers.CharField(source="drive.end_reason")
    tally = TallySerializer()


class CohortSerializer(serializers.Serializer[Any]):
    """One month: the letters, teams or regions whose people are asked in it, and what came of it."""

    month = serializers.DateField(source="cohort.month")
    group = serializers.CharField(source="cohort.label")
    asked_on = serializers.DateField(
        allow_null=True,
        help_text="When the first of its people were asked; before, when they are to be, on a working day. "
        "Null where nobody was and nobody will be.",
    )
    tally = TallySerializer()


class DriveDetailSerializer(DriveSerializer):
    """A drive with its months."""

    cohorts = CohortSerializer(many=True)


class DrivePersonSerializer(serializers.Serializer[Any]):
    """One person in a drive; `month` is null for who was left out. `nominations` are those that answer the drive."""

    person = serializers.EmailField(source="person.email")
    name = serializers.CharField(source="person.name")
    team = serializers.CharField(source="person.team")
    region = serializers.CharField(source="person.region")
    is_active = serializers.BooleanField(source="person.is_active")
    month = serializers.DateField(source="cohort.month", default=None, allow_null=True)
    group = serializers.CharField(source="cohort.label", default="")
    asked_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.ChoiceField(choices=DriveAnswer.choices)
    answered_at = serializers.DateTimeField(
        source="told_at", allow_null=True, help_text="When the first of the nominations came, or “nothing this time”."
    )
    note = serializers.CharField()
    nominations = serializers.IntegerField(source="nominated")


class DrivesSerializer(serializers.Serializer[Any]):
    results = DriveSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class DrivePeopleSerializer(serializers.Serializer[Any]):
    results = DrivePersonSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class Drives(Endpoint):
    permissions = {"GET": "references.view_drives"}
    query = [PageQuery, OpenApiParameter("q", str, description="Words of its name.")]

    @extend_schema(operation_id="drives_list", responses=DrivesSerializer)
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "")[:120].strip()
        rows = Drive.objects.visible_to(self.person).filter(name__icontains=text)
        return paged(request, rows, order=("pk",), serialize=_lines)


class DriveView(Endpoint):
    """What the addresses of one drive share."""

    permissions = {"GET": "references.view_drives"}

    def drive(self, drive_id: int) -> Drive:
        return get_object_or_404(Drive.objects.visible_to(self.person), pk=drive_id)


class DriveDetail(DriveView):
    @extend_schema(operation_id="drives_retrieve", responses=DriveDetailSerializer)
    def get(self, request: Request, drive_id: int) -> Response:
        drive, at = self.drive(drive_id), timezone.now()
        months = CohortSerializer(report.months(drive, at=at), many=True).data
        return Response({**_lines([drive])[0], "cohorts": months})


class DrivePeople(DriveView):
    """As the drive's page and its export show them: who was left out only if that is asked for."""

    query = [
        PageQuery,
        OpenApiParameter("q", str, description="Words of a name, an address or a team."),
        OpenApiParameter("month", str, description="A month of the drive, like 2026-11."),
        OpenApiParameter("answer", str, enum=DriveAnswer.values, description="What came of asking."),
    ]

    @extend_schema(operation_id="drives_people", responses=DrivePeopleSerializer)
    def get(self, request: Request, drive_id: int) -> Response:
        drive = self.drive(drive_id)
        narrowed = CohortMemberFilter(request.query_params, drive=drive)
        if not narrowed.form.is_valid():
            raise serializers.ValidationError(narrowed.form.errors)
        return paged(request, narrowed.rows, order=("pk",), serialize=_people)


def _lines(rows: list[Drive]) -> list[Any]:
    return list(DriveSerializer(report.lines(rows, at=timezone.now()), many=True).data)


def _people(rows: list[CohortMember]) -> list[Any]:
    return list(DrivePersonSerializer(rows, many=True).data)
