"""Make, use and revoke API tokens."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.at_once import at_once
from core.errors import RuleBroken
from core.models import ApiToken, User


@transaction.atomic
def create(
    user: User, *, name: str, may_write: bool = True, expires_at: datetime | None = None, by: User | None, at: datetime
) -> tuple[ApiToken, str]:
    """A new token of a person and its secret, which is shown once and never stored."""
    if expires_at is not None and expires_at <= at:
        raise RuleBroken(_("The day on which the token expires lies in the past."))
    secret = "rp_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=ApiToken.digest_of(secret),
        prefix=secret[:8],
        may_write=may_write,
        expires_at=expires_at,
        created_at=at,
    )
    audit.record("api_token.created", token, by=by, at=at, user=user.email)
    return token, secret


@transaction.atomic
def revoke(token: ApiToken, *, by: User | None, at: datetime) -> ApiToken:
    """Make a token useless at once and for ever; revoking twice changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        audit.record("api_token.revoked", token, by=by, at=at)
    token.refresh_from_db()
    return token


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Remember that the token was used; no audit event, as the deeds done with it have their own.

    While an import keeps SQLite's one writer busy it is left to the next call: who only reads does not wait.
    """
    with at_once():
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
