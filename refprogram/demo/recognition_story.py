"""The letters of the last weeks, the levels and this week's mail: every state of a letter occurs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.models import Programme, User
from core.quarters import Quarter
from references.actions import ranking_mails, recognition_settings, recognitions
from references.formats import letters
from references.models import Nomination, RankingMail, Recognition
from references.reports import rankings
from references.reports import recognitions as report

LEVELS = (("Voice", 1), ("Advocate", 3), ("Ambassador", 6))


@dataclass
class RecognitionStory:
    """Priya drafts; Eva and Hugo sign, return and leave lying."""

    staff: dict[str, User]
    now: datetime

    def __post_init__(self) -> None:
        self.priya, self.lena = self.staff["Priya Nair"], self.staff["Lena Fischer"]
        self.eva, self.hugo = self.staff["Eva Lindqvist"], self.staff["Hugo Brandt"]
        self.quarter = Programme.current().calendar.quarter_at(self.now)

    def play(self) -> None:
        """Told after the nominations, as it is about them."""
        for name, needed in LEVELS:
            recognition_settings.add_level(name=name, needed=needed, by=self.priya, at=self.ago(60))
        recognition_settings.edit(changes={"uses_levels": True}, by=self.priya, at=self.ago(60))
        self._of_quarters()
        self._of_nominations()
        self._mail_of_the_week()

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _of_quarters(self) -> None:
        """To the best of the last two quarters, and one that nobody wanted in the end."""
        before = self._best(self.quarter.previous)
        for person in before[:2]:
            self._signed(self._draft(person, self.quarter.previous, days=21), days=19)
        for person in before[2:3]:
            shown = self._signed(self._draft(person, self.quarter.previous, days=20), days=18)
            reason = "The colleague would rather be thanked in person."
            recognitions.take_down(shown, reason=reason, by=self.priya, at=self.ago(17))
        for person in self._best(self.quarter)[:1]:
            given_up = self._draft(person, self.quarter, days=6, asks=False)
            reason = "Too early; the quarter is still running."
            recognitions.withdraw(given_up, reason=reason, by=self.priya, at=self.ago(5))

    def _of_nominations(self) -> None:
        """One is on the board, one waits for Eva, one came back from Hugo."""
        enrolled = list(Nomination.objects.filter(state="enrolled").order_by("-pk")[:3])
        for nomination in enrolled[:1]:
            self._signed(self._draft(nomination.submitted_by, self.quarter, nomination=nomination), days=0)
        for nomination in enrolled[1:2]:
            self._draft(nomination.submitted_by, self.quarter, nomination=nomination)
        for nomination in enrolled[2:]:
            asked = self._draft(nomination.submitted_by, self.quarter, nomination=nomination, signer=self.hugo)
            reason = "Say what the call did for the deal in the north, please."
            recognitions.return_to_draft(asked, reason=reason, by=self.hugo, at=self.now)

    def _best(self, quarter: Quarter) -> list[User]:
        top = rankings.seen_by(self.priya, quarter).top
        return [row.person for row in top if row.person is not None]

    def _draft(
        self,
        person: User,
        quarter: Quarter,
        *,
        nomination: Nomination | None = None,
        signer: User | None = None,
        days: float = 0,
        asks: bool = True,
    ) -> Recognition:
        facts = report.facts(person, nomination=nomination, quarter=quarter)
        said = {"subject": letters.subject(facts), "text": letters.text(facts), "signer": signer or self.eva}
        by = self.lena if nomination is None and asks else self.priya
        at = self.ago(days)
        return recognitions.draft(
            person, values=said, nomination=nomination, quarter=quarter.label, asks=asks, by=by, at=at
        )

    def _signed(self, letter: Recognition, *, days: float) -> Recognition:
        """Signed and mailed; in a story nothing is really sent."""
        at = self.ago(days)
        signed = recognitions.sign(letter, seen_version=letter.version, by=self.eva, at=at)
        recognitions.note_mailed(signed, at=at)
        return Recognition.objects.get(pk=signed.pk)

    def _mail_of_the_week(self) -> None:
        ranking_mails.prepare(at=self.now)
        for mail in RankingMail.objects.all():
            ranking_mails.note_sent(mail, at=self.now)
