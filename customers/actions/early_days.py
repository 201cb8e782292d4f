"""Days that are a slip of the year, refused alike wherever somebody notes one."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from customers.rules.evangelists import EARLIEST, is_too_early


def refuse_too_early(day: date | None) -> None:
    """Refuse a day before which nobody can have spoken for us."""
    if day is not None and is_too_early(day):
        words = _("Look at the year: days from %(earliest)s on can be noted.")
        raise RuleBroken(words % {"earliest": date_format(EARLIEST)})
