"""GET rankings/: who stands where in a quarter, as far as the token's person may see it."""

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import PageQuery
from core.api.parsing import asked
from core.choices import Role
from core.forms import refused_by_name
from core.models import Programme
from references.choices import RankedBy
from references.filters.rankings import RankingSearch
from references.reports import rankings as report


class RankingSerializer(serializers.Serializer[Any]):
    """A person's or a team's line; of a team `person` is null.

    `share` is the share of high-impact customers among those submitted, in percent. `deals_helped` counts the deals won
    that references of theirs had referred; no place goes by it. `active` counts a team's people who have credit,
    `people` all who take part; that is null for who may not know how many did nothing.
    """

    place = serializers.IntegerField()
    person = serializers.CharField(source="person.email", default=None, allow_null=True)
    name = serializers.CharField()
    team = serializers.CharField()
    submitted = serializers.IntegerField(source="figures.submitted")
    accepted = serializers.IntegerField(source="figures.accepted")
    enrolled = serializers.IntegerField(source="figures.enrolled")
    high_impact = serializers.IntegerField(source="figures.high_impact")
    share = serializers.IntegerField(source="figures.share", allow_null=True)
    deals_helped = serializers.IntegerField(source="figures.deals")
    is_top = serializers.BooleanField()
    is_bottom = serializers.BooleanField()
    level = serializers.CharField(source="level.name", default=None, allow_null=True)
    active = serializers.IntegerField(allow_null=True)
    people = serializers.IntegerField(allow_null=True)


class RankingsSerializer(serializers.Serializer[Any]):
    quarter = serializers.CharField()
    results = RankingSerializer(many=True)
    next = serializers.CharField(allow_null=True)


QUARTER: Final = (
    "Like 2026-Q3; the running one if left out. From the quarter in which somebody first nominated to the running one; "
    "any other is refused with 400."
)


class RankingQuery(PageQuery):
    """`quarter` like 2026-Q3, the running one if left out; `by` person or team; `q` words of a name or an address."""

    quarter = serializers.CharField(required=False, max_length=7, help_text=QUARTER)
    by = serializers.ChoiceField(choices=RankedBy.choices, required=False, default=RankedBy.PERSON.value)
    q = serializers.CharField(required=False, max_length=200, allow_blank=True, default="")
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    team = serializers.CharField(required=False, max_length=100, help_text="One that somebody is in, else 400.")

    def validate_cursor(self, cursor: str) -> str:
        if cursor and not cursor.isdecimal():
            raise serializers.ValidationError(_("This cursor does not belong to this list; start again without one."))
        return cursor


class Rankings(Endpoint):
    permissions = {"GET": "references.view_rankings"}
    query = [RankingQuery]

    @extend_schema(operation_id="rankings_list", responses=RankingsSerializer)
    def get(self, request: Request) -> Response:
        query = asked(request, RankingQuery)
        quarters = report.quarters(Programme.current().calendar, at=timezone.now())
        search = RankingSearch(request.query_params, quarters=quarters)
        if unknown := refused_by_name(search):
            raise serializers.ValidationError(unknown)
        ranking = report.seen_by(self.person, search.chosen, search.wanted)
        page = report.page_of(ranking.rows, cursor=query.get("cursor", ""), size=query["limit"])
        results = RankingSerializer(page.rows, many=True).data
        return Response({"quarter": search.chosen.label, "results": results, "next": page.next})
