"""One call of an address, taken back afterwards, and what came of it."""

import time
import traceback
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections, transaction


@dataclass(frozen=True)
class Called:
    """The status (500 where the view raised), the seconds it took, the page's text and the end of the traceback."""

    status: int
    seconds: float
    page: str = ""
    trouble: str = ""


def call(client: Any, method: str, path: str, sent: Any = None, **more: Any) -> Called:
    """Send as the person who logged in, whatever earlier calls did to the session."""
    client.cookies = SimpleCookie(client.kept.output(header="", sep=";"))
    began = time.thread_time(), time.perf_counter()
    with transaction.atomic():
        try:
            if isinstance(sent, bytes):
                answer = client.generic(method.upper(), path, sent, **more)
            else:
                answer = getattr(client, method)(path, sent, **more)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            # A closed answer ends its request, and the test's own connection with it, unless told otherwise.
            request_finished.disconnect(close_old_connections)
            answer.close()
            request_finished.connect(close_old_connections)
            page = content.decode() if answer.get("Content-Type", "").startswith("text/html") else ""
            called = Called(answer.status_code, seconds_since(*began), page)
        except Exception:
            told = "".join(traceback.format_exc().splitlines(keepends=True)[-12:])
            called = Called(500, seconds_since(*began), trouble=told)
        transaction.set_rollback(True)
    return called


def seconds_since(processor: float, clock: float) -> float:
    """The processor's seconds, which a busy machine does not change much; a wait of a minute counts as five, though."""
    return max(time.thread_time() - processor, (time.perf_counter() - clock) / 12)


def check(client: Any, method: str, path: str, sent: Any, *, slow_after: float, **more: Any) -> Called:
    """The call did not fail and came back in time; what is slow because the machine is busy is not slow twice."""
    called = call(client, method, path, sent, **more)
    if called.seconds > slow_after:
        called = call(client, method, path, sent, **more)
    told = f"{method} {path} {str(sent)[:1500]} {more}"
    assert called.status < 500, f"{told}: {called.status}\n{called.trouble}"
    assert called.seconds <= slow_after, f"{told}: {called.seconds:.1f} s"
    return called
