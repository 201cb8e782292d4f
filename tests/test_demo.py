"""The demo tells a story that holds together: it is made by the program's own actions, so it must verify."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.choices import Role
from core.models import User
from customers.choices import Adoption
from customers.models import Contact
from references.choices import DriveAnswer, PlanState, RecognitionState
from references.models import (
    BonusStatement,
    Closing,
    CohortMember,
    CorrectionDecision,
    ForecastSnapshot,
    QuotaOverride,
    RankingMail,
    Recognition,
    RecruitingPlan,
    RecruitingSettings,
)
from references.reports import recruiting_targets


def test_two_years_are_told_closed_paid_corrected_and_verified(db):
    call_command("load_demo", "--today", "2026-11-22", stdout=StringIO())
    assert Closing.objects.count() == BonusStatement.objects.count() == 8
    assert CorrectionDecision.objects.filter(is_approved=True).count() == 1
    assert ForecastSnapshot.objects.filter(quarter="2026-Q4", taken_on=date(2026, 11, 16)).exists()
    assert {role for person in User.objects.all() for role in person.roles} == set(Role.values)
    assert Closing.objects.filter(high_impact__gt=0).exists()
    answers = {row.answer for row in CohortMember.objects.with_answers()}
    assert answers == {*DriveAnswer}, "every answer of a drive can be seen"
    assert QuotaOverride.objects.count() == 1
    assert {letter.state for letter in Recognition.objects.all()} == set(RecognitionState.values)
    assert Recognition.objects.published().exists()
    assert {plan.state for plan in RecruitingPlan.objects.all()} == set(PlanState.values)
    assert RecruitingPlan.objects.overdue(date(2026, 11, 22)).exists()
    assert {*Contact.objects.values_list("adoption", flat=True)} == {"", *Adoption.values}
    assert not RankingMail.objects.filter(sent_at__isnull=True).exists()
    aims = recruiting_targets.standing(at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert [(str(one.quarter), one.is_over, one.is_reached) for one in aims] == [
        ("2027-Q1", False, False),
        ("2026-Q4", False, False),
        ("2026-Q3", True, False),
        ("2026-Q2", True, True),
    ]
    assert str(RecruitingSettings.standing_sponsor()) == "Eva Lindqvist"
    call_command("verify_closings", stdout=StringIO())
    with pytest.raises(CommandError, match="not empty"):
        call_command("load_demo", stdout=StringIO())


@pytest.mark.parametrize("port", ["abc", "", "-1", "0", "70000", "8001 "])
def test_a_port_that_is_none_is_refused_in_one_line(port):
    with pytest.raises(CommandError, match="is no port: choose a number") as refused:
        call_command("demo", f"--port={port}")
    assert "\n" not in str(refused.value)


def test_a_day_that_is_none_is_refused(db):
    with pytest.raises(CommandError, match="is not a day"):
        call_command("load_demo", "--today", "soon", stdout=StringIO())
