"""Names that files have a column for already, refused alike for attributes and for dimensions."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from customers.formats.columns import bare, plain
from customers.formats.customer_columns import is_elsewhere, read_as, taken_headers


def refuse_known_column(name: str, *, beside: Iterable[str] = ()) -> None:
    """Refuse a name under which the program, or another one, has a column; `beside` are further headers of ours."""
    twin = (taken_headers() | {bare(header): header for header in beside}).get(bare(name))
    if twin is not None and plain(twin) == plain(name):
        raise RuleBroken(_("“%s” is a column of files and lists already; use that one, or give another name.") % name)
    if twin is not None:
        words = _("“%(name)s” differs from “%(column)s”, a column of files, in accents only; give another name.")
        raise RuleBroken(words % {"name": name, "column": twin})
    if column := read_as(name):
        words = _("An import reads “%(name)s” as “%(column)s”; choose another name.")
        raise RuleBroken(words % {"name": name, "column": column})
    if is_elsewhere(name):
        words = _("“%s” is a column of exports of other programs, which would be taken for it; choose another name.")
        raise RuleBroken(words % name)


def is_known_column(name: str) -> bool:
    """Whether such a name would be refused."""
    return bare(name) in taken_headers() or bool(read_as(name)) or is_elsewhere(name)
