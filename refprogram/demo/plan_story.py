"""How the company means to win its best customers: plans that run, that are late, that were won and given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.models import User
from customers.models import Customer
from references.actions import recruiting_plans
from references.models import Dimension, RecruitingPlan
from references.reports.counts import Present
from references.reports.recruiting_plans import unplanned

WAYS = (
    {
        "people": "Their head of operations, and whoever speaks for the company in public.",
        "way": "Our sponsor knows the chief financial officer from the user group and asks for half an hour.",
        "offer": "The opening talk at our user day, and a story that their own recruiting can use.",
    },
    {
        "people": "The project lead and her director.",
        "way": "The CSM brings it up in the next steering meeting; the director decides.",
        "offer": "A joint case study, written by us and released by them.",
    },
    {
        "people": "Head of communications; without them nothing is said in public.",
        "way": "Their IT lead introduces Lena after the roll-out.",
        "offer": "A press release on the roll-out, with a quotation of their board.",
    },
)
KINDS = (("reference_call", "case_study"), ("public_speech", "reference_call"), ("press_release", "logo"))
LEFT_WITHOUT = 4


@dataclass
class PlanStory:
    """Told after the impact is known: the plans are for customers of tier A that do not count yet."""

    staff: dict[str, User]
    now: datetime

    def __post_init__(self) -> None:
        self.priya, self.lena = self.staff["Priya Nair"], self.staff["Lena Fischer"]
        self.dimensions = {one.key: one for one in Dimension.objects.shown()}

    def play(self) -> None:
        """One of each first, then plans that run; some of the best customers are left without."""
        best = list(unplanned(self.priya, now=Present.seen(self.now)).order_by("-impact__score", "pk"))
        fates = [self._late, self._won, self._given_up, self._running, self._stepless]
        wanted = best[: max(len(best) - LEFT_WITHOUT, 0)] or best[:1]
        for number, customer in enumerate(wanted[:8]):
            fates[number if number < len(fates) else 3](customer, number)

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _begun(self, customer: Customer, number: int, *, days: float, **values: Any) -> RecruitingPlan:
        kinds = [self.dimensions[key] for key in KINDS[number % len(KINDS)]]
        said = {**WAYS[number % len(WAYS)], "dimensions": kinds, "owner": customer.csm or self.priya, **values}
        return recruiting_plans.begin(customer, values=said, by=self.priya, at=self.ago(days))

    def _late(self, customer: Customer, number: int) -> None:
        step = {"next_step": "Ask the sponsor for the introduction", "due_on": self.ago(4).date()}
        self._begun(customer, number, days=30, owner=self.priya, **step)

    def _running(self, customer: Customer, number: int) -> None:
        due = (self.now + timedelta(days=5 * number - 10)).date()
        self._begun(customer, number, days=20, next_step="Send the outline of the talk", due_on=due)

    def _stepless(self, customer: Customer, number: int) -> None:
        self._begun(customer, number, days=12)

    def _won(self, customer: Customer, number: int) -> None:
        plan = self._begun(customer, number, days=70)
        reason = "They speak at our user day; the call follows."
        self._closed(plan, "won", reason, by=self.lena, at=self.ago(6))

    def _given_up(self, customer: Customer, number: int) -> None:
        plan = self._begun(customer, number, days=65)
        reason = "Their group lets nobody speak before the merger is through."
        self._closed(plan, "given_up", reason, by=plan.owner, at=self.ago(15))

    def _closed(self, plan: RecruitingPlan, state: str, reason: str, *, by: User, at: datetime) -> None:
        recruiting_plans.close(plan, seen_version=plan.version, state=state, reason=reason, by=by, at=at)
