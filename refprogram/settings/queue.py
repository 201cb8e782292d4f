"""Cache and queue: Redis, or the database and files of an embedded installation."""

from refprogram import private
from refprogram.settings.ground import VAR_DIR, env

REDIS_URL = env.str("REDIS_URL", default="")
# Installations that share a Redis server keep apart by their prefix.
REDIS_PREFIX = env.str("REDIS_PREFIX", default="refprogram")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "refprogram.cache.SteadyRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": REDIS_PREFIX,
            "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 3},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "refprogram.cache.PlainDatabaseCache",
            "LOCATION": "core_cache",
            # Above it, entries are thrown away before their time; of 300, a stranger would crowd counts of log-ins out.
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }
# What the footers of grids have counted. All share it; but to the embedded database who only reads does not write.
IN_MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES["counts"] = CACHES["default"] if REDIS_URL else IN_MEMORY | {"LOCATION": "counts"}
# What the menus of a page offer, kept for seconds by each process for itself: asking elsewhere would cost as much.
CACHES["menus"] = IN_MEMORY | {"LOCATION": "menus"}
# How far jobs are; on SQLite only, where a job's own transaction would keep it from telling.
CACHES["signs"] = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": str(VAR_DIR / "signs"),
    "TIMEOUT": 86_400,
}

BROKER_KEEPS_BACK = 7200
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": BROKER_KEEPS_BACK, "socket_connect_timeout": 2, "global_keyprefix": f"{REDIS_PREFIX}:"}
    if REDIS_URL
    else {
        "data_folder_in": str(VAR_DIR / "broker"),
        "data_folder_out": str(VAR_DIR / "broker"),
        "control_folder": str(VAR_DIR / "broker-control"),
    }
)
if not REDIS_URL:
    for folder in ("broker", "broker-control"):
        private.make_folder(VAR_DIR / folder)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
# No task runs longer than Redis keeps its message back, or a second worker would be handed the same work.
CELERY_TASK_TIME_LIMIT = BROKER_KEEPS_BACK - 200
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long the broker is away, worker and schedule go on looking for it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Every task finds its work in rows and does it once, so that one whose process was killed is handed out again.
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
# The worker writes the log that LOGGING describes; mails printed to the terminal are no lines of it.
CELERY_WORKER_HIJACK_ROOT_LOGGER = CELERY_WORKER_REDIRECT_STDOUTS = False
# Any number of schedules may run; one of them sends.
CELERY_BEAT_SCHEDULER = "refprogram.one_schedule:OneSchedule"
