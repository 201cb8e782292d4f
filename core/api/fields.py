"""What a caller writes is read as it stands. The framework's fields also read 1_0 as ten, 1e3 as a thousand, the digits
of other scripts, and weeks for days."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(DATE.pattern + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")


class Amount(serializers.DecimalField):
    """A number with decimals: in JSON a number, or its digits with a point."""

    default_error_messages = {"invalid": _("Write the number in digits, with a point before the decimals: 1234.50.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and not DECIMAL.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day, YYYY-MM-DD."""

    default_error_messages = {"invalid": _("Write the day as YYYY-MM-DD.")}

    def to_internal_value(self, value: Any) -> Any:
        if not (isinstance(value, str) and DATE.fullmatch(value)):
            self.fail("invalid")
        return super().to_internal_value(value)


class Moment(serializers.DateTimeField):
    """Date and time, as ISO 8601 writes them."""

    default_error_messages = {"invalid": _("Write date and time as ISO 8601 does: 2026-01-31T09:30:00Z.")}

    def to_internal_value(self, value: Any) -> Any:
        if not (isinstance(value, str) and TIME.fullmatch(value)):
            self.fail("invalid")
        return super().to_internal_value(value)
