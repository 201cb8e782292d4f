"""Names of columns of our own, refused alike to attributes and to dimensions where they could be taken for another."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.exports import FORMULA_STARTS
from customers.formats import contact_columns, customer_columns
from customers.formats.columns import bare, plain, readings
from customers.formats.customer_columns import ELSEWHERE, is_elsewhere, read_as, taken_headers

# What exports put around the name of a field that somebody added: our own API, HubSpot and Salesforce.
AROUND: Final = re.compile(r"^(attribute|property)[\W_]+(?=\w)|(?<=\w)[\W_]+c$")
# English plurals, as they are written together with what stands before them.
PLURALS: Final = (
    (re.compile("(ss|sh|ch|x|tus)es$"), r"\1"),
    (re.compile("ies$"), "y"),
    (re.compile("(?<![su])s$"), ""),
)
# As tables call a second column under the same header, and as headers are compared, without the signs.
IN_BRACKETS: Final = re.compile(r".*\(\d+\)")
COUNTED: Final = re.compile(r"(.+?)[\W_]*\d{1,2}\W*")
# Alphabets with letters that look alike. Others share a word: Japanese has three, beside Latin letters.
ALPHABETS: Final = frozenset(("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC"))


def alike(name: str) -> str:
    """The name without what people overlook: accents, signs, capitals, a plural, and what exports put around it."""
    found = bare(AROUND.sub("", unicodedata.normalize("NFKC", name).casefold().strip()))
    for plural, single in PLURALS:
        found = plural.sub(single, found)
    return found


def refuse_unfit(name: str, *, beside: Iterable[str] = ()) -> None:
    """Refuse what a spreadsheet would run, what nobody can tell from another name, and what files have a column for.

    `beside` are headers of ours that apps above write.
    """
    _refuse_spelling(name)
    columns = taken_headers() | {bare(header): header for header in beside}
    _refuse_known_column(name, columns)
    if (counted := COUNTED.fullmatch(name)) and (bare(counted[1]) in columns or read_as(counted[1])):
        words = _("“%(name)s” is what a second column “%(column)s” of a file is called; give another name.")
        raise RuleBroken(words % {"name": name, "column": counted[1]})
    if column := _resembled(columns).get(alike(name)):
        words = _("“%(name)s” is too like a name under which files bring “%(column)s”; give another name.")
        raise RuleBroken(words % {"name": name, "column": column})


def is_known_column(name: str) -> bool:
    """Whether files have a column of that name."""
    return bare(name) in taken_headers() or bool(read_as(name)) or is_elsewhere(name)


def _refuse_spelling(name: str) -> None:
    usual = unicodedata.normalize("NFKC", name)
    if usual.lstrip(" '").startswith(FORMULA_STARTS):
        raise RuleBroken(_("A name cannot begin with =, +, - or @, as spreadsheets would run it as a formula."))
    if IN_BRACKETS.fullmatch(usual):
        words = _("“%s” ends in a number in brackets, as files call a second column of the same name; leave it out.")
        raise RuleBroken(words % name)
    for word in re.findall(r"[^\W\d_]+", usual):
        if len(ALPHABETS & {unicodedata.name(letter, "").split(" ")[0] for letter in word}) > 1:
            words = _("“%s” mixes letters of several alphabets in one word; write each word in one alphabet.")
            raise RuleBroken(words % word)


def _refuse_known_column(name: str, columns: Mapping[str, str]) -> None:
    """`columns` are the program's own headers by what names are compared with."""
    twin = columns.get(bare(name))
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


def _resembled(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns of files by what resembles any of their names."""
    of_customers = readings(customer_columns.FIELDS, customer_columns.PRESETS, by=alike)
    of_contacts = readings(contact_columns.FIELDS, contact_columns.PRESETS, by=alike)
    keys = {field.key for field in (*customer_columns.FIELDS, *contact_columns.FIELDS)}
    ours = {alike(header): header for header in (*ELSEWHERE, *columns.values()) if header not in keys}
    return of_contacts | of_customers | ours
