"""GET changes/?since=CURSOR: what happened to cells, oldest first."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import Endpoint
from core.api.paging import DEFAULT_LIMIT, MAX_LIMIT
from core.api.parsing import asked
from references.api.cells import CellChangesSerializer, written_changes
from references.reports import changes


class ChangesQuery(serializers.Serializer[Any]):
    """Changes after `since`: the `next` of an earlier answer, or the `id` of a change; 0 is the beginning."""

    since = serializers.RegexField(r"^[0-9]{1,18}(\.[0-9]{1,9})?$", required=False, default="0")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


class Changes(Endpoint):
    """`next` is the cursor to ask with the next time; null says that nothing has come after `since` yet.

    A reader misses no change, but may see one twice when two were written at the same moment.
    """

    permissions = {"GET": "references.view_grid"}
    query = [ChangesQuery]

    @extend_schema(operation_id="changes_list", responses=CellChangesSerializer)
    def get(self, request: Request) -> Response:
        query = asked(request, ChangesQuery)
        since = query["since"]
        cursor = changes.Cursor.parse(since) if "." in since else changes.cursor_after(int(since))
        found = changes.page(cursor, limit=query["limit"])
        if found is None:
            return Response({"results": [], "next": None})
        return Response({"results": written_changes(found.rows), "next": str(found.cursor)})
