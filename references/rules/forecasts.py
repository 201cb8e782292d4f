"""The forecast of the closing count. The page prints `DEFINITIONS`: what the program computes is what people read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.words import gettext_noop
from references.rules.shares import tenths

DEFINITIONS = {
    "forecast": gettext_noop("Forecast = now + commit − expected losses."),
    "commit": gettext_noop(
        "Commit, best case, pipeline: customers that do not count today and whose pay-trigger cell carries this "
        "confidence with an expected day in the quarter. An expected day that has passed still counts, marked late."
    ),
    "losses": gettext_noop(
        "Expected losses: customers that count today but not on the quarter's last day unless somebody acts: the "
        "evidence ends before, or the customer is leaving."
    ),
    "range": gettext_noop(
        "The range runs from now − expected losses (no open reference comes in) to now + commit + best case "
        "(all of them come in and all evidence is renewed). Pipeline stands outside it."
    ),
}


@dataclass(frozen=True)
class Outlook:
    """What is known of a quarter's closing count on one day; the forecast and its range follow from it."""

    now: int
    commit: int = 0
    best_case: int = 0
    pipeline: int = 0
    losses: int = 0

    @property
    def forecast(self) -> int:
        return self.low + self.commit

    @property
    def low(self) -> int:
        return max(0, self.now - self.losses)

    @property
    def high(self) -> int:
        return self.now + self.commit + self.best_case


@dataclass(frozen=True)
class Accuracy:
    """How far a forecast was from the closing count, in customers and in percent of the count."""

    error: int
    percent: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """The size of the error in percent, without its direction."""
        return None if self.percent is None else abs(self.percent)


def accuracy(forecast: int, closing: int) -> Accuracy:
    """Positive: the forecast promised too much. No percentage of a closing count of zero."""
    error = forecast - closing
    return Accuracy(error, tenths(error, closing))


def is_late(expected_on: date | None, due: date | None, *, today: date) -> bool:
    """Whether the expected day or the next action's day has passed while the cell is still not Green."""
    return any(day is not None and day < today for day in (expected_on, due))
