"""Both sides where two people complete one nomination at the same time."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from customers.reports import conflicts
from customers.reports.conflicts import Conflict
from references.choices import Willingness
from references.models import Dimension, Nomination


def of_nomination(
    current: Nomination, typed: Mapping[str, Any], willingness: Mapping[Dimension, str], *, labels: Mapping[str, str]
) -> list[Conflict]:
    """The facts by the `labels` of their fields, then each kind of reference of which the two believe differently: what
    the other added, and what the person would drop, too."""
    held = {row.dimension: row.willingness for row in current.dimensions.select_related("dimension")}
    kinds = sorted({*held, *willingness}, key=lambda one: (one.position, one.pk))
    return conflicts.of_row(current, typed, labels) + [
        Conflict(str(one), _in_words(held.get(one)), _in_words(willingness.get(one)))
        for one in kinds
        if held.get(one) != willingness.get(one)
    ]


def _in_words(will: str | None) -> str:
    return str(Willingness(will).label) if will else _("Not talked about")
