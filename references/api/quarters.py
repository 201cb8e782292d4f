"""GET quarters/, quarters/{label}/, …/entries/ and POST …/close/."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery, paged
from core.api.parsing import Body
from core.quarters import Quarter
from references.actions import closings
from references.choices import QuarterState
from references.models import Closing, ClosingEntry
from references.reports import entries, forecasts
from references.reports.counts import Present
from references.reports.quarters import QuarterFacts, listed, state


class DefinitionSerializer(serializers.Serializer[Any]):
    """The pay trigger's dimension key, whether a Green needs evidence, and the quarter from which this holds."""

    dimension = serializers.CharField(source="dimension.key")
    evidence_needed = serializers.BooleanField()
    from_quarter = serializers.CharField()


class ClosingSerializer(serializers.Serializer[Any]):
    """The closed count, the one after approved corrections, and the SHA-256 seal over both rows and verdicts."""

    count = serializers.IntegerField(source="closing.count")
    corrected_count = serializers.IntegerField(source="corrected")
    closed_at = serializers.DateTimeField(source="closing.closed_at")
    closed_by = serializers.CharField(source="closing.closed_by.email", default=None, allow_null=True)
    customers = serializers.IntegerField(source="closing.customers")
    seal = serializers.CharField(source="closing.seal")


class QuarterSerializer(serializers.Serializer[Any]):
    """A quarter; `now` and `forecast` are null once it is closed, `closing` is null until then.

    The coming quarter has both as well, counted today by its own definition; one further ahead has neither yet.
    `opening` is the corrected count of the quarter before, of a closed quarter as it stood at its closing; it is null
    until the quarter begins.
    """

    label = serializers.CharField()  # type: ignore[assignment]
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    state = serializers.ChoiceField(choices=QuarterState.choices)
    opening = serializers.IntegerField(allow_null=True)
    now = serializers.IntegerField(allow_null=True)
    forecast = serializers.SerializerMethodField()
    target = serializers.IntegerField(allow_null=True)
    definition = DefinitionSerializer()
    closing = serializers.SerializerMethodField()

    def get_forecast(self, facts: QuarterFacts) -> int | None:
        now: Present = self.context["now"]
        return None if facts.now is None else forecasts.outlook(facts.quarter, now=now).forecast

    @extend_schema(responses=ClosingSerializer(allow_null=True))
    def get_closing(self, facts: QuarterFacts) -> Any:
        return ClosingSerializer(facts).data if facts.closing else None


class QuartersSerializer(serializers.Serializer[Any]):
    results = QuarterSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class EntrySerializer(serializers.ModelSerializer[ClosingEntry]):
    """One customer's verdict as it was closed. `corrected_to` is the one that the last approved correction gave, null
    where there is none; who was recorded after the quarter has no entry, even if a correction put them in.

    `change` is the id of the cell change that was in force.
    """

    corrected_to = serializers.BooleanField(source="corrected", allow_null=True, read_only=True)

    class Meta:
        model = ClosingEntry
        fields = (
            "customer", "name", "is_referenceable", "corrected_to", "reason", "statuses", "change", "valid_until",
            "lifecycle", "industry", "region", "size_band", "products", "csm_name",
        )  # fmt: skip


class EntriesSerializer(serializers.Serializer[Any]):
    results = EntrySerializer(many=True)
    next = serializers.CharField(allow_null=True)


def facts_of(label: str, now: Present) -> QuarterFacts:
    """The quarter a label names; 404 on a label that is none."""
    try:
        return state(label, now)
    except ValueError as problem:
        raise Http404(str(problem))


def written(facts: QuarterFacts, now: Present) -> Any:
    return QuarterSerializer(facts, context={"now": now}).data


class Quarters(Endpoint):
    """From the first quarter with a customer to the running one, or to the last that has a target; oldest first, and on
    one page, as they are few."""

    permissions = {"GET": "references.view_quarter"}

    @extend_schema(operation_id="quarters_list", responses=QuartersSerializer)
    def get(self, request: Request) -> Response:
        now = Present.seen(timezone.now())
        results = [written(facts, now) for facts in reversed(listed(now))]
        return Response({"results": results, "next": None})


class QuarterDetail(Endpoint):
    permissions = {"GET": "references.view_quarter"}

    @extend_schema(operation_id="quarters_retrieve", responses=QuarterSerializer)
    def get(self, request: Request, label: str) -> Response:
        now = Present.seen(timezone.now())
        return Response(written(facts_of(label, now), now))


class QuarterEntries(Endpoint):
    """The verdict of every customer in a closed quarter."""

    permissions = {"GET": "references.view_quarter"}
    query = [PageQuery]

    @extend_schema(operation_id="quarters_entries", responses=EntriesSerializer)
    def get(self, request: Request, label: str) -> Response:
        rows = entries.verdicts(get_object_or_404(Closing, quarter=label))
        return paged(request, rows, order=("customer_id",), serialize=_entries)


class QuarterClose(Endpoint):
    """Close a quarter that has ended."""

    permissions = {"POST": "references.close_quarter"}

    @extend_schema(operation_id="quarters_close", request=None, responses={201: QuarterSerializer})
    def post(self, request: Request, label: str) -> Response:
        # It needs no body, so that the empty form many clients send by themselves is no reason to refuse.
        if request.content_type == "application/json":
            self.received(Body)
        now = Present.seen(timezone.now())
        facts = facts_of(label, now)
        closings.close(Quarter.parse(facts.label), by=self.person, at=now.at)
        return Response(written(state(label, now), now), status=201)


def _entries(rows: list[ClosingEntry]) -> list[Any]:
    return list(EntrySerializer(rows, many=True).data)
