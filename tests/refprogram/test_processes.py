"""Ctrl-C ends the whole program, however often it is pressed."""

import signal
import subprocess
import sys

import pytest

from refprogram.processes import SIGNALS, Processes, Stopped


@pytest.fixture
def _handlers_restored():
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_handlers_restored")
def test_a_second_signal_does_not_cut_the_stopping_short():
    with Processes({}) as processes:
        processes.start("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"])
        with pytest.raises(Stopped):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    sleeper: subprocess.Popen[bytes] = processes.running["sleeper"]
    assert sleeper.poll() is not None
