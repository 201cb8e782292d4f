"""How a connection to PostgreSQL is asked for."""


def options(*, idle_seconds: int, lock_seconds: int) -> dict[str, str | int]:
    """What the connection is opened with; 0 sets no limit, which a pooler that refuses such parameters may need.

    A server that swallows what it is sent is as good as away after seconds, not after minutes. What a process that
    froze in the middle of a transaction holds is let go after `idle_seconds`, and nobody waits longer for a row that
    somebody else holds than `lock_seconds`. Machine code for a statement takes the server a second to make, which is
    longer than all but a few of ours take: it makes none. What is read in pieces is read to its end, so it is planned
    for that. Helpers are started for what takes long, not for a hundred rows, which are read before they are there. A
    pooler that takes no parameters takes none of them.
    """
    limits = {"idle_in_transaction_session_timeout": idle_seconds, "lock_timeout": lock_seconds}
    sent = " ".join(f"-c {name}={seconds * 1000}" for name, seconds in limits.items() if seconds)
    sent += " -c jit=off -c cursor_tuple_fraction=1 -c parallel_setup_cost=5000" if sent else ""
    lifelines = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
    return {"connect_timeout": 3, **lifelines} | ({"options": sent} if sent else {})
