"""Sessions in the database, as Django keeps them, with the question of every request written once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from core.prepared import Question


class SessionStore(db.SessionStore):
    """The setting SESSION_ENGINE names this module."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = OPEN.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found


def _open(key: str, now: object) -> models.QuerySet[AbstractBaseSession]:
    # The model is there once all apps are; the middleware that names this module may come sooner.
    return SessionStore.get_model_class().objects.filter(session_key=key).filter(expire_date__gt=now)


OPEN = Question(_open, is_planned=True)
