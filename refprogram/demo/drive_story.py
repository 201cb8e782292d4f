"""How the colleagues are asked month by month, what some of them answered, and what sales management expects."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.actions import people
from core.choices import Role
from core.models import User
from references.actions import cohort_members, drives, quotas
from references.choices import DriveAnswer
from references.forms.drives import ASKED_ROLES, INTRODUCTION
from references.models import CohortMember, Drive
from references.reports.drives import members
from references.reports.quotas import period_of
from references.rules.drives import due_month, first_working_day, months_from
from refprogram.demo.cast import address

MONTHS_BACK, MONTHS = 2, 5
NEWCOMER = "Rosa Delgado"


@dataclass
class DriveStory:
    """Plays on the nominations that were told before: who nominated after being asked has answered."""

    staff: dict[str, User]
    zone: ZoneInfo
    now: datetime

    def play(self) -> None:
        priya, today = self.staff["Priya Nair"], self.now.astimezone(self.zone).date()
        first = today.replace(day=1)
        for _month in range(MONTHS_BACK):
            first = (first - timedelta(days=1)).replace(day=1)
        running = self._begun(first, at=self.morning(first) - timedelta(days=6))
        for month in months_from(first, MONTHS):
            if month <= due_month(today):
                self._ask(running, month)
        self._answers(running)
        self._newcomer()
        following = {"name": "Account managers, by region", "split": "region", "months": 4}
        following |= {"first_month": months_from(today, 4)[-1], "roles": [Role.ACCOUNT_MANAGER]}
        following |= {"introduction": str(INTRODUCTION)}
        drives.create(values=following, by=priya, at=self.now - timedelta(days=1))
        self._quotas()

    def morning(self, day: date) -> datetime:
        return datetime.combine(day, time(8), self.zone)

    def _begun(self, first: date, *, at: datetime) -> Drive:
        values = {"name": "Everybody once by spring", "split": "last_name", "first_month": first, "months": MONTHS}
        values |= {"roles": [*ASKED_ROLES, Role.MARKETING, Role.SALES_MANAGER], "introduction": str(INTRODUCTION)}
        priya = self.staff["Priya Nair"]
        drive = drives.create(values=values, by=priya, at=at)
        ken = CohortMember.objects.select_related("drive", "person").get(drive=drive, person=self.staff["Ken Ito"])
        cohort_members.leave_out(ken, by=priya, at=at)
        return drives.begin(drive, by=priya, at=at)

    def _ask(self, drive: Drive, month: date) -> None:
        at = self.morning(first_working_day(month))
        for row in drive.members.filter(cohort__month=month).order_by("pk"):
            member = cohort_members.claim(row.pk, month=month, at=at)
            if member is not None:
                cohort_members.note_asked(member, at=at)

    def _answers(self, drive: Drive) -> None:
        """One of those who were asked and nominated nothing said so; the others are still silent."""
        silent = [row for row in members(drive).order_by("pk") if row.answer == DriveAnswer.SILENT]
        note = "All of mine are in the middle of the migration; ask again after it."
        for row in silent[:-1][:1]:
            at = (row.asked_at or self.now) + timedelta(hours=5)
            cohort_members.answer(row, note=note, by=row.person, at=min(at, self.now))

    def _newcomer(self) -> None:
        """A sales rep who joined after the months were split, and is in none of them."""
        rosa = people.create(
            address(NEWCOMER), name=NEWCOMER, roles=[Role.SALES_REP], by=None, at=self.now - timedelta(days=4)
        )
        people.administer(
            rosa, name=NEWCOMER, roles=rosa.roles, team="West", region="US West", by=None,
            at=self.now - timedelta(days=4),
        )  # fmt: skip

    def _quotas(self) -> None:
        lena = self.staff["Lena Fischer"]
        first = quotas.set_policy(
            seen=0,
            mode="warn",
            period="quarter",
            numbers={Role.ACCOUNT_MANAGER: 1},
            reason="A first number, to see how it goes.",
            by=lena,
            at=self.now - timedelta(days=300),
        )
        quotas.set_policy(
            seen=first.pk,
            mode="warn",
            period="quarter",
            numbers={Role.ACCOUNT_MANAGER: 2, Role.SALES_REP: 1},
            reason="Two customers per account manager, as agreed at the kick-off.",
            by=lena,
            at=self.now - timedelta(days=80),
        )
        period = period_of("", at=self.now)
        # She came after the nominations, so nothing of hers was accepted, whatever chance made of the others.
        rosa = User.objects.get(email=address(NEWCOMER))
        quotas.override(rosa, period=period, reason="She began this week.", by=lena, at=self.now)
