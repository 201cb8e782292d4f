"""How the demo's grid fills up: customers join, cells move, Greens are earned, renewed and lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from core.choices import Role
from core.models import User
from core.quarters import FiscalCalendar
from customers.actions import attributes, contacts, customers, products
from customers.choices import Adoption, ContactRole, EvangelistLevel, EvangelistScope, Lifecycle
from customers.models import Contact, Customer
from references.actions import cells, departures
from references.actions import evidence as evidences
from references.actions.cells import NewEvidence
from references.models import Cell, Dimension
from refprogram.demo import cast
from refprogram.demo.companies import PRODUCTS, Company
from refprogram.demo.phrases import ACTIONS, BLOCKERS, CHURN_REASONS, NOTES, WITHDRAWALS

PAY_TRIGGER = "reference_call"
# Some chose, some were won over, some were told to; of one in four nobody has said.
ADOPTIONS = (*Adoption.values, "")
Event = tuple[datetime, int, Callable[[datetime], object]]


@dataclass
class GridStory:
    """The state of the story between events. `green` maps reference-able customers to the last day of evidence."""

    dice: Random
    calendar: FiscalCalendar
    staff: dict[str, User]
    begins: datetime
    candidates: list[Customer] = field(default_factory=list)
    green: dict[int, date] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dimensions = {dimension.key: dimension for dimension in Dimension.objects.all()}
        self.products = {name: products.create(name=name, by=None, at=self.begins) for name in PRODUCTS}
        attributes.create(name="Deployment", by=None, at=self.begins)
        self.csms = cast.holding(self.staff, Role.CSM)
        self.sellers = cast.holding(self.staff, Role.SALES_REP)
        self.managers = cast.holding(self.staff, Role.ACCOUNT_MANAGER)
        self.customers: dict[int, Customer] = {}
        self.contacts: dict[int, list[Contact]] = {}

    def later(self, day: date, deed: Callable[[datetime], object]) -> None:
        """Put a deed on a day's working hours; `play` runs them in the order of time."""
        minute = self.dice.randint(8 * 60, 17 * 60)
        at = datetime.combine(day, time(minute // 60, minute % 60, self.dice.randint(0, 59)), UTC)
        self.events.append((at, len(self.events), deed))

    def play(self, *, until: datetime) -> None:
        """Run what is due, in order; the rest waits."""
        due = sorted(event for event in self.events if event[0] < until)
        self.events = [event for event in self.events if event[0] >= until]
        for at, _order, deed in due:
            deed(at)

    def join(self, company: Company, *, at: datetime) -> None:
        """A company becomes a customer, with owners, contacts and products."""
        csm, seller = self.dice.choice(self.csms), self.dice.choice(self.sellers)
        values = {
            "domain": company.domain,
            "industry": company.industry,
            "region": company.region,
            "country": company.country,
            "size_band": company.size_band,
            "recurring_revenue": company.revenue,
            "is_well_known": company.is_well_known,
            "in_production_since": at.date() + timedelta(days=self.dice.randint(20, 80)),
            "lifecycle": Lifecycle.LIVE.value,
            "csm": csm,
            "opener": seller,
            "account_executive": seller,
            "account_manager": self.dice.choice(self.managers),
        }
        priya, said = self.staff["Priya Nair"], company.attributes
        customer = customers.create(name=company.name, values=values, attributes=said, by=priya, at=at)
        for name in company.products:
            products.set_use(customer, product=self.products[name], since=at.date(), by=csm, at=at)
        self.customers[customer.pk] = customer
        self.contacts[customer.pk] = [
            self._meet(customer, name, title, is_first=number == 0, by=csm, at=at)
            for number, (name, title) in enumerate(company.people)
        ]
        self.candidates.append(customer)

    def _meet(self, customer: Customer, name: str, title: str, *, is_first: bool, by: User, at: datetime) -> Contact:
        evangelist = self.dice.random() < (0.6 if is_first else 0.2)
        values = {
            "title": title,
            "email": f"{name.lower().replace(' ', '.')}@{customer.domain}",
            "roles": [ContactRole.CHAMPION.value if is_first else self.dice.choice(ContactRole.values)],
        }
        values["adoption"] = ADOPTIONS[len(name) % len(ADOPTIONS)]
        if evangelist:
            levels = [EvangelistLevel.PROMPTED.value, EvangelistLevel.UNPROMPTED.value]
            values["evangelist_level"] = self.dice.choice(levels)
            values["evangelist_scope"] = self.dice.choice(EvangelistScope.values)
        return contacts.create(customer, name=name, values=values, by=by, at=at)

    def cell(self, customer: Customer, key: str) -> Cell:
        return Cell.objects.of(customer, self.dimensions[key])

    def move(self, customer: Customer, key: str, status: str, *, at: datetime) -> None:
        """Set a cell with a plausible note and, unless it is Green, a next action."""
        cell = self.cell(customer, key)
        changes: dict[str, Any] = {"status": status, "owner": customer.csm}
        if self.dice.random() < 0.6:
            changes["note"] = self.dice.choice(NOTES[status])
        if status == "green":
            changes |= {"next_action": "", "next_action_due": None}
        elif self.dice.random() < 0.75:
            due = at.date() + timedelta(days=self.dice.randint(10, 60))
            changes |= {"next_action": ACTIONS[key], "next_action_due": due}
        cells.edit(cell, seen_version=cell.version, changes=changes, by=customer.csm, at=at)

    def postpone(self, customer: Customer, key: str, due: date, at: datetime) -> None:
        """The owner gives the next action another day."""
        cell = self.cell(customer, key)
        cells.edit(cell, seen_version=cell.version, changes={"next_action_due": due}, by=customer.csm, at=at)

    def earn(self, customer: Customer, *, at: datetime) -> None:
        """The contact agrees: the pay trigger turns Green, or is renewed, with evidence for a year."""
        present = [contact for contact in self.contacts[customer.pk] if contact.left_on is None]
        evidence = NewEvidence(
            kind=self.dice.choice(["email", "call", "meeting", "form"]),
            contact=present[0],
            agreed_on=at.date() - timedelta(days=self.dice.randint(0, 3)),
            note="Will take calls of prospects of a similar size.",
        )
        cell = self.cell(customer, PAY_TRIGGER)
        changes = {"status": "green", "note": self.dice.choice(NOTES["green"]), "owner": customer.csm}
        changes |= {"next_action": "", "next_action_due": None}
        cell = cells.edit(cell, seen_version=cell.version, changes=changes, evidence=evidence, by=customer.csm, at=at)
        self.green[customer.pk] = cell.evidence_valid_until or date.max

    def expect(self, customer: Customer, confidence: str, on: date, *, at: datetime) -> None:
        """The owner forecasts the pay trigger: Amber, with a day, a confidence and perhaps a blocker."""
        cell = self.cell(customer, PAY_TRIGGER)
        changes = {
            "status": "amber",
            "note": self.dice.choice(NOTES["amber"]),
            "owner": customer.csm,
            "next_action": self.dice.choice(["Send the call script to the champion", "Ask at the impact review"]),
            "next_action_due": on - timedelta(days=self.dice.randint(3, 20)),
            "forecast_on": on,
            "forecast_confidence": confidence,
            "blocker": self.dice.choice(BLOCKERS),
        }
        cells.edit(cell, seen_version=cell.version, changes=changes, by=customer.csm, at=at)

    def lose(self, customer: Customer, *, at: datetime) -> None:
        """The customer no longer takes calls: said no, took the consent back, or the contact is gone."""
        evidence = self.cell(customer, PAY_TRIGGER).evidence
        self.green.pop(customer.pk, None)
        kind = self.dice.choice(["no", "withdrawn", "gone"])
        present = [contact for contact in self.contacts[customer.pk] if contact.left_on is None]
        if evidence is None or (kind == "gone" and len(present) < 2):
            kind = "no"
        if kind == "withdrawn" and evidence is not None:
            evidences.withdraw(evidence, reason=self.dice.choice(WITHDRAWALS), by=customer.csm, at=at)
        elif kind == "gone":
            departures.leave(present[0], on=at.date(), reason="Moved to another company.", by=customer.csm, at=at)
            present[0].refresh_from_db()
        else:
            self.move(customer, PAY_TRIGGER, "amber", at=at)

    def churn(self, customer: Customer, *, at: datetime) -> None:
        customer = Customer.objects.get(pk=customer.pk)
        customers.set_lifecycle(
            customer,
            lifecycle=Lifecycle.CHURNED,
            on=at.date(),
            reason=self.dice.choice(CHURN_REASONS),
            by=customer.csm,
            at=at,
        )
        self.green.pop(customer.pk, None)
        self.candidates = [other for other in self.candidates if other.pk != customer.pk]
