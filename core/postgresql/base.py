"""PostgreSQL as Django speaks to it. Settings name this package as ENGINE."""

from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base

MOST_PLANS = 100


class DatabaseWrapper(base.DatabaseWrapper):
    """What a kept connection can spare.

    It is checked at the beginning of each request (CONN_HEALTH_CHECKS). Django asks `SELECT 1`, a round trip. A server
    that ended, or ended the connection, has told so: then there is something to read, where a connection at rest has
    nothing. Only then the server is asked.

    The plan of a statement that comes again and again is left with the server. A pooler that gives a connection for one
    transaction would lose it: where Django is told not to use cursors of the server, plans are not left there either.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.planned: dict[str, str] = {}
        return super().get_new_connection(conn_params)

    def plan(self, sql: str) -> str:
        """What to send in place of the SQL, with the same values; the first time the server is told of it."""
        if sql not in self.planned:
            if len(self.planned) >= MOST_PLANS or self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
                return sql
            name, (first, *others) = f"plan_{len(self.planned)}", sql.split("%s")
            numbered = "".join(f"${number}{part}" for number, part in enumerate(others, start=1))
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {name} AS {first}{numbered}".replace("%%", "%"))
            values = f"({', '.join(['%s'] * len(others))})" if others else ""
            # So that a log of statements tells what is done.
            told = sql[max(sql.find(" FROM "), 0) :][:60].replace("%", "")
            self.planned[sql] = f"EXECUTE {name} {values} /*{told} */"
        return self.planned[sql]

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        waiting.register(self.connection.fileno(), POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())
