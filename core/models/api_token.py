"""Keys with which a person's programs use the API."""

import hashlib
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from core.models.user import User


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> "ApiTokenQuerySet":
        return self.filter(user=user)

    def usable(self, at: datetime) -> "ApiTokenQuerySet":
        """Tokens that are neither revoked nor expired, of people who may log in."""
        alive = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
        return self.filter(alive, revoked_at__isnull=True, user__is_active=True)


class ApiToken(models.Model):
    """A long random secret, of which only the SHA-256 digest and the first characters are kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=12, editable=False)
    may_write = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def last_instant(self) -> datetime | None:
        """The end of the last day on which it works: `expires_at` is the first instant after it."""
        return None if self.expires_at is None else self.expires_at - timedelta(microseconds=1)

    @staticmethod
    def digest_of(secret: str) -> str:
        """The digest under which a secret is stored; the secrets are random, so no salt or slow hash is needed."""
        return hashlib.sha256(secret.encode()).hexdigest()
