"""What every other setting stands on: the environment, the place, and which kind of installation this is."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from refprogram import private

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
EMBEDDED = "DATABASE_URL" not in env.ENVIRON
MISSING = [name for name in ("REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS") if not env.str(name, default="")]
if not EMBEDDED and MISSING:
    raise ImproperlyConfigured(
        f"DATABASE_URL is set, so this is a production installation; set {', '.join(MISSING)} as well."
    )

if EMBEDDED:
    private.make_folder(VAR_DIR, is_chosen="VAR_DIR" in env.ENVIRON)
# The embedded key protects a demo on one machine; a production installation brings its own.
SECRET_KEY = env.str("SECRET_KEY", default="embedded-only-" + "k3" * 24)
HTTPS = env.bool("HTTPS", default=not EMBEDDED)
