"""Sentences of code that knows no language: a rule says them, whoever shows them translates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext


def gettext_noop(words: str) -> str:
    """Marks a text for the catalogue where nothing may be translated yet."""
    return words


@dataclass(frozen=True)
class Sentence:
    """A marked text and what it is about; as a `str` it is in the language and formats of the reader."""

    words: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.words) % {name: _written(value) for name, value in self.about.items()}


def _written(value: Any) -> Any:
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return number_format(value, force_grouping=True)
    return value
