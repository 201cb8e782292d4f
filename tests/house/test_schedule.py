"""The schedule: every name in it is a task, and a worker that was away is not flooded when it comes back."""

from datetime import timedelta

import pytest

from refprogram.celery import app
from tests.house.files import APPS, ROOT, functions, python_files

pytestmark = pytest.mark.static


def test_every_scheduled_name_is_a_task():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled
    assert scheduled <= app.tasks.keys()


def test_the_program_uses_one_prefetched_message_and_json_only():
    assert app.conf.worker_prefetch_multiplier == 1
    assert (app.conf.task_serializer, app.conf.accept_content) == ("json", ["json"])


def test_scheduled_messages_expire_before_the_next_of_their_kind_piles_up():
    assert all(entry["options"]["expires"] <= 3600 for entry in app.conf.beat_schedule.values())


def test_a_clock_set_back_an_hour_does_not_silence_what_is_done_every_minute():
    every_minute = app.conf.beat_schedule["tend-jobs"]["schedule"]
    assert every_minute.is_due(every_minute.now() + timedelta(hours=1)).next <= 60


def test_tasks_are_a_few_lines_that_call_an_action():
    files = [path for path in python_files(*APPS) if path.name == "tasks.py"]
    assert not {f"{path} {name}": size for path in files for name, size, _node in functions(path) if size > 15}


def test_actions_enqueue_nothing():
    files = [path for path in python_files(*APPS) if "actions" in path.parts]
    assert not [path for path in files if ".delay(" in (ROOT / path).read_text()]
