"""Columns of foreign files: what they may mean here, and how that is guessed from their headers."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from core.tables.tidy import repeated


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


def plain(header: str) -> str:
    """A header as it is compared: lower case letters and digits only, of usual width and form."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


def recognise(headers: Sequence[str], presets: Iterable[Preset]) -> Preset | None:
    """The preset whose signature the headers carry."""
    present = {header.strip("* ").casefold() for header in headers}
    for preset in presets:
        if any(signature <= present for signature in preset.signatures):
            return preset
    return None


def guess(headers: Sequence[str], fields: Sequence[Field], preset: Preset | None = None) -> dict[str, str]:
    """Which header means which field: as the preset says, else by synonyms; each field is taken once.

    A header that stands over two columns means neither, preset or not: which of them is meant is for a person to say.
    """
    if preset is not None:
        return _by_preset(headers, preset)
    by_plain: dict[str, str] = {}
    for header in headers:
        by_plain.setdefault(plain(header), header)
    doubled = set(map(plain, _doubled(headers)))
    columns: dict[str, str] = {}
    for field in fields:
        for synonym in (field.label, gettext(field.label), field.key, *field.synonyms):
            found = by_plain.get(plain(synonym))
            if found is not None and found not in columns and plain(synonym) not in doubled:
                columns[found] = field.key
                break
    return {header: columns[header] for header in headers if header in columns}


def _doubled(headers: Sequence[str]) -> list[str]:
    present = set(headers)
    return [header for header in headers if repeated(header, number=2) in present]


def _by_preset(headers: Sequence[str], preset: Preset) -> dict[str, str]:
    present = {header.strip("* ").casefold(): header for header in reversed(headers)}
    for twice in _doubled(headers):
        present.pop(twice.strip("* ").casefold(), None)
    columns: dict[str, str] = {}
    for field, spellings in preset.columns.items():
        for spelling in spellings:
            header = present.get(spelling)
            if header is not None and header not in columns:
                columns[header] = field
                break
    return {header: columns[header] for header in headers if header in columns}
