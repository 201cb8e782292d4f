"""Who is asked in which month of a drive, on which day, and whether the programme can cope with what comes of it."""

import math
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from references.rules.nominations import next_month

NO_LETTER = "#"


@dataclass(frozen=True)
class Asked:
    """A person as the split sees it. `group` is the team or region, empty where none is known."""

    pk: int
    name: str
    group: str = ""


@dataclass(frozen=True)
class Part:
    """The people of one month, and the letters or groups that they are."""

    names: tuple[str, ...]
    people: tuple[int, ...]


@dataclass(frozen=True)
class Load:
    """What is to be expected of a month: nominations that come in it, and how many wait at its end."""

    month: date
    expected: int
    waiting: int
    months_to_wait: int

    @property
    def is_too_much(self) -> bool:
        """Whether a customer who is nominated then waits for its invitation for more than a month."""
        return self.expected > 0 and self.months_to_wait > 1


def letter_of(name: str) -> str:
    """Under which letter a person stands in a directory by last names, accents left aside."""
    return next((char for char in _folded(name) if char.isalpha()), NO_LETTER)


def split_by_last_name(people: Iterable[Asked], *, months: int) -> list[Part]:
    """Neighbouring letters for each month, of about equal size.

    People with the same letter stay together, unless they are more than one and a half times the share of a month.
    """
    rows = sorted(people, key=lambda one: (letter_of(one.name), _folded(one.name), one.name, one.pk))
    share = max(len(rows) / months, 1)
    letters = groupby(rows, key=lambda one: letter_of(one.name))
    units = deque(unit for letter, found in letters for unit in _pieces(letter, [one.pk for one in found], share))
    left, parts = len(rows), []
    for months_left in range(months, 0, -1):
        taken = _taken(units, share=left / months_left, leave=months_left - 1)
        left -= sum(len(unit.people) for unit in taken)
        ends = tuple(dict.fromkeys(name for unit in (taken[:1] + taken[-1:]) for name in unit.names))
        parts.append(Part(ends, tuple(pk for unit in taken for pk in unit.people)))
    return parts


def split_by_group(people: Iterable[Asked], *, months: int) -> list[Part]:
    """Whole teams or regions for each month: the largest first, each into the month that has the fewest people yet."""
    groups: dict[str, list[Asked]] = {}
    for one in sorted(people, key=lambda one: (one.group, one.name, one.pk)):
        groups.setdefault(" ".join(one.group.split()).casefold(), []).append(one)
    parts: list[tuple[list[str], list[int]]] = [([], []) for _month in range(months)]
    for _key, members in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        names, pks = min(parts, key=lambda part: len(part[1]))
        names.append(members[0].group)
        pks += [one.pk for one in members]
    return [Part(tuple(names), tuple(pks)) for names, pks in parts]


def months_from(first: date, count: int) -> list[date]:
    """The first days of so many months."""
    found = [first.replace(day=1)]
    while len(found) < count:
        found.append(next_month(found[-1]))
    return found


def next_working_day(day: date) -> date:
    """The day itself, or the first one after it, that is neither a Saturday nor a Sunday nor the first of January."""
    while day.weekday() > 4 or (day.month, day.day) == (1, 1):
        day += timedelta(days=1)
    return day


def first_working_day(month: date) -> date:
    """The working day on which the people of a month are asked."""
    return next_working_day(month.replace(day=1))


def asking_day(month: date, *, today: date, closes_on: date) -> date:
    """The day on which those of a month are asked who are still to be: a working day, unless none is left before the
    first day after the drive."""
    soonest = max(month.replace(day=1), today)
    day = next_working_day(soonest)
    return day if day < closes_on else soonest


def due_month(today: date) -> date:
    """The last month of which the people are to be asked by today: its first working day has come."""
    month = today.replace(day=1)
    return month if today >= first_working_day(month) else (month - timedelta(days=1)).replace(day=1)


def loads(expected: Sequence[tuple[date, int]], *, waiting: int, capacity: int, today: date) -> list[Load]:
    """Month by month what waits for an invitation, if so many nominations come in and `capacity` are invited a month.

    Until the first of the months, those that wait now are invited at the same pace. A month that has passed brings
    nothing any more and takes nothing away.
    """
    found, month = [], today.replace(day=1)
    for starts_on, number in expected:
        while month < starts_on:
            waiting, month = max(waiting - capacity, 0), next_month(month)
        if starts_on < month:
            found.append(Load(starts_on, 0, 0, 0))
            continue
        waiting, month = max(waiting + number - capacity, 0), next_month(month)
        found.append(Load(starts_on, number, waiting, math.ceil(waiting / capacity)))
    return found


def _folded(name: str) -> str:
    """The last word of a name as a directory sorts it."""
    last = name.split()[-1:]
    return "".join(char for char in unicodedata.normalize("NFKD", "".join(last)).upper() if char.isalnum())


def _pieces(letter: str, pks: list[int], share: float) -> Iterator[Part]:
    """A letter as a whole, or in pieces of about a month's share if it has more people than fit in a month."""
    count = max(min(round(len(pks) / share), len(pks)), 1)
    for number in range(count):
        begin, end = len(pks) * number // count, len(pks) * (number + 1) // count
        name = letter if count == 1 else f"{letter} {number + 1}/{count}"
        yield Part((name,), tuple(pks[begin:end]))


def _taken(units: "deque[Part]", *, share: float, leave: int) -> list[Part]:
    """Units for one month until it has its share, at least one; so many are left that no later month stays empty."""
    taken: list[Part] = []
    size = 0
    while units and (not taken or (len(units) > leave and size + len(units[0].people) / 2 <= share)):
        taken.append(units.popleft())
        size += len(taken[-1].people)
    return taken
