"""Banks of one place of the coverage matrix, in every state that it tells apart."""

from datetime import UTC, datetime

from references.actions import nominations
from references.models import Dimension
from references.reports import coverage_matrix as report
from tests.factories import ContactFactory, customer
from tests.references.ledger import green, set_cell

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BANKS = {"industry": "Finance", "region": "EMEA"}


def banks(maria):
    """One counts, one is Amber, one is nominated, one is free, and one has left."""
    counting = green("Acme Bank")
    counting_values = {"industry": "Finance", "region": "EMEA"}
    type(counting).objects.filter(pk=counting.pk).update(**counting_values)
    set_cell(customer("Betabank", csm=maria, **BANKS), "amber")
    nominated = customer("Cobank", csm=maria, **BANKS)
    values = {"contact": ContactFactory(customer=nominated), "story": "Doubled.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    nominations.submit(customer=nominated, values=values, willingness=will, by=maria, at=NOW)
    customer("Gone Bank", lifecycle="prospective", **BANKS)
    return counting, customer("Freebank", csm=maria, **BANKS)


def axes(*keys):
    known = {axis.key: axis for axis in report.axes()}
    return [known[key] for key in keys]
