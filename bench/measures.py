"""What is measured and how it is judged: rounds taken in turn, medians, a ratio and a target."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self

TARGET = re.compile(r"(<=|>=|<|>) ?(\d+(?:\.\d+)?)")
Take = Callable[[], float]


@dataclass(frozen=True)
class Target:
    """What a ratio, or a figure without a floor, must keep to: `<= 1.5`, `>= 0.8`, `< 100`."""

    sign: str
    limit: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """The target a text stands for. Raises ValueError on anything else."""
        match = TARGET.fullmatch(text)
        if match is None:
            raise ValueError(f"“{text}” is not a target; write it like <= 1.5")
        return cls(match[1], float(match[2]))

    def holds_for(self, value: float) -> bool:
        return {
            "<=": value <= self.limit,
            ">=": value >= self.limit,
            "<": value < self.limit,
            ">": value > self.limit,
        }[self.sign]


@dataclass(frozen=True)
class Row:
    """One line of the table: medians, and from where to where the rounds went.

    The target is one of the ratio where there is a floor, else of the figure itself; without a target the row tells
    something that the others are read by, and cannot fail.
    """

    name: str
    program: float
    floor: float | None
    unit: str
    ratio: float | None
    target: str | None
    holds: bool | None
    program_range: tuple[float, float]
    floor_range: tuple[float, float] | None = None

    @classmethod
    def of(
        cls,
        name: str,
        program: Sequence[float],
        floor: Sequence[float] | None = None,
        *,
        unit: str,
        target: str | None = None,
    ) -> Self:
        """The row of what the rounds came to."""
        ours = median(program)
        theirs = median(floor) if floor else None
        ratio = ours / theirs if theirs else None
        judged = ours if theirs is None else ratio
        return cls(
            name=name,
            program=round(ours, 3),
            floor=None if theirs is None else round(theirs, 3),
            unit=unit,
            ratio=None if ratio is None else round(ratio, 3),
            target=target,
            holds=None if target is None or judged is None else Target.parse(target).holds_for(judged),
            program_range=_range(program),
            floor_range=_range(floor) if floor else None,
        )


def alternately(program: Take, floor: Take, rounds: int) -> tuple[list[float], list[float]]:
    """What each of the two comes to in so many rounds, one after the other in every round; the first go is a warm-up.

    Taken in turn because a machine's mood changes within minutes, and would else favour one of them. Who begins
    changes from round to round.
    """
    program(), floor()
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(rounds):
        pair = [(ours, program), (theirs, floor)]
        for values, take in pair if number % 2 == 0 else reversed(pair):
            values.append(take())
    return ours, theirs


def repeatedly(take: Take, rounds: int) -> list[float]:
    """The same for work without a floor."""
    take()
    return [take() for _number in range(rounds)]


def _range(values: Sequence[float]) -> tuple[float, float]:
    return round(min(values), 3), round(max(values), 3)
