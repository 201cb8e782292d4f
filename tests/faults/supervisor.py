"""Processes that are started again when they end, as docker's restart policy or systemd does it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

PAUSE = 0.5


class Kept:
    """One process, leader of a group of its own, so that killing the group is what the end of a container is."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.log = folder / f"{name}.log"
        self.starts = 0
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.starts += 1

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """All of it at once: the process and its children."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def children(self) -> list[int]:
        """The processes that the leader has started itself, the workers of gunicorn and Celery."""
        with suppress(FileNotFoundError):
            path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            return [int(number) for number in path.read_text().split()]
        return []


class Supervisor:
    """Keeps processes running until the end of its block, and then ends them all."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.kept, self.over, self.lock = folder, {}, Event(), Lock()
        self.thread = Thread(target=self._watch, daemon=True)
        self.thread.start()

    def keep(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Kept:
        with self.lock:
            self.kept[name] = Kept(name, command, environment, self.folder)
        return self.kept[name]

    def end(self, name: str, *, seconds: float = 15) -> None:
        """Stop one for good: asked first, killed when it takes too long."""
        with self.lock:
            one = self.kept.pop(name)
        with suppress(ProcessLookupError):
            one.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            one.process.wait(seconds)
        one.kill()
        one.process.wait()

    def _watch(self) -> None:
        while not self.over.wait(PAUSE / 5):
            with self.lock:
                ended = [one for one in self.kept.values() if one.process.poll() is not None]
            for one in ended:
                one.kill()
                time.sleep(PAUSE)
                with self.lock:
                    if self.kept.get(one.name) is one:
                        one.start()

    def close(self) -> None:
        self.over.set()
        self.thread.join()
        for name in list(self.kept):
            self.end(name, seconds=3)
