"""Two schedules at once: one sends, the other takes over when the first is gone, and nothing is left out between."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from celery import Celery
from django.conf import settings
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from refprogram import one_schedule
from refprogram.celery import app as program
from refprogram.one_schedule import LeaseInRedis, LockedFile, OneSchedule


@pytest.fixture(params=["file", "redis"])
def a_lead(request, tmp_path):
    """What makes a contender for one and the same lead."""
    if request.param == "file":
        return lambda: LockedFile(tmp_path / "schedule.lock")
    if not settings.REDIS_URL:
        pytest.skip("no Redis is named")
    name = uuid4().hex
    return lambda: LeaseInRedis(Redis.from_url(settings.REDIS_URL), name)


def test_one_of_two_leads_and_the_other_follows_when_it_stops(a_lead):
    first, second = a_lead(), a_lead()
    assert [first.held(), second.held(), first.held(), second.held()] == [True, False, True, False]
    first.give_up()
    assert [second.held(), first.held()] == [True, False]
    second.give_up()


def test_a_lease_that_ran_out_goes_to_the_other_and_its_former_holder_is_told(monkeypatch):
    if not settings.REDIS_URL:
        pytest.skip("no Redis is named")
    monkeypatch.setattr(one_schedule, "LEASE", 0.2)
    redis, name = Redis.from_url(settings.REDIS_URL), uuid4().hex
    paused, other = LeaseInRedis(redis, name), LeaseInRedis(redis, name)
    assert paused.held()
    redis.pexpire(name, 1)
    while redis.exists(name):
        pass
    assert [other.held(), paused.held(), other.held()] == [True, False, True]
    redis.delete(name)


class Told:
    """A lead that is held as the test says."""

    def __init__(self) -> None:
        self.answer = True

    def held(self) -> bool:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def give_up(self) -> None:
        pass


@pytest.fixture
def schedule(tmp_path):
    """A schedule with one task every minute; what it sends is counted."""
    app = Celery("of this test", set_as_current=False)
    app.conf.beat_schedule = {"every-minute": program.conf.beat_schedule["tend-jobs"]}
    made = OneSchedule(app, schedule_filename=str(tmp_path / "schedule"))
    made.sent = Counter()
    made.apply_entry = lambda entry, producer=None: made.sent.update([entry.name])
    made.__dict__["producer"], made.__dict__["lead"] = None, Told()
    yield made
    made.close()


def run_due(schedule) -> int:
    """As many ticks as beat makes before it sleeps; how often the task was sent."""
    schedule.sent.clear()
    while not schedule.tick():
        pass
    return schedule.sent["every-minute"]


def ran(schedule, *, ago: timedelta) -> None:
    schedule.schedule["every-minute"].last_run_at = schedule.app.now() - ago
    schedule.populate_heap()


def test_a_schedule_that_does_not_lead_sends_nothing(schedule):
    ran(schedule, ago=timedelta(minutes=5))
    schedule.lead.answer = False
    assert run_due(schedule) == 0


def test_whoever_takes_over_sends_what_fell_due_since_the_other_was_last_seen(schedule):
    schedule.lead.answer = False
    run_due(schedule)
    schedule.others_led_at -= timedelta(minutes=2)
    ran(schedule, ago=timedelta(hours=3))
    schedule.lead.answer = True
    assert run_due(schedule) == 1


def test_whoever_takes_over_leaves_out_what_the_other_has_sent(schedule, monkeypatch):
    monkeypatch.setattr(one_schedule, "LEASE", 0.0)
    schedule.lead.answer = False
    run_due(schedule)
    ran(schedule, ago=timedelta(hours=3))
    second = schedule.app.now().second
    schedule.lead.answer = True
    sent = run_due(schedule)
    assert sent == 0 or schedule.app.now().second < second


def test_while_redis_is_away_nothing_is_sent_and_afterwards_nothing_was_left_out(schedule):
    ran(schedule, ago=timedelta(minutes=2))
    schedule.lead.answer = RedisAway("away")
    assert run_due(schedule) == 0
    schedule.lead.answer = True
    assert run_due(schedule) == 1


def test_the_program_runs_this_schedule():
    assert program.conf.beat_scheduler == "refprogram.one_schedule:OneSchedule"
