"""How many new references the programme aimed at: one quarter reached its target, one missed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from core.choices import Role
from core.models import User
from core.quarters import FiscalCalendar, Quarter
from customers.models import Customer
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations, recruiting_settings, recruiting_targets
from references.actions.nomination_invitations import Agreed
from references.choices import Status
from references.models import Cell, ClosingEntry, Dimension
from refprogram.demo.cast import holding

AIMS_BEFORE = ((-2, 3), (-1, 5))
ENROLLED = 3


@dataclass
class TargetStory:
    """Priya sets the targets, Eva stands behind them, and the sales reps nominate who said yes in those quarters."""

    staff: dict[str, User]
    calendar: FiscalCalendar
    running: Quarter

    def __post_init__(self) -> None:
        self.priya = self.staff["Priya Nair"]
        self.call = Dimension.objects.get(key="reference_call")

    def play(self) -> None:
        sponsor = {"sponsor": self.staff["Eva Lindqvist"]}
        first = self.calendar.starts_at(self.running.shifted(-2)) + timedelta(days=1)
        recruiting_settings.edit(changes=sponsor, by=self.priya, at=first)
        for shift, count in AIMS_BEFORE:
            quarter = self.running.shifted(shift)
            self._aim(quarter, count, "Agreed with Eva.", days=3)
            for number, customer in enumerate(self._gained(quarter)):
                self._enrol(customer, quarter, number)
        self._aim(self.running, 10, "Agreed with Eva.", days=0)
        self._aim(self.running, 6, "The programme looks after six invitations a month for now.", days=0.001)
        self._aim(self.running.next, 8, "Two more, as the spring fairs bring names.", days=0.002, at=self.running)

    def _aim(self, quarter: Quarter, count: int, reason: str, *, days: float, at: Quarter | None = None) -> None:
        moment = self.calendar.starts_at(at or quarter) + timedelta(days=days)
        recruiting_targets.set_target(quarter, count=count, reason=reason, by=self.priya, at=moment)

    def _gained(self, quarter: Quarter) -> Iterable[Customer]:
        """Some of whom the quarter's closing counts and the one before does not, and who still are Green."""
        counted = ClosingEntry.objects.filter(is_referenceable=True).values("customer_id")
        green = Cell.objects.filter(dimension=self.call, status=Status.GREEN).values("customer_id")
        there = Customer.objects.active(self.calendar.starts_on(quarter)).filter(contacts__left_on__isnull=True)
        new = there.filter(pk__in=counted.filter(closing__quarter=quarter.label)).filter(pk__in=green).order_by("pk")
        return new.exclude(pk__in=counted.filter(closing__quarter=quarter.previous.label)).distinct()[:ENROLLED]

    def _enrol(self, customer: Customer, quarter: Quarter, number: int) -> None:
        """From the first word to the yes within the quarter. The cell is Green by the grid's own story and stays."""
        reps = holding(self.staff, Role.SALES_REP)
        by, begins = reps[number % len(reps)], self.calendar.starts_at(quarter) + timedelta(days=12 + number, hours=9)
        values = {
            "contact": customer.contacts.present().order_by("pk").first(),
            "story": "They tell everybody at their trade fair about us.",
            "relationship_holder": by,
            "source": "sales",
        }
        will = {self.call: "willing"}
        nomination = nominations.submit(customer=customer, values=values, willingness=will, by=by, at=begins)
        decisions.accept(nomination, by=self.priya, at=begins + timedelta(days=2))
        invitations.invite(nomination, by=customer.csm or self.priya, at=begins + timedelta(days=5))
        agreed = [Agreed(self.call, Status.GREEN)]
        at = begins + timedelta(days=20)
        invitations.enrol(nomination, agreed=agreed, by=customer.csm or self.priya, at=at)
