"""The database."""

from typing import Any

from refprogram import databases
from refprogram.settings.ground import EMBEDDED, VAR_DIR, env


def _server(variable: str) -> dict[str, Any]:
    server: dict[str, Any] = env.db(variable)
    limits = databases.options(
        idle_seconds=env.int("DATABASE_IDLE_SECONDS", default=300),
        lock_seconds=env.int("DATABASE_LOCK_SECONDS", default=0),
    )
    server["OPTIONS"] = limits | server.get("OPTIONS", {})
    if server["ENGINE"] == "django.db.backends.postgresql":
        server["ENGINE"] = "core.postgresql"
    return server


if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "refprogram.sqlite",
            "NAME": VAR_DIR / "refprogram.sqlite3",
            "TEST": {"NAME": ":memory:"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    }
else:
    DATABASES = {"default": _server("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A pooler that gives a connection for one transaction loses a cursor that outlives it.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("POOLED", default=False)
# A standby of the same server, which answers what is only read: core/replica.py.
if not EMBEDDED and env.str("REPLICA_DATABASE_URL", default=""):
    DATABASES["replica"] = DATABASES["default"] | _server("REPLICA_DATABASE_URL") | {"TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["core.replica.Router"]
REPLICA_LAG_SECONDS = env.int("REPLICA_LAG_SECONDS", default=10)
REPLICA_VIEWS = {
    "customers:customer_index",
    "customers:customer_export",
    "references:grid",
    "references:grid_export",
    "references:quarter_board",
    "references:quarter_export",
    "references:quarter_index",
    "references:quarter_index_export",
    "references:movement_index",
    "references:movement_export",
    "references:forecast",
    "references:forecast_export",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
