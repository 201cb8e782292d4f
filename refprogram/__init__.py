"""The roof: settings, URLs, the schedule, and the home page."""

from refprogram.celery import app as celery_app

__all__ = ["celery_app"]
