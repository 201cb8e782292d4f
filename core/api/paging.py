"""Pages of the API: {"results": […], "next": CURSOR or null}."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import asked
from core.paging import keyset_page

DEFAULT_LIMIT, MAX_LIMIT = 100, 500


class PageQuery(serializers.Serializer[Any]):
    """`limit` rows (1 to 500, 100 if left out) after `cursor`, the `next` of the page before; empty for the first."""

    cursor = serializers.CharField(required=False, max_length=2000, allow_blank=True)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


def paged(
    request: Request,
    rows: QuerySet[Any, Any],
    *,
    order: Sequence[str],
    serialize: Callable[[list[Any]], list[Any]],
) -> Response:
    """One page of rows in the order given, each as `serialize` writes them (all of a page at once)."""
    query = asked(request, PageQuery)
    cursor = query.get("cursor")
    page = keyset_page(rows, order=order, cursor=cursor, size=query["limit"])
    if cursor and page.previous is None and page.rows:
        raise ValidationError({"cursor": gettext("This cursor does not belong to this list; start again without one.")})
    return Response({"results": serialize(page.rows), "next": page.next})
