"""Drives for tests: Priya's sales team, and what they nominate."""

from datetime import UTC, date, datetime

from core.actions import people
from core.choices import Role
from core.models import User
from customers.models import Customer
from references.actions import drives, nominations
from references.models import CohortMember, Dimension, Drive, Nomination
from tests.factories import ContactFactory, customer, person

BEFORE = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH = date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)
REPS = ("Ada Adams", "Ben Baker", "Dan Doe", "Finn Olsen", "Sam Ortiz", "Zoe Zimmer")


def reps(*names: str) -> dict[str, User]:
    """Sales reps by their first names."""
    return {name.split()[0].lower(): person(name, Role.SALES_REP) for name in names or REPS}


def place(user: User, *, team: str = "", region: str = "") -> User:
    return people.administer(user, name=user.name, roles=user.roles, team=team, region=region, by=None, at=BEFORE)


def drive(priya: User, *, at: datetime = BEFORE, **values: object) -> Drive:
    said = {"name": "New year", "split": "last_name", "first_month": JANUARY, "months": 3, "roles": ["sales_rep"]}
    return drives.create(values=said | {"introduction": "It is your turn."} | values, by=priya, at=at)


def begun(priya: User, **values: object) -> Drive:
    return drives.begin(drive(priya, **values), by=priya, at=BEFORE)


def months(shown: Drive) -> dict[str, list[str]]:
    """The label of each month with its people."""
    return {
        cohort.label: [member.person.name for member in cohort.members.order_by("person__name")]
        for cohort in shown.cohorts.all()
    }


def member(shown: Drive, user: User) -> CohortMember:
    return CohortMember.objects.select_related("cohort", "drive", "person").get(drive=shown, person=user)


def nominate(user: User, *, at: datetime, who: Customer | None = None, name: str = "") -> Nomination:
    who = who or customer(name or f"{user.get_short_name()}'s customer", opener=user)
    contact = who.contacts.first() or ContactFactory(customer=who)
    values = {"contact": contact, "story": "They saved a year.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    return nominations.submit(customer=who, values=values, willingness=will, by=user, at=at)
