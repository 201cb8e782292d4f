"""Both sides where two people complete one nomination at the same time, and what each of them left alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from core.both_sides import three_way
from core.texts import plain
from customers.reports import conflicts
from customers.reports.conflicts import Conflict
from references.choices import Willingness
from references.models import Dimension, Nomination

TEXTS: Final = ("story", "results", "relationship", "source")
# One person: a name of one side with the other's address would be nobody.
PERSON: Final = ("contact", "contact_name", "contact_email")


@dataclass(frozen=True)
class Compared:
    """What both changed, to be shown, and what only the other changed, by the names of the form's fields."""

    both: list[Conflict]
    taken: dict[str, str]


def as_shown(nomination: Nomination, held: Mapping[int, str], dimensions: Iterable[Dimension]) -> dict[str, Any]:
    """What a form says of the nomination, and of its willingness `held` by ids of dimensions. Texts are as they come
    back from a browser: it ends lines its own way."""
    texts = {name: _tidy(getattr(nomination, name)) for name in TEXTS}
    person = [str(nomination.contact_id or "new"), _tidy(nomination.contact_name), _tidy(nomination.contact_email)]
    holder = {"relationship_holder": str(nomination.relationship_holder_id or "")}
    return texts | {"contact": person} | holder | {_field(one): held.get(one.pk, "") for one in dimensions}


def willingness_of(nomination: Nomination) -> dict[int, str]:
    return {row.dimension_id: row.willingness for row in nomination.dimensions.all()}


def of_nomination(
    current: Nomination,
    typed: Mapping[str, Any],
    willingness: Mapping[Dimension, str],
    *,
    seen: Mapping[str, Any],
    labels: Mapping[str, str],
) -> Compared:
    """The facts by the `labels` of their fields, then each kind of reference of which the two believe differently: what
    the other added, and what the person would drop, too. What the form has no field for was not seen."""
    held = {row.dimension: row.willingness for row in current.dimensions.select_related("dimension")}
    kinds = {*Dimension.objects.shown(), *held, *willingness}
    taken, both = three_way(
        {name: value for name, value in seen.items() if name in labels},
        as_shown(Nomination(**typed), _by_id(willingness), kinds),
        as_shown(current, _by_id(held), kinds),
    )
    facts = both.union(PERSON) if "contact" in both else both
    told = conflicts.of_row(current, typed, among=facts, labels=labels)
    listed = (one for one in kinds if _field(one) in both)
    return Compared(told + _of_kinds(listed, held, willingness), _flat(taken))


def _of_kinds(
    kinds: Iterable[Dimension], held: Mapping[Dimension, str], typed: Mapping[Dimension, str]
) -> list[Conflict]:
    return [
        Conflict(str(one), _in_words(held.get(one)), _in_words(typed.get(one)))
        for one in sorted(kinds, key=lambda one: (one.position, one.pk))
    ]


def _by_id(willingness: Mapping[Dimension, str]) -> dict[int, str]:
    return {one.pk: will for one, will in willingness.items()}


def _flat(taken: Mapping[str, Any]) -> dict[str, str]:
    rest = {name: value for name, value in taken.items() if name != "contact"}
    return rest | dict(zip(PERSON, taken.get("contact", ()), strict=False))


def _field(dimension: Dimension) -> str:
    return f"will-{dimension.pk}"


def _tidy(text: str) -> str:
    return "\n".join(plain(text).splitlines()).strip()


def _in_words(will: str | None) -> str:
    return str(Willingness(will).label) if will else _("Not talked about")
