"""When a Green is earned, and until when."""

from dataclasses import dataclass
from datetime import date, timedelta

from references.choices import Status

EARLIEST = date(1990, 1, 1)
LATEST = date(2200, 1, 1)
LONGEST = timedelta(days=3653)


@dataclass(frozen=True)
class EvidencePolicy:
    """Warn `warn_days` before expiry; the pay trigger's evidence is valid `default_days` days."""

    warn_days: int = 30
    default_days: int = 365
    import_until_quarter_end: bool = True


def valid_until(agreed_on: date, *, days: int | None) -> date | None:
    """The last day of evidence that is valid for `days` days, None when it has no end."""
    return None if days is None else agreed_on + timedelta(days=days)


def is_shorter(until: date | None, *, than: date | None) -> bool:
    """Whether evidence that is valid until the one day ends before evidence until the other; None is no end."""
    return until is not None and (than is None or until < than)


def has_plausible_start(agreed_on: date) -> bool:
    """Whether the day can be one on which somebody agreed, or is a slip such as the year 0206."""
    return EARLIEST <= agreed_on <= LATEST


def has_plausible_end(agreed_on: date, until: date) -> bool:
    """Whether the consent ends within ten years: an end in the year 9999 would be paid on for ever."""
    return until <= agreed_on + LONGEST


def is_missing(status: str, *, evidence_needed: bool, agreed_on: date | None, until: date | None, today: date) -> bool:
    """Whether a cell with this status lacks the evidence it needs today."""
    if status != Status.GREEN or not evidence_needed:
        return False
    return agreed_on is None or agreed_on > today or (until is not None and until < today)


def expires_soon(until: date | None, *, today: date, policy: EvidencePolicy) -> bool:
    """Whether valid evidence ends within the warning period."""
    return until is not None and today <= until <= today + timedelta(days=policy.warn_days)
