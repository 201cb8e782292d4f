"""Which customer of ours a row of a foreign file means."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.words import Sentence, gettext_noop


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says about whom it means. `name_key` is the name as names are compared."""

    external_id: str
    name_key: str
    domain: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer of ours with the same name; `external_ids` are those of the row's own source.

    One that a duplicate was merged into is a candidate once more, with the duplicate's domain.
    """

    pk: int
    name: str
    domain: str
    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """The customer that is meant, or none if it is new, or why that cannot be told."""

    pk: int | None = None
    problem: Sentence | None = None


def match(wanted: Wanted, *, by_external_id: int | None, candidates: Sequence[Candidate]) -> Match:
    """External id first, else name and domain; the name alone if one side has no domain and nobody else is meant.

    A candidate that the same system knows under another id is another customer there, so it is never taken.
    """
    if by_external_id is not None:
        return Match(by_external_id)
    likely = _likely(wanted, candidates)
    if not likely:
        return Match()
    if len(likely) > 1:
        words = gettext_noop("The name fits %(count)s customers: %(customers)s. Add the domain or an id.")
        return Match(problem=Sentence(words, {"count": len(likely), "customers": _told(likely)}))
    only = likely[0]
    if wanted.external_id and only.external_ids and wanted.external_id not in only.external_ids:
        words = gettext_noop("%(customer)s has the same name but another id (%(id)s) in this system.")
        return Match(problem=Sentence(words, {"customer": only.name, "id": only.external_ids[0]}))
    return Match(only.pk)


def _likely(wanted: Wanted, candidates: Sequence[Candidate]) -> list[Candidate]:
    likely = list(candidates)
    if wanted.domain:
        same = [candidate for candidate in candidates if candidate.domain == wanted.domain]
        likely = same or [candidate for candidate in candidates if not candidate.domain]
    return list({candidate.pk: candidate for candidate in reversed(likely)}.values())[::-1]


def _told(candidates: Sequence[Candidate]) -> str:
    return ", ".join(f"{candidate.name} ({candidate.domain or '–'})" for candidate in candidates[:3])
