"""Whether the queue answers, so that a page can say what a job waits for."""

from functools import lru_cache
from time import monotonic

from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

SECONDS = 2
UNREACHABLE = (OperationalError, RedisError, OSError)


def ask() -> None:
    """Raise one of UNREACHABLE if the broker does not answer within seconds."""
    with current_app.connection_for_write(transport_options={"socket_timeout": SECONDS}) as broker:
        broker.ensure_connection(max_retries=1, timeout=SECONDS)


def is_away() -> bool:
    """The same as a question, asked once in a few seconds however many pages want to know."""
    return _is_away(int(monotonic() / (2 * SECONDS)))


@lru_cache(maxsize=1)
def _is_away(_moment: int) -> bool:
    try:
        ask()
    except UNREACHABLE:
        return True
    return False
