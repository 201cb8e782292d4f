"""The glossary of the audit trail: what its nouns, verbs and details are called in people's words."""

from people.words.details import THINGS, WORDS
from people.words.events import NOUNS, VERBS

__all__ = ["NOUNS", "THINGS", "VERBS", "WORDS"]
