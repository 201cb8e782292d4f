"""Tasks that Alex asks for in the first moment of a web server, which has not read all modules with tasks yet."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The queue's search for tasks finds nothing while another request is in the middle of the same search.
MEANWHILE = """
import celery.loaders.base
import django; django.setup()
from operations.choices import ScheduledTask
from operations.views.task_runs import _sent_as
celery.loaders.base._RACE_PROTECTION = True
assert [_sent_as(task).name for task in ScheduledTask] == ScheduledTask.values
"""


def test_every_task_is_known_while_somebody_else_asks_for_one(tmp_path):
    kept = os.environ | {"VAR_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "refprogram.settings"}
    done = subprocess.run([sys.executable, "-c", MEANWHILE], cwd=ROOT, env=kept, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
