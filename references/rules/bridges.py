"""The bridge: how the count came from one quarter's end to the next, so that it always adds up."""

from dataclasses import dataclass

from references.choices import Movement, Reason


@dataclass(frozen=True)
class Bridge:
    """opening + corrected + redefined + gained - lost - churned = closing.

    `opening` is the count with which the quarter opened: the corrected count of the closing before, as it was when
    this quarter was closed. `corrected` is what corrections approved later have added to it since.

    `newly_counted` and `no_longer_counted` are what another definition than the opening's makes of that same instant:
    who counts by it alone, and who counted by the opening's alone. All later steps are told by the other definition.
    """

    opening: int
    corrected: int
    gained: int
    lost: int
    churned: int
    closing: int
    newly_counted: int = 0
    no_longer_counted: int = 0

    @property
    def redefined(self) -> int:
        """What the change of definition by itself adds to the count."""
        return self.newly_counted - self.no_longer_counted

    @property
    def is_redefined(self) -> bool:
        """Whether the change of definition moved anybody, even if the count came out the same."""
        return bool(self.newly_counted or self.no_longer_counted)

    def moved(self, kind: Movement) -> int:
        """How many customers stand behind a step: for another definition those that came and those that went."""
        if kind == Movement.REDEFINED:
            return self.newly_counted + self.no_longer_counted
        return {Movement.GAINED: self.gained, Movement.LOST: self.lost, Movement.CHURNED: self.churned}[kind]

    @property
    def balances(self) -> bool:
        opened = self.opening + self.corrected + self.redefined
        return opened + self.gained - self.lost - self.churned == self.closing


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
