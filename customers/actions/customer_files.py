"""Files of customers or of contacts, as an import takes them in."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import User
from core.tables import Row, Table, is_named, open_table
from core.words import gettext_noop
from customers.actions.file_kinds import KINDS, told_afterwards
from customers.actions.import_rows import ImportPlan
from customers.actions.importers import Importer, Source, refuse_doubled
from customers.choices import ImportKind
from customers.formats.columns import Claim, Field, Preset, claims, guess, known_headers, plain, recognise, told_alike
from customers.formats.customer_columns import exported_as, spoken_for
from customers.models import Attribute, ImportMapping
from customers.reports.wording import label_of, shown
from customers.rules.import_outcomes import Outcome
from customers.rules.names import system_key

# What needs the name of its system: an id of a case may stand for its number where nobody names one.
OWN_IDS: dict[str, set[str]] = {
    ImportKind.CUSTOMERS.value: {"external_id"},
    ImportKind.CONTACTS.value: {"external_id"},
    ImportKind.CASES.value: set(),
    ImportKind.INVOICES.value: set(),
}
# Of so many headers one has to be a column of the kind. Everything in an export has an id, a status and an owner, so a
# few such headers among many say nothing; lists that people keep for a kind have more of its columns than others.
ONE_KNOWN_IN: Final = 3


def fields_of(kind: str) -> tuple[Field, ...]:
    """What a column of such a file can mean."""
    return (*KINDS[kind].fields, *_attributes_of(kind))


def _attributes_of(kind: str) -> tuple[Field, ...]:
    """What a company wants to know of its customers beyond that. A column is recognised by the attribute's name in any
    case, and as the fields that people add to Salesforce and HubSpot are called in exports."""
    if kind != ImportKind.CUSTOMERS:
        return ()
    return tuple(
        Field(one.field_name, one.name, (one.key, *exported_as(one.name))) for one in Attribute.objects.active()
    )


def kind_of(headers: Sequence[str], preset: str = "") -> str:
    """What a file lists: as the export that its headers are known by, else as the export whose name begins so, else as
    the last file with these headers, else what most of them are columns of; empty if nothing of that says it."""
    named = {
        str(kind): [one for one in presets_of(kind) if one.name.startswith(preset.casefold())]
        for kind in ImportKind.values
    }
    known = [kind for kind, presets in named.items() if recognise(headers, presets)]
    known = known or [kind for kind, presets in named.items() if preset and presets]
    return known[0] if known else _mapped_as(headers) or _likeliest(headers)


def _mapped_as(headers: Sequence[str]) -> str:
    kept = ImportMapping.objects.filter(kind__in=KINDS, headers=headers).first()
    return kept.kind if kept else ""


def _likeliest(headers: Sequence[str]) -> str:
    """Only what the headers suffice for and a fair share of them is known of; of kinds of which they hold as many
    columns the first."""
    columns = {kind: _guessed(headers, kind, None) for kind in KINDS}
    told = {kind: found for kind, found in columns.items() if len(found) * ONE_KNOWN_IN >= sum(map(is_named, headers))}
    enough = [kind for kind, found in told.items() if not KINDS[kind].missing(set(found.values()))]
    return max(enough, key=lambda kind: len(columns[kind]), default="")


def presets_of(kind: str) -> tuple[Preset, ...]:
    return KINDS[kind].presets


def _refuse_other_kind(headers: Sequence[str], kind: str) -> None:
    """Contacts taken for customers would be customers with the names of people, and nobody notices in a long file."""
    meant = next((one for one in ImportKind if recognise(headers, presets_of(one))), kind)
    if meant != kind:
        words = _("The file lists %(kind)s, by its headers. Import it as such, or say where it comes from.")
        raise RuleBroken(words % {"kind": _in_words(meant)})


def _in_words(kind: str) -> str:
    return str(ImportKind(kind).label).lower()


def _guessed(headers: Sequence[str], kind: str, preset: Preset | None) -> dict[str, str]:
    """What is known of the kind's columns, or of the preset's, and which of the others bear the name of an attribute.

    A header that means something to every company means no attribute.
    """
    columns = guess(headers, KINDS[kind].fields, preset)
    columns |= guess([header for header in _free(headers) if header not in columns], _attributes_of(kind))
    return {header: columns[header] for header in headers if header in columns}


def _free(headers: Sequence[str]) -> list[str]:
    """The headers that may bear the name of an attribute."""
    meant = spoken_for()
    return [header for header in headers if plain(header) not in meant]


def _claimed(headers: Sequence[str], kind: str, preset: Preset | None) -> list[Claim]:
    """Which headers compete for a column of the kind, unless a preset says which, and for an attribute."""
    own = [] if preset is not None else claims(headers, KINDS[kind].fields)
    return own + claims(_free(headers), _attributes_of(kind))


def _known(kind: str, presets: Iterable[Preset | None]) -> set[str]:
    """The headers that are taken for something by any of the presets, or where there is none."""
    own = known_headers(_attributes_of(kind)) - spoken_for()
    return own.union(*(known_headers(KINDS[kind].fields, preset) for preset in presets))


class CustomerFiles(Importer[ImportPlan]):
    """Files with one customer, contact, case or invoice in each row, from another system or a spreadsheet."""

    task = "customers.import"
    kind = ImportKind.CUSTOMERS.value
    leads_to = "customers:customer_index"
    settings = ("source", "day_order")
    result_header = (
        *(gettext_noop("Row"), gettext_noop("Outcome"), gettext_noop("About"), gettext_noop("Changes")),
        *(gettext_noop("Reason"), gettext_noop("Unknown owners"), gettext_noop("Unknown products")),
    )

    def opened(self, file: BinaryIO, *, sheet: str = "") -> AbstractContextManager[Table]:
        return open_table(file, limits=self.limits, sheet=sheet)

    def title(self, parameters: Mapping[str, Any]) -> str:
        return f"{ImportKind(parameters['kind']).label}: {parameters['file_name']}"

    def recognised(self, headers: Sequence[str]) -> tuple[str, str]:
        if kind := kind_of(headers):
            return kind, _("Read as %(kind)s, by its headers.") % {"kind": _in_words(kind)}
        words = _("Its headers do not say what the file lists; it is read as %(kind)s.")
        return self.kind, words % {"kind": _in_words(self.kind)}

    def sample(self, row: Row, width: int) -> list[str]:
        return [value[:80] for value in row.values]

    def meanings(self, kind: str) -> dict[str, str]:
        return {field.key: _(field.label) for field in fields_of(kind)}

    def retired(self, meaning: str) -> str:
        found = [one.name for one in Attribute.objects.all() if one.field_name == meaning]
        return _("the attribute %s") % found[0] if found else ""

    def told(self, kind: str, fields: Mapping[str, list[Any]]) -> list[tuple[str, str, str]]:
        model = KINDS[kind].model
        return [
            (label_of(name, model), shown(name, before, model), shown(name, after, model))
            for name, (before, after) in fields.items()
            if name != "source"
        ]

    def suggestion(self, source: Source, known: Mapping[str, Any]) -> dict[str, Any]:
        """As the preset says, else as the headers are recognised or guessed; a list of the other kind is refused.

        Ids are of use only together with the system that gave them, so without a `source` they are not mapped.
        """
        presets = presets_of(known["kind"])
        chosen = next((preset for preset in presets if preset.name == known.get("preset")), None)
        found = chosen or recognise(source.headers, presets)
        if found is None:
            _refuse_other_kind(source.headers, known["kind"])
        columns = _guessed(source.headers, known["kind"], found)
        claimed = _claimed(source.headers, known["kind"], found)
        source.notes[:0] = told_alike(source.headers, _known(known["kind"], [found]), claimed)
        system = known.get("source", found.source if found else "")
        if not system:
            columns = {header: name for header, name in columns.items() if not name.endswith("external_id")}
        origin, label = ("preset", found.label) if found else ("guess", "")
        settings = {"source": system, "day_order": known.get("day_order", "auto")}
        return {"columns": columns, "origin": origin, "recognised": label, **settings}

    def plan_of(self, parameters: Mapping[str, Any]) -> ImportPlan:
        return ImportPlan(
            kind=parameters["kind"],
            columns=parameters["columns"],
            source=system_key(parameters["source"]),
            day_order=parameters["day_order"],
            sheet=parameters.get("sheet", ""),
            file_name=parameters["file_name"],
            checked_at=parameters.get("checked_at", ""),
        )

    def check(self, plan: ImportPlan) -> None:
        chosen = set(plan.columns.values())
        repeatable = {field.key for field in fields_of(plan.kind) if field.repeatable}
        refuse_doubled((name for name in plan.columns.values() if name not in repeatable), self.meanings(plan.kind))
        if {"customer_external_id", "contact_external_id", *OWN_IDS[plan.kind]} & chosen and not plan.source:
            raise RuleBroken(_("Say from which system the file comes, so that its ids can be kept."))
        if complaint := KINDS[plan.kind].missing(chosen):
            raise RuleBroken(complaint)

    def outcomes(
        self, plan: ImportPlan, source: Source, *, write: bool, by: User | None, at: datetime
    ) -> Iterable[Outcome]:
        presets = presets_of(plan.kind)
        claimed = _claimed(source.headers, plan.kind, recognise(source.headers, presets))
        known = _known(plan.kind, [None, *presets])
        source.notes[:0] = told_alike(source.headers, known, claimed, said=plan.columns)
        work = KINDS[plan.kind].work(plan, source.headers, write=write, by=by, at=at)
        yield from work.run(source.rows)
        source.notes += told_afterwards(work)

    def event(self, plan: ImportPlan) -> str:
        return f"{plan.kind}.imported"


CUSTOMER_FILES = CustomerFiles()
