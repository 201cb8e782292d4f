"""Bodies of requests."""

from typing import Any

from django.utils.translation import gettext
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class BodyParser(JSONParser):
    """JSON; one that is nested too deeply to be read is refused like any other that is not well-formed."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as depth:
            raise ParseError(gettext("The JSON is nested too deeply.")) from depth
