"""No request is lost in a connection that the server was about to end."""

import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server():
    """gunicorn as the image starts it, with a program that reads no body at all."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "gunicorn", "wsgiref.simple_server:demo_app", f"--bind=127.0.0.1:{port}", "--threads=4"]
    process = subprocess.Popen([sys.executable, *command, "--no-control-socket"], cwd=ROOT, stderr=subprocess.DEVNULL)
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        wait_for(port)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait(timeout=20)


def wait_for(port):
    for _attempt in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("gunicorn did not start")


def test_what_is_too_large_to_be_read_away_closes_the_connection_and_says_so(server):
    server.request("POST", "/", body=b"x" * 3_000_000)
    answer = server.getresponse()
    assert (answer.status, answer.headers["Connection"]) == (200, "close")
    answer.read()
    server.request("GET", "/")
    again = server.getresponse()
    assert (again.status, b"Hello world!" in again.read()) == (200, True)


def test_a_form_sent_after_a_pause_finds_the_connection_open(server):
    server.request("POST", "/", body=b"colour=G")
    assert server.getresponse().read()
    kept = server.sock
    time.sleep(4)
    server.request("POST", "/", body=b"colour=A")
    answer = server.getresponse()
    assert (b"Hello world!" in answer.read(), server.sock) == (True, kept)


def test_a_form_of_the_usual_size_keeps_the_connection(server):
    server.request("POST", "/", body=b"x" * 30_000)
    answer = server.getresponse()
    assert (answer.headers["Connection"], b"Hello world!" in answer.read()) == ("keep-alive", True)
