"""GET/POST cases/ and GET/PATCH cases/{id}/: support cases."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body, RowId, asked
from customers.actions import support_cases
from customers.forms import one_line
from customers.models import Customer, SupportCase
from references.api.customer_serializers import OwnerField


class CaseSerializer(Body, serializers.ModelSerializer[SupportCase]):
    """A support case; `severity` may be empty, `closed_on` is null while it is open, `satisfaction` is 1 to 5."""

    fixed = ("customer",)

    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.unmerged())
    solver = OwnerField()
    version = serializers.IntegerField(required=False, min_value=1)

    class Meta:
        model = SupportCase
        fields = (
            "id", "customer", "contact", "number", "subject", "severity", "is_escalated", "opened_on", "closed_on",
            "satisfaction", "solver", "source", "source_id", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = ("id", "updated_at")
        validators: list[Any] = []

    def validate_number(self, number: str) -> str:
        return one_line(number)


class CasesSerializer(serializers.Serializer[Any]):
    results = CaseSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class CaseQuery(serializers.Serializer[Any]):
    """`customer` is the id of the one whose cases are answered."""

    customer = RowId(required=False)


FILTERS = [
    OpenApiParameter("q", str, description="Number, subject or customer."),
    OpenApiParameter("open", bool, description="Only those that nobody has solved yet."),
    OpenApiParameter("escalated", bool, description="Only open ones that are severe or escalated."),
]


class CaseView(Endpoint):
    """What both addresses share."""

    def serialize_current(self, case: SupportCase) -> Any:
        return CaseSerializer(case).data


class Cases(CaseView):
    permissions = {"GET": "customers.view_cases", "POST": "customers.edit_cases"}
    query = [PageQuery, CaseQuery, *FILTERS]

    @extend_schema(operation_id="cases_list", responses=CasesSerializer)
    def get(self, request: Request) -> Response:
        named, narrowed = request.query_params, asked(request, CaseQuery)
        rows = SupportCase.objects.visible_to(self.person).search(named.get("q", "")).select_related("solver")
        if "customer" in narrowed:
            rows = rows.filter(customer=narrowed["customer"])
        if named.get("open") == "true":
            rows = rows.open()
        if named.get("escalated") == "true":
            rows = rows.escalations()
        return paged(request, rows, order=("pk",), serialize=_written)

    @extend_schema(operation_id="cases_create", request=CaseSerializer, responses={201: CaseSerializer})
    def post(self, request: Request) -> Response:
        values = self.received(CaseSerializer)
        values.pop("version", None)
        case = support_cases.record(values.pop("customer"), values=values, by=self.person, at=timezone.now())
        return Response(CaseSerializer(case).data, status=201)


class CaseDetail(CaseView):
    permissions = {"GET": "customers.view_cases", "PATCH": "customers.edit_cases"}

    def case(self, case_id: int) -> SupportCase:
        return get_object_or_404(SupportCase.objects.visible_to(self.person), pk=case_id)

    @extend_schema(operation_id="cases_retrieve", responses=CaseSerializer)
    def get(self, request: Request, case_id: int) -> Response:
        return Response(CaseSerializer(self.case(case_id)).data)

    @extend_schema(operation_id="cases_update", request=CaseSerializer(partial=True), responses=CaseSerializer)
    def patch(self, request: Request, case_id: int) -> Response:
        case = self.case(case_id)
        values = self.received(CaseSerializer, instance=case, partial=True)
        values.pop("customer", None)
        seen = values.pop("version", case.version)
        case = support_cases.edit(case, changes=values, seen_version=seen, by=self.person, at=timezone.now())
        return Response(CaseSerializer(case).data)


def _written(rows: list[SupportCase]) -> list[Any]:
    return list(CaseSerializer(rows, many=True).data)
