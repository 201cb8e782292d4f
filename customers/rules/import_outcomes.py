"""What became of the rows of an import: row by row, in counts, and in samples to be looked through."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from core.choices import ImportOutcome
from customers.rules.row_sets import RowSet

SHOWN = {ImportOutcome.PROBLEM: 500}
SHOWN_OTHERS = 100
# What is to be looked at in a row whatever its outcome is; such rows are listed once more, by this.
ASIDES = ("left_alone", "kept_as_notes", "unreadable")
SHOWN_ASIDE = 500
REASONS_KEPT = 200
# Such rows are about what is here already, and tell what of it the file changes: this, or nothing.
MET = (ImportOutcome.UPDATED, ImportOutcome.UNCHANGED)
# With more rows than this, trying takes too long to wait for a page; a worker does it.
TRIED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row: what it is about, what changes as {field: [before, after]}, why it is a problem, whom nobody knows.

    `complaints` are its problems one by one where it has several; `reason` says them all.
    `left_alone` counts its values that were changed here since the check and stay as they are, `kept_as_notes` its
    cells that were to be a status and are none, `unreadable` those that hold a formula without a value, or an error.
    """

    row: int
    kind: ImportOutcome
    subject: str = ""
    customer_id: int | None = None
    fields: dict[str, list[Any]] = field(default_factory=dict)
    reason: str = ""
    unknown_owners: tuple[str, ...] = ()
    unknown_products: tuple[str, ...] = ()
    left_alone: int = 0
    kept_as_notes: int = 0
    unreadable: int = 0
    complaints: tuple[str, ...] = ()


class Complaint(str):
    """A sentence that names what its row says; `kind` says the same without, so that its like are counted together."""

    kind = ""

    @classmethod
    def of(cls, text: str, *, kind: str) -> "Complaint":
        complaint = cls(text)
        complaint.kind = kind
        return complaint


def refused(row: int, subject: str, wrong: Iterable[str], customer_id: int | None = None) -> Outcome:
    """A row that cannot be taken, with all that is wrong with it in sentences, so that one may put it right at once."""
    told = tuple(dict.fromkeys(wrong))
    kinds = tuple(one.kind if isinstance(one, Complaint) else one for one in told)
    return Outcome(row, ImportOutcome.PROBLEM, subject, customer_id, reason=" ".join(told), complaints=kinds)


@dataclass
class Tally:
    """The counts of an import and the first rows of each kind; memory does not grow with the number of rows.

    `met` are the rows that are told to be about what is here already, a bit for each.
    """

    counts: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    unknown_owners: Counter[str] = field(default_factory=Counter)
    unknown_products: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    asides: dict[str, Counter[str]] = field(default_factory=dict)
    met: RowSet = field(default_factory=RowSet)

    def take(self, outcome: Outcome) -> None:
        self.counts[outcome.kind.value] += 1
        if outcome.kind in MET:
            self.met.add(outcome.row)
        self.unknown_owners.update(outcome.unknown_owners)
        self.unknown_products.update(outcome.unknown_products)
        if outcome.kind == ImportOutcome.PROBLEM:
            for reason in outcome.complaints or (outcome.reason,):
                if reason in self.reasons or len(self.reasons) < REASONS_KEPT:
                    self.reasons[reason] += 1
        self._show(outcome.kind.value, outcome, at_most=SHOWN.get(outcome.kind, SHOWN_OTHERS))
        for name in ASIDES:
            if values := getattr(outcome, name):
                self.asides.setdefault(name, Counter()).update(rows=1, values=values)
                self._show(name, outcome, at_most=SHOWN_ASIDE)

    def _show(self, name: str, outcome: Outcome, *, at_most: int) -> None:
        shown = self.shown.setdefault(name, [])
        if len(shown) < at_most:
            told = asdict(outcome)
            shown.append({name: told[name] for name in ("row", "subject", "customer_id", "fields", "reason")})

    @property
    def problems(self) -> int:
        return self.counts[ImportOutcome.PROBLEM.value]

    def as_report(self) -> dict[str, Any]:
        """The tally as plain JSON values, to be kept with the job."""
        return {
            "counts": {kind: self.counts[kind] for kind in ImportOutcome.values},
            "shown": self.shown,
            "reasons": [pair for pair in self.reasons.most_common(5) if pair[1] > 1],
            "unknown_owners": dict(self.unknown_owners.most_common(200)),
            "unknown_products": dict(self.unknown_products.most_common(200)),
            "notes": self.notes[:100],
            "asides": {name: dict(counted) for name, counted in self.asides.items()},
        }
