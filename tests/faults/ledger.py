"""What people were told is saved, and what the database holds: the comparison on which every verdict rests."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Place = tuple[int, str]


@dataclass(frozen=True)
class Confirmed:
    """An edit that was answered with success: this version of the cell is this person's, with these words."""

    customer: int
    dimension: str
    version: int
    status: str
    note: str | None
    by: int

    @property
    def place(self) -> Place:
        return (self.customer, self.dimension)


@dataclass(frozen=True)
class Change:
    """A row of the cells' history, or the cell as it stands now."""

    customer: int
    dimension: str
    version: int
    status: str
    note: str
    by: int | None
    rest: tuple = ()

    @property
    def place(self) -> Place:
        return (self.customer, self.dimension)


@dataclass
class Findings:
    """What does not agree, in words, a line for each."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def compare(confirmed: Sequence[Confirmed], history: Iterable[Change], cells: Iterable[Change]) -> Findings:
    """Every confirmed edit stands in history once, no chain of versions has a gap or a double, cells are their ends."""
    found, chains = Findings(), defaultdict(list)
    for change in history:
        chains[change.place].append(change)
    for place, chain in chains.items():
        _check_chain(place, chain, found)
    _check_confirmed(confirmed, chains, found)
    _check_cells(cells, chains, found)
    return found


def _check_chain(place: Place, chain: list[Change], found: Findings) -> None:
    chain.sort(key=lambda change: change.version)
    versions = [change.version for change in chain]
    if len(versions) > len(set(versions)):
        found.doubled.append(f"{place}: versions written twice: {versions}")
    elif versions != list(range(1, len(versions) + 1)):
        found.lost.append(f"{place}: the chain of versions has a gap: {versions}")
    before = ["", *(change.note for change in chain)]
    appeared = Counter(change.note for note, change in zip(before, chain, strict=False) if note != change.note)
    for note, times in appeared.items():
        if note.startswith("edit ") and times > 1:
            found.doubled.append(f"{place}: “{note}” was written {times} times")


def _check_confirmed(confirmed: Sequence[Confirmed], chains: dict[Place, list[Change]], found: Findings) -> None:
    told = Counter((one.place, one.version) for one in confirmed)
    found.doubled += [
        f"{place}: version {version} was confirmed to {n} people" for (place, version), n in told.items() if n > 1
    ]
    written = {(change.place, change.version): change for chain in chains.values() for change in chain}
    for one in confirmed:
        change = written.get((one.place, one.version))
        if change is None:
            found.lost.append(f"{one.place}: version {one.version} was confirmed and is not in history")
        elif (change.status, change.by) != (one.status, one.by) or one.note not in (None, change.note):
            found.lost.append(f"{one.place}: version {one.version} was confirmed as {one}, history says {change}")


def _check_cells(cells: Iterable[Change], chains: dict[Place, list[Change]], found: Findings) -> None:
    for cell in cells:
        chain = chains.pop(cell.place, [])
        if not chain or cell != chain[-1]:
            found.lost.append(f"{cell.place}: the cell is not the end of its history: {cell}, {chain[-1:]}")
    found.lost += [f"{place}: there is history and no cell" for place in chains]
