"""Two machines as far as the network is concerned: a namespace for each, on a bridge that leads nowhere else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

BRIDGE, HERE = "rp-machines", "10.231.77.1"


@dataclass(frozen=True)
class Place:
    """Where a machine is: its address, and what a command begins with that runs there."""

    name: str
    address: str
    prefix: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """`here` is where the servers listen; `is_divided` tells whether the machines have networks of their own."""

    here: str
    places: list[Place]
    is_divided: bool


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def network() -> Iterator[Network]:
    """Namespaces where we may make them, otherwise plain processes on this machine's own address."""
    try:
        _remove()
        _make()
    except (OSError, subprocess.CalledProcessError):
        _remove()
        yield Network("127.0.0.1", [Place("a", "127.0.0.1"), Place("b", "127.0.0.1")], is_divided=False)
        return
    try:
        yield Network(HERE, [_place("a", 11), _place("b", 12)], is_divided=True)
    finally:
        _remove()


def _place(name: str, number: int) -> Place:
    return Place(name, f"10.231.77.{number}", ("ip", "netns", "exec", f"rp-{name}"))


def _make() -> None:
    if os.geteuid() != 0:
        raise PermissionError("only root makes namespaces")
    _ip("link", "add", BRIDGE, "type", "bridge")
    _ip("addr", "add", f"{HERE}/24", "dev", BRIDGE)
    _ip("link", "set", BRIDGE, "up")
    for name, number in (("a", 11), ("b", 12)):
        inside = ("-n", f"rp-{name}")
        _ip("netns", "add", f"rp-{name}")
        _ip("link", "add", f"rp-{name}", "type", "veth", "peer", "name", "eth0", "netns", f"rp-{name}")
        _ip("link", "set", f"rp-{name}", "master", BRIDGE, "up")
        _ip(*inside, "addr", "add", f"10.231.77.{number}/24", "dev", "eth0")
        _ip(*inside, "link", "set", "eth0", "up")
        _ip(*inside, "link", "set", "lo", "up")


def _remove() -> None:
    for words in (["netns", "del", "rp-a"], ["netns", "del", "rp-b"], ["link", "del", BRIDGE]):
        with suppress(OSError, subprocess.CalledProcessError):
            _ip(*words)
