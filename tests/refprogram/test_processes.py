"""What ends by itself is started again; Ctrl-C ends the whole program, however often it is pressed."""

import os
import signal
import sys
from contextlib import suppress

import pytest

from refprogram import processes as module
from refprogram.processes import ProcessEnded, Processes, Stopped

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.mark.usefixtures("_handlers_restored")
def test_a_second_signal_does_not_cut_the_stopping_short():
    with Processes({}, print) as processes:
        processes.start("sleeper", SLEEPER)
        with pytest.raises(Stopped):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert processes.running["sleeper"].process.poll() is not None


@pytest.mark.usefixtures("_handlers_restored")
def test_what_is_killed_is_told_and_started_again(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.01)
    told = []
    with Processes({}, told.append) as processes:
        processes.start("The sleeper", SLEEPER)
        killed = processes.running["The sleeper"].process
        killed.kill()
        second = when(lambda: told and processes.running["The sleeper"].process is not killed, monkeypatch)
        with pytest.raises(Stopped):
            second(processes)
        assert processes.running["The sleeper"].process.poll() is None
    assert told == ["The sleeper ended by itself with exit code -9; it is started again."]
    with pytest.raises(ProcessLookupError):
        os.kill(processes.running["The sleeper"].process.pid, 0)


def when(holds, monkeypatch):
    """Watch the processes, and press Ctrl-C as soon as this holds."""

    def look(_seconds):
        if holds():
            signal.raise_signal(signal.SIGINT)

    def watch(processes):
        monkeypatch.setattr(module.time, "sleep", look)
        processes.watch()

    return watch


@pytest.mark.usefixtures("_handlers_restored")
def test_what_ends_again_and_again_ends_everything(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.01)
    told = []
    with Processes({}, told.append) as processes:
        processes.start("The sleeper", SLEEPER)
        processes.start("The broken one", [sys.executable, "-c", "raise SystemExit(3)"])
        with pytest.raises(ProcessEnded, match="The broken one ended by itself with exit code 3, 5 times within"):
            processes.watch()
        assert processes.running["The sleeper"].process.poll() is None
    assert told == ["The broken one ended by itself with exit code 3; it is started again."] * 4
    assert processes.running["The sleeper"].process.poll() is not None


@pytest.mark.usefixtures("_handlers_restored")
def test_one_that_ends_now_and_then_is_always_started_again():
    with Processes({}, print) as processes:
        processes.start("The sleeper", SLEEPER)
        ends = [processes.running["The sleeper"].ended(at) for at in (0, 20, 40, 59, 79, 99, 300)]
    assert ends == [1, 2, 3, 4, 4, 4, 1]


@pytest.mark.usefixtures("_handlers_restored")
def test_ctrl_c_in_the_moment_of_a_start_leaves_no_process_behind(monkeypatch):
    started = []

    def slow_popen(*arguments, **options):
        started.append(popen(*arguments, **options))
        signal.raise_signal(signal.SIGINT)
        return started[0]

    popen = module.subprocess.Popen
    monkeypatch.setattr(module.subprocess, "Popen", slow_popen)
    with suppress(Stopped), Processes({}, print) as processes:
        processes.start("The sleeper", SLEEPER)
    assert started[0].poll() is not None
