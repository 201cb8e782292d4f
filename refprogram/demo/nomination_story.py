"""What colleagues nominated in the last months, and how far each nomination has come: every state occurs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from core.choices import Role
from core.models import User
from customers.actions import invoices, support_cases
from customers.models import Customer
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations, recruiting_queue, recruiting_settings
from references.actions.cells import NewEvidence
from references.actions.nomination_invitations import Agreed
from references.choices import Status
from references.models import Cell, Dimension, Nomination
from refprogram.demo.cast import holding

STORIES = (
    ("They halved the time of their month-end close.", "Close in 4 days instead of 9."),
    ("The project lead calls us the best decision of the year.", "1,200 users after ten weeks."),
    ("They replaced three older systems at once.", "Three licences fewer, 310,000 saved a year."),
    ("They came through the audit without a single finding.", ""),
    ("Their support desk doubled what it answers.", "96 % answered within a day."),
)
CAPACITY = 6
WILLING = (
    {"reference_call": "willing", "logo": "willing"},
    {"reference_call": "maybe", "quotation": "willing", "case_study": "maybe"},
    {"case_study": "willing", "public_speech": "unwilling"},
    {"prospect_seminar": "willing", "reference_call": "willing", "press_release": "unwilling"},
)


@dataclass
class NominationStory:
    """Plays the nominations on the customers that are not Green yet in the pay trigger."""

    dice: Random
    staff: dict[str, User]
    now: datetime

    def __post_init__(self) -> None:
        self.priya = self.staff["Priya Nair"]
        roles = (Role.SALES_REP, Role.CSM, Role.ACCOUNT_MANAGER, Role.SUPPORT)
        self.nominators = [person for role in roles for person in holding(self.staff, role)]
        self.dimensions = {dimension.key: dimension for dimension in Dimension.objects.shown()}
        self.candidates = self._candidates()

    def play(self) -> None:
        """From the oldest to the newest, so that the queue fills as it would have."""
        recruiting_settings.edit(changes={"capacity": CAPACITY}, by=self.priya, at=self.ago(90))
        for days in (75, 71, 66):
            self._enrolled(days)
        self._declined(60)
        self._refused(48)
        self._parked(44)
        self._stale(41)
        for days in (34, 31):
            self._invited(days)
        self._blocked(22)
        for days in (20, 18, 17, 15, 13, 12, 10, 9):
            self._accepted(days)
        self._returned(8)
        self._withdrawn(7)
        self._joined(6)
        self._new_company(4)
        self._recovered(11)
        for days in (9, 3, 1):
            self._submitted(days)
        recruiting_queue.plan(at=self.now)

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _candidates(self) -> Iterator[Customer]:
        green = Cell.objects.filter(status=Status.GREEN, dimension__key="reference_call").values("customer_id")
        active = Customer.objects.active(self.now.date()).filter(contacts__left_on__isnull=True)
        rows = list(active.exclude(pk__in=green).distinct().order_by("pk"))
        self.dice.shuffle(rows)
        return iter(rows)

    def _submitted(self, days: float) -> Nomination:
        customer, by = next(self.candidates), self.dice.choice(self.nominators)
        story, results = self.dice.choice(STORIES)
        source = "support" if Role.SUPPORT in by.roles else "csm" if Role.CSM in by.roles else "sales"
        values = {
            "contact": customer.contacts.present().order_by("pk").first(),
            "story": story,
            "results": results,
            "relationship": "Since the first deal.",
            "relationship_holder": by,
            "source": source,
        }
        will = {self.dimensions[key]: value for key, value in self.dice.choice(WILLING).items()}
        return nominations.submit(customer=customer, values=values, willingness=will, by=by, at=self.ago(days))

    def _accepted(self, days: float) -> Nomination:
        return decisions.accept(self._submitted(days), by=self.priya, at=self.ago(days - 2))

    def _invited(self, days: float) -> Nomination:
        nomination = self._accepted(days)
        invited = invitations.invite(nomination, by=self._asker(nomination), at=self.ago(days - 4))
        return invitations.chase(invited, note_text="By phone.", by=self._asker(nomination), at=self.ago(days - 14))

    def _asker(self, nomination: Nomination) -> User:
        return (nomination.customer.csm if nomination.customer else None) or self.priya

    def _enrolled(self, days: float) -> None:
        invited = self._invited(days)
        agreed = [Agreed(self.dimensions["logo"], Status.AMBER), Agreed(self.dimensions["quotation"], Status.GREEN)]
        day: date = self.ago(2).date()
        evidence = NewEvidence(kind="call", agreed_on=day, contact=invited.contact)
        by = self._asker(invited)
        # The grid's own story has been told up to now, and no cell changes before what was last written in it.
        invitations.enrol(invited, agreed=agreed, evidence=evidence, by=by, at=self.now)

    def _declined(self, days: float) -> None:
        invited = self._invited(days)
        reason = "Not before their own audit is through."
        invitations.decline(invited, reason=reason, by=self._asker(invited), at=self.ago(days - 15))

    def _refused(self, days: float) -> None:
        reason = "Their renewal is in dispute; ask again after it."
        decisions.refuse(self._submitted(days), reason=reason, by=self.priya, at=self.ago(days - 1))

    def _parked(self, days: float) -> None:
        until = (self.now + timedelta(days=40)).date()
        decisions.park(
            self._submitted(days), until=until, reason="The roll-out ends then.", by=self.priya, at=self.ago(days - 3)
        )

    def _stale(self, days: float) -> None:
        self._accepted(days)

    def _blocked(self, days: float) -> None:
        escalated, owing = self._accepted(days), self._accepted(days - 1)
        opened, due = self.ago(5).date(), self.ago(12).date()
        if escalated.customer is not None:
            support_cases.record(
                escalated.customer,
                values={
                    "number": "C-20817",
                    "subject": "Exports stop halfway",
                    "severity": "high",
                    "opened_on": opened,
                },
                by=self.staff["Omar Haddad"],
                at=self.ago(5),
            )
        if owing.customer is not None:
            invoices.record(
                owing.customer,
                values={"number": "R-4402", "amount": 18400, "currency": "EUR", "due_on": due},
                by=self.staff["Tom Becker"],
                at=self.ago(12),
            )

    def _recovered(self, days: float) -> None:
        """A severe case that Omar solved, and nobody has told the story yet."""
        customer, omar = next(self.candidates), self.staff["Omar Haddad"]
        opened, closed = self.ago(days + 6).date(), self.ago(days).date()
        values = {"number": "C-20655", "subject": "Nightly load failed", "severity": "critical", "opened_on": opened}
        case = support_cases.record(customer, values=values, by=omar, at=self.ago(days + 6))
        solved = {"closed_on": closed, "satisfaction": 5, "solver": omar}
        support_cases.edit(case, changes=solved, by=omar, at=self.ago(days))

    def _returned(self, days: float) -> None:
        reason = "Which results, in numbers? And would they take a call?"
        decisions.return_for_more(self._submitted(days), reason=reason, by=self.priya, at=self.ago(days - 1))

    def _withdrawn(self, days: float) -> None:
        nomination = self._submitted(days)
        reason = "The contact has changed roles; I nominate the successor later."
        nominations.withdraw(nomination, reason=reason, by=nomination.submitted_by, at=self.ago(days - 2))

    def _joined(self, days: float) -> None:
        nomination = self._submitted(days)
        other = next(person for person in self.nominators if person != nomination.submitted_by)
        values = {"contact": nomination.contact, "story": "They told me the same at the fair.", "source": "sales"}
        will = {self.dimensions["reference_call"]: "willing"}
        nominations.submit(
            customer=nomination.customer, values=values, willingness=will, by=other, at=self.ago(days - 1)
        )

    def _new_company(self, days: float) -> None:
        values = {
            "contact_name": "Ada Winter",
            "contact_email": "ada.winter@example.com",
            "story": "Signed last week, and the project lead was a champion at her last company.",
            "source": "sales",
        }
        will = {self.dimensions["reference_call"]: "maybe"}
        by = self.staff["Sam Ortiz"]
        nominations.submit(
            proposed_customer="Winterhall Robotics", values=values, willingness=will, by=by, at=self.ago(days)
        )
