"""The database."""

from refprogram.settings.ground import EMBEDDED, VAR_DIR, env

if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "refprogram.sqlite",
            "NAME": VAR_DIR / "refprogram.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    }
else:
    SERVER = env.db("DATABASE_URL")
    # A server that swallows what it is sent is as good as away after seconds, not after minutes.
    SERVER["OPTIONS"] = {"connect_timeout": 3} | SERVER.get("OPTIONS", {})
    DATABASES = {"default": SERVER}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
