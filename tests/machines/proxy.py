"""A proxy as there is one in front of every installation: it takes turns, and sends nobody to a machine that is out."""

import socket
import time
from collections import Counter
from contextlib import suppress
from itertools import count
from threading import Lock, Thread

from tests.faults.servers import free_port

Address = tuple[str, int]
PATIENCE = 10


class Proxy:
    """Passes every connection on to the next machine; one that refuses the connection is passed over."""

    def __init__(self, machines: list[Address]) -> None:
        self.machines, self.port = machines, free_port()
        self.out: set[Address] = set()
        self.under_way: Counter[Address] = Counter()
        self.served: Counter[Address] = Counter()
        self.turn, self.lock = count(), Lock()
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=200)
        Thread(target=self._listen, daemon=True).start()

    def take_out(self, machine: Address) -> None:
        """Send nobody there any more, and wait until everyone who is there has been answered."""
        self.out.add(machine)
        until = time.monotonic() + PATIENCE
        while self.under_way[machine] and time.monotonic() < until:
            time.sleep(0.02)

    def close(self) -> None:
        self.listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _reach(self) -> tuple[socket.socket, Address]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self.lock:
                machine = self.machines[next(self.turn) % len(self.machines)]
                if machine in self.out:
                    continue
                self.under_way[machine] += 1
            try:
                return socket.create_connection(machine, timeout=PATIENCE), machine
            except ConnectionRefusedError:
                with self.lock:
                    self.under_way[machine] -= 1
                time.sleep(0.01)
        raise TimeoutError("no machine could be reached")

    def _pass_on(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            server, machine = self._reach()
            try:
                with server:
                    asking = Thread(target=_copy, args=(client, server), daemon=True)
                    asking.start()
                    _copy(server, client)
            finally:
                with self.lock:
                    self.under_way[machine] -= 1
                    self.served[machine] += 1


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65_536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
