"""Events of the audit trail in words, and the way to what they are about."""

from datetime import date
from typing import Any, Final

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from core.models import AuditEvent
from people.words import NOUNS, THINGS, VERBS, WORDS

register = template.Library()
PAGES = {
    "core.user": "people:person_detail",
    "customers.customer": "customers:customer_detail",
    "references.nomination": "references:nomination_detail",
    "references.drive": "references:drive_detail",
}
LONGEST: Final = 300


@register.filter
def event_words(event: str) -> str:
    """`api_token.created` reads `API token: created`."""
    noun, _dot, verb = event.partition(".")
    return f"{NOUNS.get(noun, _spaced(noun))}: {VERBS.get(verb, _spaced(verb))}"


@register.filter
def detail_name(name: str) -> str:
    """What the name of a detail says; `contact Lucille Bluth: title` names a contact and its column."""
    for noun, words in THINGS.items():
        if name.startswith(f"{noun} "):
            thing, mark, column = name.removeprefix(f"{noun} ").rpartition(": ")
            return f"{words} {thing}: {detail_name(column)}" if mark else f"{words} {column}"
    return str(WORDS.get(name, _spaced(name)))


@register.filter
def detail_value(value: Any, name: str) -> str:
    """What the detail of that name says, in one line of at most LONGEST characters."""
    words = _change(value) if name == "status" else _in_words(value)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _change(value: Any) -> str:
    """A pair as the change that it is."""
    if isinstance(value, list) and len(value) == 2 and value[0] != value[1]:
        return f"{_in_words(value[0])} → {_in_words(value[1])}"
    return _in_words(value[1] if isinstance(value, list) and len(value) == 2 else value)


def _in_words(value: Any) -> str:
    """A mapping is a list of changes; days and numbers read as the reader writes them."""
    if value in (None, "", [], {}):
        return "–"
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case int() | float():
            return str(number_format(value, force_grouping=True))
        case list():
            return ", ".join(map(_in_words, value))
        case dict():
            return "; ".join(f"{detail_name(name)}: {_change(one)}" for name, one in value.items())
    day = _day(str(value))
    return date_format(day) if day else str(WORDS.get(value, value))


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if len(text) == len("2026-11-20") else None
    except ValueError:
        return None


def _spaced(name: str) -> str:
    return name.replace("_", " ")


@register.simple_tag(takes_context=True)
def subject_url(context: template.Context, event: AuditEvent) -> str:
    """The page of what the event is about; empty where there is none, or none that the reader may open."""
    if event.subject_type not in PAGES or event.subject_id is None:
        return ""
    if event.subject_type == "core.user" and not context["user"].has_perm("core.manage_people"):
        return ""
    try:
        return reverse(PAGES[event.subject_type], args=[event.subject_id])
    except NoReverseMatch:
        return ""
