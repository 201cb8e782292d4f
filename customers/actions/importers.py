"""What differs from one import to the next; the way from the upload to the last row is the same for all of them."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import Programme, User
from core.tables import Limits
from customers.rules.import_outcomes import Outcome
from customers.rules.row_sets import RowSet


class Source(Protocol):
    """An opened file. Its notes, what was left out of it, are complete after its last row."""

    headers: list[str]
    rows: Iterator[Any]
    notes: list[str]
    sheet: str
    sheets: list[str]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a file is to be read: what it lists, which sheet of it, and what its columns mean.

    `checked_at` is the moment (ISO) at which a person was shown what would happen: what changed here since then was
    not shown, and the import leaves it as it is. Empty: nobody looked. `met` are the rows that were shown then as being
    about what is here already, packed: what another row would replace now was not shown either.
    """

    columns: Mapping[Any, str]
    kind: str = ""
    sheet: str = ""
    file_name: str = ""
    checked_at: str = ""
    met: str = ""

    @property
    def checked(self) -> datetime | None:
        return datetime.fromisoformat(self.checked_at) if self.checked_at else None

    def is_unshown(self, row: int) -> bool:
        """Whether somebody was shown that the row replaces nothing: it was new, or a problem, at the check."""
        return self._met is not None and row not in self._met

    @cached_property
    def _met(self) -> RowSet | None:
        return RowSet.unpacked(self.met) if self.met else None

    @property
    def reason(self) -> str:
        """Why rows changed, for their history."""
        return (_("Imported from %s") % self.file_name if self.file_name else _("Imported"))[:500]


SomePlan = TypeVar("SomePlan", bound=Plan)


class Importer(ABC, Generic[SomePlan]):
    """One import. `parameters` are what its job keeps: plain JSON values that hold, among others, the plan.

    `task` does the work of its jobs, `kind` is what files list unless somebody says otherwise, `leads_to` the address
    where one looks at what came of it, `settings` are kept together with a mapping, and `result_header` heads the
    file that tells what became of every row.
    """

    task: str
    kind: str
    leads_to: str
    settings: tuple[str, ...] = ()
    result_header: tuple[str, ...]

    @abstractmethod
    def opened(self, file: BinaryIO, *, sheet: str = "") -> AbstractContextManager[Source]:
        """The file as a table, within the limits."""

    @abstractmethod
    def title(self, parameters: Mapping[str, Any]) -> str: ...

    @abstractmethod
    def sample(self, row: Any, width: int) -> list[Any]:
        """What is shown of a row where its columns are mapped; a cell that says nothing is falsy."""

    @abstractmethod
    def meanings(self, kind: str) -> dict[str, str]:
        """What a column can mean, and how people call it."""

    @abstractmethod
    def suggestion(self, source: Source, known: Mapping[str, Any]) -> dict[str, Any]:
        """`columns` and settings as the headers suggest them; `origin` and `recognised` tell where they come from."""

    @abstractmethod
    def plan_of(self, parameters: Mapping[str, Any]) -> SomePlan: ...

    @abstractmethod
    def check(self, plan: SomePlan) -> None:
        """Refuse a mapping that could not tell whom a row is about, or what."""

    @abstractmethod
    def outcomes(
        self, plan: SomePlan, source: Source, *, write: bool, by: User | None, at: datetime
    ) -> Iterable[Outcome]:
        """Take the rows in, or with `write` False only tell what would happen."""

    @abstractmethod
    def event(self, plan: SomePlan) -> str:
        """What the audit trail calls it."""

    def recognised(self, headers: Sequence[str]) -> tuple[str, str]:
        """What a file lists where nobody has said it, and in words that it is read so; empty if there is no choice."""
        return self.kind, ""

    def retired(self, meaning: str) -> str:
        """What people called a meaning that a column could have once; empty if it is not known any more."""
        return ""

    @property
    def trial_task(self) -> str:
        """The task that tries a large file."""
        return f"{self.task}_trial"

    def column_key(self, position: int, header: str) -> str:
        """By what a column is known in `columns`: its header, unless headers may be the same."""
        return header

    def told(self, kind: str, fields: Mapping[str, list[Any]]) -> list[tuple[str, str, str]]:
        """What an outcome changes: what people call it, the value before and the value after."""
        return [(name, str(before or ""), str(after or "")) for name, (before, after) in fields.items()]

    @property
    def limits(self) -> Limits:
        return Limits(bytes=Programme.current().upload_limit_mb * 2**20)


def refuse_doubled(columns: Iterable[str], labels: Mapping[str, str]) -> None:
    """Refuse a mapping in which two columns mean the same."""
    doubled = sorted(labels[meaning] for meaning, count in Counter(columns).items() if count > 1)
    if doubled:
        raise RuleBroken(_("Two columns mean the same: %s. Keep one of them.") % ", ".join(doubled))
