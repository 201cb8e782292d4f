"""What became of the rows of a job's file, in words."""

from django import template

from core.choices import ImportOutcome

register = template.Library()


@register.filter
def outcome_words(kind: str) -> str:
    """What people call an outcome; one that is no longer known reads as it stands."""
    return str(dict(ImportOutcome.choices).get(kind, kind))
