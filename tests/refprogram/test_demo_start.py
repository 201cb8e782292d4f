"""`make demo`: everything starts, tells where it is, and goes again without a trace."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.live import ROOT, free_port, kept_template


@pytest.fixture
def environment(tmp_path):
    """An embedded installation whose demo data is loaded already."""
    shutil.copytree(kept_template() / "var", tmp_path / "var")
    ours = ("DATABASE_URL", "REDIS_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    return kept | {"VAR_DIR": str(tmp_path / "var"), "PYTHONUNBUFFERED": "1"}


def start(environment, port: int) -> subprocess.Popen:
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def read_until(demo: subprocess.Popen, words: str) -> str:
    said = ""
    while words not in said:
        line = demo.stdout.readline()
        assert line, f"the demo ended early:\n{said}"
        said += line
    return said


def end(demo: subprocess.Popen) -> None:
    """Asked, not killed: what it started would stay, and with it the other end of its output."""
    demo.terminate()
    demo.communicate(timeout=20)


def processes_of(folder: str) -> dict[int, str]:
    """Running processes whose environment names the folder: their commands, by their numbers."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"VAR_DIR={folder}".encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked up in /proc")
def test_the_demo_starts_everything_and_ctrl_c_stops_everything(environment):
    port = free_port()
    demo = start(environment, port)
    try:
        said = read_until(demo, "Ctrl-C stops everything")
        assert f"http://localhost:{port}" in said
        for role in ("Programme manager", "Customer success manager", "Executive", "Administrator"):
            assert role in said
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 200
        running = " ".join(processes_of(environment["VAR_DIR"]).values())
        assert all(part in running for part in ("gunicorn", "worker", "beat"))

        second = start(environment, free_port())
        assert "already running from this directory" in second.communicate(timeout=30)[0]

        demo.send_signal(signal.SIGINT)
        assert "Stopped." in demo.communicate(timeout=20)[0]
        assert processes_of(environment["VAR_DIR"]) == {}
    finally:
        end(demo)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked up in /proc")
def test_what_is_killed_comes_back_by_itself_and_the_pages_go_on(environment):
    """As the kernel kills what takes too much memory. The worker and the schedule are no reason to end the pages."""
    port = free_port()
    demo = start(environment, port)
    try:
        read_until(demo, "Ctrl-C stops everything")
        for name, part in (("The worker", " worker "), ("The schedule", " beat "), ("The web server", "gunicorn")):
            # The oldest is the leader: the web server has forked the others.
            killed = min(numbers_of(environment["VAR_DIR"], part))
            os.kill(killed, signal.SIGKILL)
            assert f"{name} ended by itself with exit code -9; it is started again." in read_until(demo, name)
            answers_within(10, f"http://127.0.0.1:{port}/readyz")
            assert killed not in wait_for_numbers(environment["VAR_DIR"], part)
        demo.send_signal(signal.SIGINT)
        assert "Stopped." in demo.communicate(timeout=20)[0]
        assert processes_of(environment["VAR_DIR"]) == {}
    finally:
        end(demo)


def numbers_of(folder: str, part: str) -> list[int]:
    return [number for number, command in processes_of(folder).items() if part in command]


def wait_for_numbers(folder: str, part: str) -> list[int]:
    until = time.monotonic() + 10
    while not (found := numbers_of(folder, part)):
        assert time.monotonic() < until, f"{part} did not come back"
        time.sleep(0.1)
    return found


def answers_within(seconds: float, url: str) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            assert time.monotonic() < until, "the web server did not come back"
            time.sleep(0.1)


def test_a_taken_port_is_told_in_one_line(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = start(environment, port).communicate(timeout=30)[0]
    assert said.splitlines() == [
        f"CommandError: Port {port} is taken or cannot be used; choose another one: make demo PORT=8001"
    ]


def test_the_demo_refuses_a_production_database(environment):
    servers = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1"}
    production = environment | servers | {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "localhost"}
    assert "unset DATABASE_URL first" in start(production, free_port()).communicate(timeout=30)[0]
