"""Nominations of the ranking's tests, made through the actions: submitted, accepted, enrolled on given days."""

from datetime import UTC, datetime

from core.models import User
from customers.models import Customer
from references.actions import nomination_decisions as decisions
from references.actions import nomination_invitations as invitations
from references.actions import nominations
from references.actions.nomination_invitations import Agreed
from references.models import Dimension, Nomination
from tests.factories import customer

# The third Friday of the fourth quarter's second month.
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def nominate(who: Customer | str, by: User, *, at: datetime = NOW) -> Nomination:
    known = customer(who, at=at) if isinstance(who, str) else who
    values = {"contact_name": "Lucille", "story": "They halved their returns.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    return nominations.submit(customer=known, values=values, willingness=will, by=by, at=at)


def accept(nomination: Nomination, by: User, *, at: datetime = NOW) -> Nomination:
    return decisions.accept(nomination, by=by, at=at)


def enrol(nomination: Nomination, by: User, *, at: datetime = NOW) -> Nomination:
    """Accepted, invited and enrolled at once."""
    invited = invitations.invite(accept(nomination, by, at=at), by=by, at=at)
    return invitations.enrol(invited, agreed=[Agreed(Dimension.objects.get(key="logo"), "amber")], by=by, at=at)


def withdraw(nomination: Nomination, by: User, *, at: datetime = NOW) -> Nomination:
    return nominations.withdraw(nomination, reason="Wrong contact.", by=by, at=at)
