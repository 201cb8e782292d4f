"""Several processes started as one: what ends by itself is started again, and on Ctrl-C all end."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, NoReturn, Self

# A worker looks up from its queue every two seconds only. One that is cut off loses nothing: its work stands in rows.
GRACE_SECONDS = 1.5
# An installation that is broken ends its processes again and again; starting them without end would only hide it.
PAUSE, MOST_ENDS, WITHIN_SECONDS = 0.5, 5, 60
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """The person pressed Ctrl-C, closed the terminal or sent SIGTERM."""


class ProcessEnded(Exception):
    """One of the processes ended by itself, and there is no use in starting it again."""


@dataclass
class Child:
    """One of the processes: what it was started with, and when it ended lately."""

    command: Sequence[str]
    process: "subprocess.Popen[bytes]"
    ends: deque[float] = field(default_factory=deque)
    start_at: float | None = None

    def send(self, number: signal.Signals) -> None:
        """To the process and all that it started, which may outlive it."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    def ended(self, at: float) -> int:
        """How often it has ended within the last minute, now included."""
        self.ends.append(at)
        while self.ends[0] < at - WITHIN_SECONDS:
            self.ends.popleft()
        return len(self.ends)


class Processes:
    """A context manager: what is started inside is stopped at its end, with all children, whatever happened.

    `say` is told, in words for a person, what ended by itself and is started again.
    """

    def __init__(self, environment: Mapping[str, str], say: Callable[[str], object]) -> None:
        self.environment, self.say = environment, say
        self.running: dict[str, Child] = {}

    def __enter__(self) -> Self:
        for number in SIGNALS:
            signal.signal(number, _stop)
        return self

    def __exit__(self, *_exception: object) -> None:
        _ignore_further_signals()
        children = self.running.values()
        for child in children:
            child.send(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for child in children:
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue
        for child in children:
            child.send(signal.SIGKILL)
            child.process.wait()

    def start(self, name: str, command: Sequence[str]) -> None:
        with _signals_put_off():
            self.running[name] = Child(command, self._started(command))

    def wait_for(self, url: str, *, seconds: float) -> None:
        """Return when the address answers with success; raise TimeoutError after so many seconds, and ProcessEnded
        as soon as a process ends, which at the first start means that it cannot run here."""
        until = time.monotonic() + seconds
        while not _answers(url):
            for name, child in self.running.items():
                if child.process.poll() is not None:
                    raise ProcessEnded(_ended(name, child))
            if time.monotonic() > until:
                raise TimeoutError(f"{url} did not answer within {seconds:.0f} seconds")
            time.sleep(0.1)

    def watch(self) -> NoReturn:
        """Stay until a signal comes and start again what ends; raise ProcessEnded if one cannot be kept running."""
        while True:
            for name, child in self.running.items():
                self._look_after(name, child, at=time.monotonic())
            time.sleep(0.1)

    def _look_after(self, name: str, child: Child, *, at: float) -> None:
        if child.start_at is not None:
            if at >= child.start_at:
                with _signals_put_off():
                    child.process, child.start_at = self._started(child.command), None
        elif child.process.poll() is not None:
            # What it started itself would keep the port or the work in hand.
            child.send(signal.SIGKILL)
            times = child.ended(at)
            if times >= MOST_ENDS:
                raise ProcessEnded(f"{_ended(name, child)}, {times} times within a minute")
            child.start_at = at + PAUSE * 2 ** (times - 1)
            self.say(f"{_ended(name, child)}; it is started again.")

    def _started(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        """As leader of a group of its own, so that Ctrl-C reaches it through us and only once."""
        return subprocess.Popen(command, env=self.environment, start_new_session=True)  # noqa: S603


def _ended(name: str, child: Child) -> str:
    return f"{name} ended by itself with exit code {child.process.returncode}"


@contextmanager
def _signals_put_off() -> Iterator[None]:
    """A signal between the start of a process and our knowing of it would leave that process behind."""
    came: list[int] = []
    before: dict[signal.Signals, Any] = {
        number: signal.signal(number, lambda got, _frame: came.append(got)) for number in SIGNALS
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[0])


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
