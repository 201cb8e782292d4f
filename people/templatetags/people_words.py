"""Events of the audit trail in words, and the way to what they are about."""

import json
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from core.models import AuditEvent

register = template.Library()
PAGES = {"core.user": "people:person_detail", "customers.customer": "customers:customer_detail"}


@register.filter
def event_words(event: str) -> str:
    """`api_token.created` reads `api token: created`."""
    noun, _dot, verb = event.partition(".")
    return f"{noun}: {verb}".replace("_", " ")


@register.filter
def plain_value(value: Any) -> str:
    """A value of an event's detail in one line, at most 300 characters long; a pair is a change from one to another."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value):
        before, after = (one or "–" for one in value)
        return before if before == after else f"{before} → {after}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:299]}…"


@register.simple_tag
def subject_url(event: AuditEvent) -> str:
    """The page of what the event is about; empty where there is none."""
    if event.subject_type not in PAGES or event.subject_id is None:
        return ""
    try:
        return reverse(PAGES[event.subject_type], args=[event.subject_id])
    except NoReverseMatch:
        return ""
