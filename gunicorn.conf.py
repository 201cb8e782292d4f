"""What gunicorn is told beyond its command line; it reads this file of the folder in which it is started."""

from typing import Any

# What gunicorn reads of a body that the program has not read, before it gives the connection up.
READ_AWAY = 64 * 1024

# Seconds for which a connection without a request is kept. Who sends on it at the moment it is closed does not learn
# whether the program has read it, and a proxy does not send a form twice; so the other side has to be the one that
# ends it. A proxy keeps a connection 60 seconds (nginx, AWS), 90 (Traefik) or 120 (Caddy) unless it is told otherwise.
keepalive = 130


def pre_request(worker: Any, request: Any) -> None:
    """Say `Connection: close` to whoever sends more. Of a form that is refused for its size gunicorn closes the
    connection anyway, but would promise to keep it, and the next request would be sent into nothing. What the program
    answers in that header gunicorn drops."""
    sent = dict(request.headers).get("CONTENT-LENGTH", "0")
    if sent.isdecimal() and int(sent) > READ_AWAY:
        request.force_close()
