"""PostgreSQL as Django speaks to it. Settings name this package as ENGINE."""

from select import POLLIN, poll

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is kept between requests is checked at the beginning of each (CONN_HEALTH_CHECKS).

    Django asks `SELECT 1`, a round trip for every request. A server that ended, or ended the connection, has told so:
    then there is something to read, where a connection at rest has nothing. Only then the server is asked.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        waiting.register(self.connection.fileno(), POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())
