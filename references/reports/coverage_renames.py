"""What coverage wants of a value that is called something else: what follows it, and what gives way at the new name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from references.models import CoverageTarget, CoverageWeight


@dataclass(frozen=True)
class Dropped:
    """A target that gives way: `where` it stands beside the value, and the `kept` one that the new name has there."""

    where: str
    target: int
    kept: int

    def __str__(self) -> str:
        return f"{self.where}: {self.target}"


@dataclass(frozen=True)
class Followed:
    """The targets and the weight of a value. Where the new name has its own, that stays, and the other one is dropped.

    `met` is how many customers have the new name already: two values become one.
    """

    into: str = ""
    met: int = 0
    moved: Sequence[CoverageTarget] = ()
    given_up: Sequence[CoverageTarget] = ()
    dropped: Sequence[Dropped] = field(default_factory=list)
    weight: CoverageWeight | None = None
    kept_weight: CoverageWeight | None = None

    @property
    def is_something(self) -> bool:
        return bool(self.moved or self.dropped or self.weight)

    @property
    def asks(self) -> bool:
        """Whether more happens than that everything keeps its place under another name."""
        drops = bool(self.dropped or (self.weight and self.kept_weight))
        return drops or self.met > 0

    @property
    def seen(self) -> str:
        """Changes with everything that a person is told of it."""
        weights = [one.weight for one in (self.weight, self.kept_weight) if one is not None]
        told = [self.into, self.met, len(self.moved), *weights, *self.dropped]
        return ", ".join(str(one) for one in told)


def followed(axis: str, *, value: str, into: str | None = None, met: int = 0) -> Followed:
    """What happens where the value becomes `into`; what there is of it where no new name is known yet."""
    weights = {one.value: one for one in CoverageWeight.objects.filter(axis=axis, value__in=[value, into or value])}
    theirs = {} if into is None else {_beside(one, axis): one for one in _targets(axis, into)}
    ours = _targets(axis, value)
    given_up = [one for one in ours if _beside(one, axis) in theirs]
    return Followed(
        into=into or "",
        met=met,
        moved=[one for one in ours if _beside(one, axis) not in theirs],
        given_up=given_up,
        dropped=[
            Dropped(_beside(one, axis)[1] or _("not given"), one.target, theirs[_beside(one, axis)].target)
            for one in given_up
        ],
        weight=weights.get(value),
        kept_weight=None if into is None else weights.get(into),
    )


def _targets(axis: str, value: str) -> list[CoverageTarget]:
    here = Q(axis=axis, value=value) | Q(other_axis=axis, other_value=value)
    return list(CoverageTarget.objects.filter(here).order_by("axis", "value", "other_axis", "other_value"))


def _beside(target: CoverageTarget, axis: str) -> tuple[str, str]:
    """The other axis of a target and the value that it stands at there."""
    is_first = target.axis == axis
    return (target.other_axis, target.other_value) if is_first else (target.axis, target.value)
