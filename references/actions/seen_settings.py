"""A save of settings that rests on what somebody else has changed since is refused."""

import json
from collections.abc import Iterable
from hashlib import sha256

from django.db.models import Model
from django.utils.translation import gettext as _

from core.errors import StaleVersion
from customers.actions.customers import plain


def mark_of(row: Model, names: Iterable[str]) -> str:
    """What tells one state of these settings from another; a page sends back the one that it showed."""
    values = [[name, plain(getattr(row, name))] for name in sorted(names)]
    return sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]


def refuse_stale(row: Model, names: Iterable[str], *, seen: str) -> None:
    """StaleVersion with the locked row unless it is as it was seen; who names nothing has seen it just now."""
    if seen and seen != mark_of(row, names):
        words = _("Somebody else saved these settings while you were editing them. Look at what is different below.")
        raise StaleVersion(words, current=row)
