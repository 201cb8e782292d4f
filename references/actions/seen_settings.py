"""A save of settings that rests on what somebody else has changed since is refused."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

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
        words = _("Somebody else saved these settings while you were editing them. Nothing of yours is saved yet.")
        raise StaleVersion(words, current=row)


def refuse_replaced(holding: Any, *, seen: int | None) -> None:
    """StaleVersion with the row that holds if it is newer than `seen`, the newest row that the person saw, 0 for none.

    For rows of which a later one replaces an earlier one; who names nothing has seen them all.
    """
    if holding is not None and seen is not None and holding.pk > seen:
        words = _("%(person)s has set this since you opened the page. Nothing of yours is saved yet.")
        raise StaleVersion(words % {"person": holding.by or _("The program")}, current=holding)
