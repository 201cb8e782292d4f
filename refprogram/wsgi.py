"""The program as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refprogram.settings")
application = get_wsgi_application()
# Before the workers are forked and not at the first request, so that a worker that was killed is back at once.
get_resolver().url_patterns  # noqa: B018
