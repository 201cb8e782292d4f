"""The program as a WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refprogram.settings")
# Who looks at a page is told that the database is busy; a worker waits for as long as it takes.
os.environ.setdefault("DATABASE_LOCK_SECONDS", "15")
application = get_wsgi_application()
from refprogram.watch import Watch  # noqa: E402  it needs the apps to be there

# Before the workers are forked and not at the first request, so that a worker that was killed is back at once.
get_resolver().url_patterns  # noqa: B018
# What was loaded stays: the collector need not look through it again, nor make the workers copy its pages.
gc.collect()
gc.freeze()
Watch().start()
