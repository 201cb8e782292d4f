"""Two people enter the same at the same moment: one of them is told so in words, and it is there once."""

from datetime import UTC, datetime

import pytest

from core.actions import people
from core.choices import Role
from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent, Programme, User
from customers.actions import attributes, external_ids, products, support_cases
from customers.models import Attribute, ExternalId, Product, SupportCase
from references.actions import coverage, dimensions, recognition_settings
from references.models import CoverageTarget, CoverageWeight, Dimension, RewardLevel
from tests.customers.test_evangelists_at_once import at_once
from tests.factories import customer
from tests.references.covered import axes

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BY = {"by": None, "at": NOW}
COLUMN = {"name": "Podcast", "group": "public", "definition": "They speak.", "position": 90}
NAMED = {
    "product": (Product, lambda: products.create(name="Router", **BY)),
    "attribute": (Attribute, lambda: attributes.create(name="Segment", **BY)),
    "dimension": (Dimension, lambda: dimensions.create(values=COLUMN, **BY)),
    "reward level": (RewardLevel, lambda: recognition_settings.add_level(name="Gold", needed=9, **BY)),
    "person": (User, lambda: people.create("ada@example.com", name="Ada", roles=[Role.CSM], **BY)),
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("what", NAMED)
def test_of_two_who_enter_the_same_name_one_is_refused_in_words(what):
    model, enter = NAMED[what]
    Programme.current()
    before = model.objects.count()
    wrong = at_once(enter, enter)
    assert [type(problem) for problem in wrong] == [RuleBroken]
    assert model.objects.count() == before + 1


def test_one_id_of_another_system_is_given_to_one_customer():
    both = [customer(name) for name in ("Acme", "Bluth")]
    gives = [lambda one=one: external_ids.add(one, source="salesforce", value="001A", **BY) for one in both]
    wrong = at_once(*gives)
    assert [type(problem) for problem in wrong] == [RuleBroken]
    assert "salesforce id 001A" in str(wrong[0])
    assert ExternalId.objects.get().customer in both


def test_a_case_that_is_sent_twice_is_entered_once():
    acme = customer("Acme")
    values = {"number": "42", "severity": "high", "opened_on": NOW.date()}
    wrong = at_once(*[lambda: support_cases.record(acme, values=values, **BY)] * 2)
    assert "has a case with the number 42 already" in str(wrong[0])
    assert SupportCase.objects.count() == 1


def test_the_first_target_and_weight_of_a_place_are_not_replaced_unseen():
    customer("Acme", industry="Finance", region="EMEA")
    Programme.current()
    rows, columns = axes("industry", "region")
    place = {"columns_axis": columns, "row": "Finance", "column": "EMEA", "seen": "", **BY}
    targets = [lambda target=target: coverage.set_target(rows, target=target, **place) for target in (5, 9)]
    assert [type(problem) for problem in at_once(*targets)] == [StaleVersion]
    weights = [
        lambda weight=weight: coverage.set_weight(rows, value="Finance", weight=weight, seen=1, **BY)
        for weight in (2, 3)
    ]
    assert [type(problem) for problem in at_once(*weights)] == [StaleVersion]
    assert (CoverageTarget.objects.count(), CoverageWeight.objects.count()) == (1, 1)
    told = [event.detail["target"][0] for event in AuditEvent.objects.filter(event="coverage.target_set")]
    assert told == [None]
