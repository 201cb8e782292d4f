"""One settings module for every installation: what differs comes from the environment.

Without DATABASE_URL the program runs embedded (SQLite, a broker on the file system); with it, it runs as in
production and refuses to start while something it needs is missing. What stands in the modules beside this one: the
ground all build on, how people log in, and where state is kept (databases, queue and cache, files).
"""

from csp.constants import NONE, SELF

from core.words import gettext_noop
from refprogram import logs
from refprogram.settings.accounts import *
from refprogram.settings.databases import *
from refprogram.settings.files import *
from refprogram.settings.ground import *
from refprogram.settings.ground import env
from refprogram.settings.queue import *

SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_FAILURE_VIEW = "refprogram.views.failures.forged"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where links in mails lead.
SITE_URL = env.str("SITE_URL", default=f"https://{ALLOWED_HOSTS[0]}" if HTTPS else "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "refprogram",
    "operations",
    "references",
    "customers",
    "people",
    "core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "crispy_forms",
    "crispy_bootstrap5",
    "heroicons",
    "django_htmx",
    "template_partials",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
]

MIDDLEWARE = [
    "refprogram.logs.RequestLog",
    "refprogram.metrics.RequestMetrics",
    "core.middleware.HeadWithoutBody",
    "django.middleware.security.SecurityMiddleware",
    # Above all that answers by itself, so that nothing leaves without its headers.
    "core.middleware.RefuseDevices",
    "core.middleware.KeepToOnePerson",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.RefuseControlCharacters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "core.middleware.AddMissingSlash",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.PersonalSettings",
    "core.middleware.LogInFirst",
    "core.middleware.RefuseImpossibleNumbers",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.WordsForMethods",
    "people.middleware.SecondFactor",
    "people.middleware.WaitsAfterFailures",
    "django_htmx.middleware.HtmxMiddleware",
]
if "replica" in DATABASES:
    MIDDLEWARE.append("core.replica.ReadFromReplica")

ROOT_URLCONF = "refprogram.urls"
WSGI_APPLICATION = "refprogram.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.frame",
            ],
        },
    }
]

# What the program writes by itself, and what new people read until they choose another language.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
# A language is offered when all of the program speaks it: docs/decisions/0011. Formats alone are ways to write English.
LANGUAGES = [
    ("en", gettext_noop("English")),
    ("en-gb", gettext_noop("English (UK)")),
    ("en-us", gettext_noop("English (US)")),
    ("en-de", gettext_noop("English, days and numbers as in Germany")),
    ("en-fr", gettext_noop("English, days and numbers as in France")),
]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "refprogram.date_formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_FILE_PATH = EMAIL_CONFIG.get("EMAIL_FILE_PATH")
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="RefProgram <refprogram@localhost>")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# JSON for the machines that gather logs; an embedded installation is watched by a person, who wants to see mails.
LOGGING = logs.configuration(
    as_json=env.str("LOG_FORMAT", default="text" if EMBEDDED else "json") == "json",
    level=env.str("LOG_LEVEL", default="WARNING" if EMBEDDED else "INFO"),
)

# 0 sets no limit.
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", default=1200)
# Whoever sends it as a bearer token may read /metrics; without one nothing is counted and nobody may.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsing.BodyParser"],
    "DEFAULT_SCHEMA_CLASS": "core.api.description.Described",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    # `?format=` would choose among one format.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "core.api.errors.Handler",
    "EXCEPTION_FORMATTER_CLASS": "core.api.errors.Formatter",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "RefProgram API",
    "DESCRIPTION": (
        "Customers, the grid and the quarters, with the same rules and permissions as the pages.\n\n"
        "Send `Authorization: Bearer TOKEN` with a token from your profile page. Lists answer "
        '`{"results": […], "next": CURSOR or null}`; ask again with `?cursor=CURSOR`, and with `?limit=` for up '
        "to 500 rows. Every refusal has one shape, with the field named: "
        '`{"type": …, "errors": [{"code": …, "detail": …, "attr": …}]}`. '
        "Fields and query parameters that do not exist are refused; fields that are only answered may be sent back "
        "as they were read. A token that calls too often is answered 429 with `Retry-After`. A write to a cell names "
        "the `version` it saw; if somebody was quicker, the answer is 409 with the `current` cell. What is done with a "
        "nomination may name it too."
    ),
    "DEFAULT_GENERATOR_CLASS": "core.api.description.DescribedOneAtATime",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "references.choices.Status",
        "NominationSourceEnum": "references.choices.NominationSource",
        "DriveStateEnum": "references.choices.DriveState",
    },
}

# Demo log-ins are offered on the log-in page only where the demo data was loaded on purpose.
DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="demo-reference-1")
# The embedded database leaves the extra columns of covering indexes out, which is what is wanted.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
