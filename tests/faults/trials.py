"""One kind of fault, done several times under load: what is measured, and what must hold afterwards."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.faults.editors import Answer, Load, Person
from tests.faults.ledger import compare
from tests.faults.stack import Stack

ANSWERS_AGAIN_WITHIN, MOST_SECONDS = 10.0, 60.0
NO_FAILURE = 0.001
SAMPLE, BUSY = 0.1, 1.5
UNORDERED = """
    SELECT count(*) FROM references_cellchange older JOIN references_cellchange newer
    ON newer.customer_id = older.customer_id AND newer.dimension_id = older.dimension_id
        AND newer.version = older.version + 1
    WHERE newer.recorded_at < older.recorded_at
"""


@dataclass
class Outcome:
    """A row of the table; `words` are the violations."""

    name: str
    rounds: int = 0
    confirmed: int = 0
    lost: int = 0
    doubled: int = 0
    outside: int = 0
    longest: float = 0
    words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.words or self.lost or self.doubled or self.outside) and self.longest <= ANSWERS_AGAIN_WITHIN


def slowness() -> float:
    """How many seconds go by while this thread works for one, as other programs want the machine as well."""
    began, worked = time.monotonic(), time.thread_time()
    while time.thread_time() - worked < SAMPLE:
        pass
    return (time.monotonic() - began) / SAMPLE


class Trial:
    """Keeps editors at work while its rounds strike. `tolerates` says for how long answers may fail after a strike."""

    def __init__(
        self, stack: Stack, name: str, seed: int, *, editors: int = 6, tolerates: float = ANSWERS_AGAIN_WITHIN
    ) -> None:
        self.stack, self.tolerates = stack, tolerates
        self.outcome, self.chance = Outcome(f"{stack.name}: {name}"), random.Random(f"{seed} {name}")
        people = [Person(stack.port, **one) for one in stack.known["editors"][:editors]]
        self.manager = Person(stack.port, **stack.known["manager"])
        self.administrator = Person(stack.port, **stack.known["administrator"])
        places = [(cell[0], cell[1]) for cell in stack.known["cells"]]
        self.load = Load(people, places, seed=self.chance.randrange(10**6))
        self.excused: list[tuple[float, float]] = []

    def __enter__(self) -> Self:
        self.before = self._counts()
        if (times := slowness()) > BUSY:
            self.note(f"the machine is busy: a second of work takes {times:.0f} s")
        self.load.start()
        time.sleep(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.load.stop()
        if error is None:
            self._judge()

    def _counts(self) -> tuple[int, int]:
        events = "SELECT count(*) FROM core_auditevent WHERE event = 'cell.edited'"
        edits = "SELECT count(*) FROM references_cellchange WHERE source IN ('edit', 'api', 'merge')"
        return self.stack.rows(edits)[0][0], self.stack.rows(events)[0][0]

    def strike(
        self, deed: Callable[[], object], *, settle: float = 4.0, pause: float = 1.5, held: bool = False
    ) -> None:
        """Do it at a random moment, and measure when the last answer failed that came of it.

        What the deed itself `held` away, such as room on the disk, cannot be had before its end.
        """
        time.sleep(self.chance.uniform(0, pause))
        began = time.monotonic()
        deed()
        done = time.monotonic()
        time.sleep(settle)
        until = done + MOST_SECONDS
        while not (again := self._answered_again(began, done if held else began)) and time.monotonic() < until:
            time.sleep(0.2)
        if not again:
            self.fail(f"nothing was answered within {MOST_SECONDS:.0f} s of the fault")
        self.outcome.longest = max(self.outcome.longest, again)
        self.excused.append((began, done + self.tolerates if self.tolerates else began))
        self.outcome.rounds += 1

    def _answered_again(self, began: float, since: float) -> float:
        """Seconds from a fault to the first answer after the last one that failed; 0 while there is none."""
        answers = sorted(self.load.answers, key=lambda answer: answer.ended)
        bad = [one for one in answers if one.is_bad and began <= one.ended]
        good = [one for one in answers if not one.is_bad and one.ended > (bad[-1].ended if bad else began)]
        if not good:
            return 0
        return max(NO_FAILURE, good[0].ended - since) if bad else NO_FAILURE

    def note(self, words: str) -> None:
        self.outcome.notes.append(words)

    def fail(self, words: str) -> None:
        self.outcome.words.append(words)

    def expect(self, answers: Sequence[Answer], *, within: float) -> None:
        """Pages that must be answered, and how fast."""
        for one in answers:
            if one.is_bad or one.status not in (200, 302):
                self.fail(f"{one.what} was answered with {one.status}")
            elif one.ended - one.began > within:
                self.fail(f"{one.what} took {one.ended - one.began:.1f} s")

    def wait(self, holds: Callable[[], object], *, seconds: float, words: str) -> bool:
        """Whether it came to hold in time; if not, that is a violation."""
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                self.fail(f"{words} within {seconds:.0f} s")
                return False
            time.sleep(0.3)
        return True

    def _judge(self) -> None:
        found, outcome = compare(self.load.confirmed, self.stack.history(), self.stack.cells()), self.outcome
        outcome.confirmed = len(self.load.confirmed)
        outcome.lost, outcome.doubled = len(found.lost), len(found.doubled)
        outcome.words += [*found.lost[:5], *found.doubled[:5], *self.load.wrong[:5]]
        outside = [one for one in self.load.answers if one.is_bad and not self._is_excused(one)]
        outcome.outside = len(outside)
        outcome.words += [f"{one.what} was answered with {one.status or 'a cut line'}" for one in outside[:5]]
        edits, events = (after - before for after, before in zip(self._counts(), self.before, strict=True))
        if edits != events:
            outcome.words.append(f"{edits} edits in history, {events} in the audit trail")
        if self.stack.rows(UNORDERED)[0][0]:
            outcome.words.append("a later version of a cell was recorded before an earlier one")
        if not outcome.confirmed:
            outcome.words.append("nobody edited anything, so nothing was proved")
        if self.load.refused:
            self.note(f"{self.load.refused} refused with 409")

    def _is_excused(self, answer: Answer) -> bool:
        return any(began <= answer.ended and answer.began <= until for began, until in self.excused)
