"""Several processes started as one: when the first of them ends, or on Ctrl-C, all end."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import NoReturn, Self

# A worker looks up from its queue every two seconds only. One that is cut off loses nothing: its work stands in rows.
GRACE_SECONDS = 1.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """The person pressed Ctrl-C, closed the terminal or sent SIGTERM."""


class ProcessEnded(Exception):
    """One of the processes ended by itself."""


class Processes:
    """A context manager: what is started inside is stopped at its end, with all children, whatever happened."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        for number in SIGNALS:
            signal.signal(number, _stop)
        return self

    def __exit__(self, *_exception: object) -> None:
        _ignore_further_signals()
        self._send(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue
        self._send(signal.SIGKILL)
        for process in self.running.values():
            process.wait()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process as leader of a group of its own, so that Ctrl-C reaches it through us and only once."""
        self.running[name] = subprocess.Popen(command, env=self.environment, start_new_session=True)  # noqa: S603

    def wait_for(self, url: str, *, seconds: float) -> None:
        """Return when the address answers with success; raise TimeoutError after so many seconds."""
        until = time.monotonic() + seconds
        while not _answers(url):
            self._raise_if_one_ended()
            if time.monotonic() > until:
                raise TimeoutError(f"{url} did not answer within {seconds:.0f} seconds")
            time.sleep(0.1)

    def watch(self) -> NoReturn:
        """Stay until one of the processes ends or a signal comes."""
        while True:
            self._raise_if_one_ended()
            time.sleep(0.2)

    def _raise_if_one_ended(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None:
                raise ProcessEnded(f"{name} ended by itself with exit code {process.returncode}")

    def _send(self, number: signal.Signals) -> None:
        for process in self.running.values():
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                continue


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    # A second Ctrl-C, or one passed on by make, would cut the stopping short and leave processes behind.
    _ignore_further_signals()
    raise Stopped


def _ignore_further_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310
            return True
    except (urllib.error.URLError, OSError):
        return False
