"""GET quotas/: where everybody who has a quota stands in a period."""

from functools import partial
from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.choices import Role
from core.forms import refused_by_name
from core.models import User
from references.choices import QuotaMode, QuotaVerdict
from references.filters import QuotaFilter
from references.filters.quotas import SHOWN, SORTS
from references.reports import quotas as report
from references.reports.quotas import Sheet


class QuotaOverrideSerializer(serializers.Serializer[Any]):
    """Who lifted the person's quota for the period, and why."""

    by = serializers.EmailField(source="by.email")
    recorded_at = serializers.DateTimeField()
    reason = serializers.CharField()


class QuotaSerializer(serializers.Serializer[Any]):
    """One person; `roles` are those with a quota, `lifted` is null unless sales management lifted it.

    Whose quota was lifted stays here when the roles have none any more: `quota` is 0 then, `percent` null.
    """

    person = serializers.EmailField(source="person.email")
    name = serializers.CharField(source="person.name")
    roles = serializers.SerializerMethodField()
    team = serializers.CharField(source="person.team")
    region = serializers.CharField(source="person.region")
    quota = serializers.IntegerField()
    accepted = serializers.IntegerField()
    missing = serializers.IntegerField(source="standing.missing")
    percent = serializers.IntegerField(allow_null=True)
    standing = serializers.ChoiceField(choices=QuotaVerdict.choices, source="standing.verdict")
    lifted = QuotaOverrideSerializer(source="override", allow_null=True)

    @extend_schema(responses=serializers.ListField(child=serializers.ChoiceField(choices=Role.choices)))
    def get_roles(self, row: report.Row) -> list[str]:
        numbers = self.context["sheet"].policy.numbers
        return [role for role in Role.values if role in row.person.roles and role in numbers]


class QuotasSerializer(serializers.Serializer[Any]):
    """`period` is the quarter or year, `mode` what follows for who is under quota."""

    period = serializers.CharField()
    mode = serializers.ChoiceField(choices=QuotaMode.choices)
    results = QuotaSerializer(many=True)
    next = serializers.CharField(allow_null=True)


PERIOD: Final = (
    f"The running period if left out, or one of the {report.PERIODS_BACK} before it: 2026-Q4 where quotas are per "
    "quarter, 2026 where they are per year. Any other is refused with 400."
)


class Quotas(Endpoint):
    """As the report and its export show them; a past period is measured by what held at its end."""

    permissions = {"GET": "references.view_quotas"}
    query = [
        PageQuery,
        OpenApiParameter("period", str, description=PERIOD),
        OpenApiParameter("q", str, description="Words of a name or an address."),
        OpenApiParameter("role", str, enum=Role.values),
        OpenApiParameter("team", str),
        OpenApiParameter("show", str, enum=[value for value, _label in SHOWN if value], description="Or everybody."),
        OpenApiParameter("sort", str, enum=[name for name in SORTS if name], description="By name if left out."),
    ]

    @extend_schema(operation_id="quotas_list", responses=QuotasSerializer)
    def get(self, request: Request) -> Response:
        narrowed = QuotaFilter(request.query_params, at=timezone.now())
        if unknown := refused_by_name(narrowed.form):
            raise serializers.ValidationError(unknown)
        sheet = narrowed.sheet
        page = paged(request, narrowed.rows, order=narrowed.order, serialize=partial(_standings, sheet))
        return Response({"period": sheet.period.label, "mode": sheet.policy.mode, **page.data})


def _standings(sheet: Sheet, people: list[User]) -> list[Any]:
    return list(QuotaSerializer(report.rows_of(sheet, people), many=True, context={"sheet": sheet}).data)
