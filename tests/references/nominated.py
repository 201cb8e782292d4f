"""Nominations as colleagues make them, and as they wait for their invitation."""

from datetime import timedelta

from references.actions import nomination_decisions as decisions
from references.actions import nominations
from references.models import Dimension
from tests.factories import ContactFactory, customer


def nominate(who, by, *, at):
    values = {"contact": who.contacts.first(), "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    return nominations.submit(customer=who, values=values, willingness=will, by=by, at=at)


def accepted(name, *, csm, by, priya, at, days=0):
    """A nomination that has waited for so many days."""
    who = customer(name, csm=csm)
    ContactFactory(customer=who, name="Bob Loblaw", email="bob@example.com")
    return decisions.accept(nominate(who, by, at=at - timedelta(days=days)), by=priya, at=at)
