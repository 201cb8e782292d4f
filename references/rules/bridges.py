"""The bridge: how the count came from one quarter's end to the next, so that it always adds up."""

from dataclasses import dataclass

from references.choices import Movement, Reason


@dataclass(frozen=True)
class Bridge:
    """opening + corrected + gained - lost - churned = closing.

    `opening` is the count with which the quarter opened: the corrected count of the closing before, as it was when
    this quarter was closed. `corrected` is what corrections approved later have added to it since.
    """

    opening: int
    corrected: int
    gained: int
    lost: int
    churned: int
    closing: int

    @property
    def balances(self) -> bool:
        return self.opening + self.corrected + self.gained - self.lost - self.churned == self.closing


def movement(*, before: bool, now: bool, reason: str) -> Movement | None:
    """What a customer did between two quarter ends; `reason` is why it counts or does not at the second.

    A customer who churned is one thing, everyone else who no longer counts another: turned Red or Amber or blank,
    evidence gone, merged into another customer (who, if that made it count, is gained), prospective again.
    """
    if before == now:
        return None
    if now:
        return Movement.GAINED
    return Movement.CHURNED if reason == Reason.CHURNED else Movement.LOST
