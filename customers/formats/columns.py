"""Columns of foreign files: what they may mean here, and how that is guessed from their headers."""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.utils.translation import gettext, ngettext

ACCENTS: Final = re.compile("[\u0300-\u036f]+")
# As a table calls the second column under the same header, and each further one.
NUMBERED: Final = re.compile(r"(.+) \(\d+\)")


@dataclass(frozen=True)
class Field:
    """Something a column can mean; `label` is marked for the catalogue.

    `synonyms` are headers as other programs write them, most telling first.
    """

    key: str
    label: str
    synonyms: tuple[str, ...]
    repeatable: bool = False


@dataclass(frozen=True)
class Preset:
    """An export of a known program: known by headers that only it writes, or chosen by name.

    `columns` maps headers to fields; the headers of one tuple are ways to say the same, the first present is taken.
    """

    name: str
    label: str
    source: str
    signatures: tuple[frozenset[str], ...]
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Claim:
    """Which headers of a file could mean a field: the most telling ones, and others. Several `first` ones: nobody
    knows which is meant."""

    field: str
    first: list[str]
    others: list[str]


def plain(header: str) -> str:
    """A header as it is compared: lower case letters and digits only, of usual width and form."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


def bare(name: str) -> str:
    """A name as it is compared with others: like a header, and without accents, which its key does not keep."""
    return ACCENTS.sub("", unicodedata.normalize("NFKD", plain(name)))


def readings(fields: Iterable[Field], presets: Iterable[Preset], *, by: Callable[[str], str] = plain) -> dict[str, str]:
    """What an import takes each header for, as `by` compares headers: a guess or an export of a known program."""
    fields = tuple(fields)
    labels = {field.key: gettext(field.label) for field in fields}
    read = {by(text): labels[field.key] for field in fields for text in (field.label, labels[field.key], field.key)}
    for field in fields:
        for synonym in field.synonyms:
            read.setdefault(by(synonym), labels[field.key])
    for key, spellings in (pair for preset in presets for pair in preset.columns.items()):
        for spelling in spellings:
            read.setdefault(by(spelling), labels[key])
    return read


def alike(headers: Sequence[str]) -> list[list[str]]:
    """Headers that mean the same column, together: they differ in nothing but capitals, blanks and signs, or are
    equal, and numbered for that by the table."""
    groups, present = dict[str, list[str]](), set(headers)
    for header in headers:
        groups.setdefault(plain(_unnumbered(header, present)) or header, []).append(header)
    return [group for group in groups.values() if len(group) > 1]


def claims(headers: Sequence[str], fields: Sequence[Field]) -> list[Claim]:
    """Which headers could mean which field, for each field that any of them could mean.

    Its own name is the most telling, then its key, then everything else; names of all fields go before keys, as one
    may be called like the key of another.
    """
    free, present = dict[str, list[str]](), set(headers)
    for header in headers:
        free.setdefault(plain(_unnumbered(header, present)), []).append(header)
    free.pop("", None)
    found: dict[str, list[list[str]]] = {field.key: [] for field in fields}
    for rank in (lambda one: (one.label, gettext(one.label)), lambda one: (one.key,), lambda one: one.synonyms):
        for field in fields:
            groups = [free.pop(key) for key in dict.fromkeys(map(plain, rank(field))) if key in free]
            found[field.key] += groups[:1] if field.repeatable else [list(chain(*groups))] if groups else []
    return [_claim(field, found[field.key], headers) for field in fields if found[field.key]]


def _claim(field: Field, groups: list[list[str]], headers: Sequence[str]) -> Claim:
    first, *less = groups
    others = [] if field.repeatable else list(chain(*less))
    return Claim(field.key, sorted(first, key=headers.index), sorted(others, key=headers.index))


def told_alike(
    headers: Sequence[str],
    known: Container[str],
    claimed: Sequence[Claim] = (),
    *,
    said: Mapping[str, str] | None = None,
) -> list[str]:
    """In words which headers mean the same column, so that none of them is taken, or only the one with its own name.

    Of `claimed` ones, and of equal ones that are `known` to mean something, as `plain` writes them. Where a person
    has `said` what is meant, nothing is to be told.
    """
    columns, present = said or {}, set(headers)
    open_ones = [claim for claim in claimed if claim.field not in columns.values()]
    groups = [claim.first for claim in open_ones if len(claim.first) > 1]
    covered = {header for claim in claimed for header in claim.first + claim.others}
    rest = [group for group in alike(headers) if plain(_unnumbered(group[0], present)) in known]
    groups += [group for group in rest if not covered.intersection(group)]
    groups = [group for group in groups if not any(header in columns for header in group)]
    words = gettext("The headers %(headers)s mean the same column; none of them is taken unless you say which.")
    told = [words % {"headers": _quoted(group)} for group in sorted(groups, key=lambda group: headers.index(group[0]))]
    return told + [_passed_over(claim) for claim in claimed if _is_passed_over(claim, said)]


def _is_passed_over(claim: Claim, said: Mapping[str, str] | None) -> bool:
    """Whether less telling headers are left out, and not because a person wanted it so."""
    if len(claim.first) > 1 or not claim.others:
        return False
    return said is None or (said.get(claim.first[0]) == claim.field and not said.keys() & set(claim.others))


def _passed_over(claim: Claim) -> str:
    words = ngettext(
        "%(others)s could mean the same as %(taken)s, which is taken; it is left out.",
        "%(others)s could mean the same as %(taken)s, which is taken; they are left out.",
        len(claim.others),
    )
    return words % {"others": _quoted(claim.others), "taken": _quoted(claim.first)}


def _quoted(headers: Sequence[str]) -> str:
    return ", ".join(f"“{header}”" for header in headers)


def _unnumbered(header: str, present: set[str]) -> str:
    found = NUMBERED.fullmatch(header)
    return found[1] if found and found[1] in present else header


def recognise(headers: Sequence[str], presets: Iterable[Preset]) -> Preset | None:
    """The preset whose signature the headers carry."""
    present = {header.strip("* ").casefold() for header in headers}
    for preset in presets:
        if any(signature <= present for signature in preset.signatures):
            return preset
    return None


def guess(headers: Sequence[str], fields: Sequence[Field], preset: Preset | None = None) -> dict[str, str]:
    """Which header means which field: as the preset says, else by names and synonyms; each field is taken once.

    Of headers that mean the same column none is taken, nor a less telling one in their place: which is meant is for a
    person to say.
    """
    if preset is not None:
        return _taken(headers, preset.columns, by=_stripped)
    columns = {claim.first[0]: claim.field for claim in claims(headers, fields) if len(claim.first) == 1}
    return {header: columns[header] for header in headers if header in columns}


def likeliest(headers: Sequence[str], fields: Sequence[Field]) -> dict[str, str]:
    """The same where nobody can be asked: of several headers the one whose spelling is the most telling."""
    return _taken(headers, {field.key: _spellings(field) for field in fields}, by=plain)


def known_headers(fields: Sequence[Field], preset: Preset | None = None) -> set[str]:
    """The headers that `guess` takes for something, as `plain` writes them."""
    meant = [_spellings(field) for field in fields] if preset is None else preset.columns.values()
    return {plain(spelling) for spellings in meant for spelling in spellings}


def _spellings(field: Field) -> tuple[str, ...]:
    return (field.label, gettext(field.label), field.key, *field.synonyms)


def _stripped(header: str) -> str:
    return header.strip("* ").casefold()


def _taken(headers: Sequence[str], meant: Mapping[str, Sequence[str]], *, by: Callable[[str], str]) -> dict[str, str]:
    """For each field the first of its spellings that is present, as `by` compares them; none if that one is doubled."""
    doubled = {header for group in alike(headers) for header in group}
    present = {by(header): header for header in headers}
    columns: dict[str, str] = {}
    for field, spellings in meant.items():
        for spelling in spellings:
            header = present.pop(by(spelling), None)
            if header is not None:
                columns[header] = field
                break
    return {header: columns[header] for header in headers if header in columns and header not in doubled}
