"""Plays the whole demo: two years up to now, quarter by quarter, closings and statements included."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from django.db import transaction
from django.db.models import F

from core.actions import notices
from core.models import Notice, Programme, User
from core.quarters import Quarter
from references.actions import (
    closings,
    corrections,
    decay,
    evidence_notices,
    forecasts,
    impact,
    pay_curves,
    pay_members,
    statements,
    targets,
)
from references.models import Closing, ClosingEntry
from references.rules.pay import Curve
from refprogram.demo import cast
from refprogram.demo.companies import companies
from refprogram.demo.drive_story import DriveStory
from refprogram.demo.evangelist_story import EvangelistStory
from refprogram.demo.grid_story import GridStory
from refprogram.demo.impact_story import ImpactStory
from refprogram.demo.nomination_story import NominationStory
from refprogram.demo.plan_story import PlanStory
from refprogram.demo.recognition_story import RecognitionStory
from refprogram.demo.script import CLOSED_ACTS, CUSTOMERS_AT_START, RUNNING_ACT, Act, Script
from refprogram.demo.target_story import TargetStory

SEED = 99
CUSTOMERS = 124
CORRECTED_ACT = 6


@transaction.atomic
def load(*, now: datetime) -> None:
    """Fill an empty database. The same `now` gives the same data, to the second."""
    programme = Programme.current()
    programme.company, programme.time_zone = "Halden Systems", "Europe/Berlin"
    programme.save()
    calendar, dice = programme.calendar, Random(SEED)  # noqa: S311  a story needs no secrecy
    running = calendar.quarter_at(now)
    first = running.shifted(-len(CLOSED_ACTS))
    curtain = calendar.starts_at(first) + timedelta(hours=8)
    staff = cast.hire(at=curtain)
    story = GridStory(dice, calendar, staff, curtain)
    script = Script(story, dice, calendar, companies(dice, count=CUSTOMERS))
    _open(script, staff, first, at=curtain)
    for number, act in enumerate(CLOSED_ACTS):
        _play_closed(script, staff, first.shifted(number), act, corrected=number == CORRECTED_ACT)
    _play_running(script, staff, running, now=now)


def _open(script: Script, staff: dict[str, User], first: Quarter, *, at: datetime) -> None:
    """The first weeks of the first quarter: the pay plan, and the customers the company brings along."""
    priya = staff["Priya Nair"]
    pay_curves.set(first, curve=Curve(), reason="The plan agreed with the team.", by=priya, at=at)
    for csm in script.story.csms:
        pay_members.add(csm, target_bonus=Decimal(2500), from_quarter=first, by=priya, at=at)
    for _number in range(CUSTOMERS_AT_START):
        company = script.companies.pop()
        script.story.later(
            at.date() + timedelta(days=script.dice.randint(1, 20)),
            partial(script.join, company),
        )
    script.story.play(until=at + timedelta(days=22))
    for _number in range(420):
        script.plan_other_cell_between(at.date() + timedelta(days=22), script.calendar.ends_on(first))


def _play_quarter(script: Script, staff: dict[str, User], quarter: Quarter, act: Act, *, until: datetime) -> None:
    starts = script.calendar.starts_on(quarter)
    script.story.later(starts, partial(_aim, quarter, act, staff))
    script.plan(quarter, act)
    ratings = ImpactStory(Random(f"{SEED} {quarter}"), staff)  # noqa: S311
    script.story.later(starts + timedelta(days=40), ratings.rate)
    monday: date = starts + timedelta(days=-starts.weekday() % 7)
    while monday <= script.calendar.ends_on(quarter):
        script.story.later(monday, partial(_run_jobs, quarter))
        monday += timedelta(days=7)
    script.story.play(until=until)


def _aim(quarter: Quarter, act: Act, staff: dict[str, User], at: datetime) -> None:
    targets.set_target(quarter, count=act.target, reason="Agreed with the team.", by=staff["Priya Nair"], at=at)


def _run_jobs(quarter: Quarter, at: datetime) -> None:
    """What the schedule does by itself; once a week is enough for a story."""
    decay.decay(at=at)
    evidence_notices.warn(at=at)
    forecasts.take_snapshot(quarter, by=None, at=at)
    impact.refresh(at=at)


def _play_closed(script: Script, staff: dict[str, User], quarter: Quarter, act: Act, *, corrected: bool) -> None:
    ends = script.calendar.ends_at(quarter)
    _play_quarter(script, staff, quarter, act, until=ends)
    closing = closings.close(quarter, by=None, at=ends + timedelta(minutes=5))
    after = script.calendar.ends_on(quarter)
    if corrected:
        script.story.later(after + timedelta(days=9), lambda at: _correct(closing, staff, at))
    priya = staff["Priya Nair"]
    script.story.later(after + timedelta(days=12), lambda at: statements.issue(closing, by=priya, at=at))


def _correct(closing: Closing, staff: dict[str, User], at: datetime) -> None:
    """One customer had taken its consent back by phone before the quarter ended; nobody had entered it."""
    entry = ClosingEntry.objects.filter(closing=closing, is_referenceable=True).order_by("name")[3]
    correction = corrections.propose(
        closing,
        customer=entry.customer,
        is_referenceable=False,
        reason="The contact had withdrawn by phone in the last week; it was entered too late.",
        by=staff["Maria Chen"],
        at=at,
    )
    corrections.decide(correction, approve=True, comment="Checked with the contact.", by=staff["Eva Lindqvist"], at=at)


def _play_running(script: Script, staff: dict[str, User], running: Quarter, *, now: datetime) -> None:
    weeks_ago = now - timedelta(days=min(24, (now - script.calendar.starts_at(running)).days))
    _play_quarter(script, staff, running, RUNNING_ACT, until=weeks_ago)
    TargetStory(staff, script.calendar, running).play()
    for person in staff.values():
        notices.mark_read(person, at=weeks_ago)
    script.tidy(weeks_ago.date(), now.date())
    script.story.play(until=now)
    ImpactStory(Random(SEED), staff).aim(now - timedelta(days=20))  # noqa: S311
    NominationStory(Random(SEED), staff, now).play()  # noqa: S311
    impact.refresh(at=now)
    PlanStory(staff, now).play()
    EvangelistStory(Random(SEED), staff, now).play()  # noqa: S311
    DriveStory(staff, script.calendar.zone, now).play()
    RecognitionStory(staff, now).play()
    # What the story told its people was never mail.
    Notice.objects.update(mailed_at=F("created_at"))
