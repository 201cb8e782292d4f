"""Divide the history of the cells by quarter."""

from datetime import datetime

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from operations import partitions


def divide(*, by: User | None, at: datetime) -> int:
    """Turn the history into a table with a partition for each quarter; the number of its rows.

    Nobody reads or writes it meanwhile. Nothing has changed if it is refused.
    """
    if connection.vendor != "postgresql":
        raise RuleBroken(_("Only PostgreSQL divides a table by quarter."))
    if partitions.is_partitioned():
        raise RuleBroken(_("The history is divided by quarter already."))
    try:
        rows = partitions.convert(at)
    except (DatabaseError, partitions.Refused) as trouble:
        raise RuleBroken(_("The history is as it was: %(reason)s") % {"reason": str(trouble).partition("\n")[0]})
    audit.record("history.partitioned", Programme.current(), by=by, at=at, rows=rows)
    return rows
