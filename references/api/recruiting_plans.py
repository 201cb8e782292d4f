"""GET/POST recruiting-plans/ and GET/PATCH recruiting-plans/{id}/."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body
from core.models import Programme, User
from customers.models import Customer
from references.actions import recruiting_plans
from references.choices import ImpactTier, PlanState
from references.filters import RecruitingPlanFilter
from references.filters.recruiting_plans import STATES
from references.models import Dimension, RecruitingPlan
from references.models.nomination import LONGEST_TEXT


class RecruitingPlanSerializer(Body, serializers.ModelSerializer[RecruitingPlan]):
    """A plan for one customer. `dimensions` are keys of at least one kind of reference that we want.

    `next_step` and `due_on` go together. Without an `owner` a new plan is followed by the token's person. An open plan
    is closed on its page, by a person.
    """

    fixed = ("customer",)

    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.unmerged())
    owner = serializers.SlugRelatedField[Any](slug_field="email", queryset=User.objects.active(), required=False)
    dimensions = serializers.SlugRelatedField[Any](
        slug_field="key", many=True, allow_empty=False, queryset=Dimension.objects.filter(is_active=True)
    )
    state = serializers.ChoiceField(choices=PlanState.choices, read_only=True)
    version = serializers.IntegerField(required=False, min_value=1)

    class Meta:
        model = RecruitingPlan
        fields = (
            "id", "customer", "owner", "dimensions", "people", "way", "offer", "next_step", "due_on", "state",
            "close_reason", "closed_at", "created_at", "changed_at", "version",
        )  # fmt: skip
        read_only_fields = ("id", "close_reason", "closed_at", "created_at", "changed_at")
        extra_kwargs = {name: {"max_length": LONGEST_TEXT} for name in ("people", "way", "offer")}
        validators: list[Any] = []


class RecruitingPlansSerializer(serializers.Serializer[Any]):
    results = RecruitingPlanSerializer(many=True)
    next = serializers.CharField(allow_null=True)


FILTERS = [
    OpenApiParameter("q", str, description="Customer, who follows it, whom we need to meet, or the next step."),
    OpenApiParameter("state", str, enum=[value for value, _label in STATES], description="Open ones if left out."),
    OpenApiParameter("owner", int, description="Id of the person who follows it."),
    OpenApiParameter("tier", str, enum=ImpactTier.values, description="Impact of the customer."),
    OpenApiParameter("mine", bool, description="Followed by the token's person."),
    OpenApiParameter("overdue", bool, description="The day of the next step has passed."),
    OpenApiParameter("customer", int, description="Id of a customer."),
]


class RecruitingPlanView(Endpoint):
    """What both addresses share."""

    def serialize_current(self, plan: RecruitingPlan) -> Any:
        return RecruitingPlanSerializer(plan).data


class RecruitingPlans(RecruitingPlanView):
    permissions = {"GET": "references.view_plans", "POST": "references.write_plan"}
    query = [PageQuery, *FILTERS]

    @extend_schema(operation_id="recruiting_plans_list", responses=RecruitingPlansSerializer)
    def get(self, request: Request) -> Response:
        today = Programme.current().calendar.day_of(timezone.now())
        narrowed = RecruitingPlanFilter(request.query_params, user=self.person, today=today)
        if not narrowed.form.is_valid():
            raise serializers.ValidationError(narrowed.form.errors)
        rows = narrowed.rows.select_related("owner").prefetch_related("dimensions")
        return paged(request, rows, order=("pk",), serialize=_written)

    @extend_schema(
        operation_id="recruiting_plans_create",
        request=RecruitingPlanSerializer,
        responses={201: RecruitingPlanSerializer},
    )
    def post(self, request: Request) -> Response:
        values = self.received(RecruitingPlanSerializer)
        values.pop("version", None)
        plan = recruiting_plans.begin(values.pop("customer"), values=values, by=self.person, at=timezone.now())
        return Response(RecruitingPlanSerializer(plan).data, status=201)


class RecruitingPlanDetail(RecruitingPlanView):
    permissions = {"GET": "references.view_plans", "PATCH": "references.write_plan"}

    def plan(self, plan_id: int) -> RecruitingPlan:
        rows = RecruitingPlan.objects.visible_to(self.person).select_related("owner")
        return get_object_or_404(rows, pk=plan_id)

    @extend_schema(operation_id="recruiting_plans_retrieve", responses=RecruitingPlanSerializer)
    def get(self, request: Request, plan_id: int) -> Response:
        return Response(RecruitingPlanSerializer(self.plan(plan_id)).data)

    @extend_schema(
        operation_id="recruiting_plans_update",
        request=RecruitingPlanSerializer(partial=True),
        responses=RecruitingPlanSerializer,
    )
    def patch(self, request: Request, plan_id: int) -> Response:
        plan = self.plan(plan_id)
        values = self.received(RecruitingPlanSerializer, instance=plan, partial=True)
        values.pop("customer", None)
        seen = values.pop("version", plan.version)
        plan = recruiting_plans.edit(plan, seen_version=seen, changes=values, by=self.person, at=timezone.now())
        return Response(RecruitingPlanSerializer(plan).data)


def _written(rows: list[RecruitingPlan]) -> list[Any]:
    return list(RecruitingPlanSerializer(rows, many=True).data)
