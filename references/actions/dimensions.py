"""The catalogue of dimensions: renamed, explained, given evidence rules, put in order, added, taken out of use."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from core.words import gettext_noop
from customers.actions.column_names import alike, is_known_column, refuse_unfit
from customers.formats.columns import bare
from customers.models import Attribute
from references.actions.seen_settings import refuse_stale
from references.formats.rag_headers import DERIVED, built_in, plain
from references.models import Definition, Dimension

# What stands over a column of the grid's page and of no file.
SHOWN_ONLY = (gettext_noop("Health"),)
EDITABLE = frozenset(["name", "group", "definition", "position", "needs_evidence", "evidence_days", "is_active"])


@transaction.atomic
def create(*, values: Mapping[str, Any], by: User | None, at: datetime) -> Dimension:
    """A new column of the grid. Its key is made from the name and never changes."""
    _refuse_unknown(values)
    Programme.locked()
    dimension = Dimension(key=_free_key(values["name"]), **values)
    _refuse_twin(dimension)
    _refuse_other_column(dimension)
    dimension.save()
    audit.record("dimension.created", dimension, by=by, at=at, values=dict(values))
    return dimension


@transaction.atomic
def edit(
    dimension: Dimension, *, changes: Mapping[str, Any], seen: str = "", by: User | None, at: datetime
) -> Dimension:
    """Write what differs; nothing if nothing differs. The pay trigger stays in use and keeps its evidence rule.

    StaleVersion if somebody else changed it since `seen`, the mark of what was looked at.
    """
    _refuse_unknown(changes)
    Programme.locked()
    current = Dimension.objects.select_for_update().get(pk=dimension.pk)
    refuse_stale(current, EDITABLE, seen=seen)
    fields = {name: [getattr(current, name), value] for name, value in changes.items()}
    fields = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    if not fields:
        return current
    for name, (_before, after) in fields.items():
        setattr(current, name, after)
    if "name" in fields:
        _refuse_twin(current)
        _refuse_other_column(current)
    _refuse_weaker_trigger(current, at=at)
    current.save()
    audit.record("dimension.edited", current, by=by, at=at, fields=fields)
    return current


def headers() -> list[str]:
    """What stands over the columns of dimensions in files, or may again once they are taken up again."""
    names = list(Dimension.objects.values_list("name", flat=True))
    return [*names, *(f"{name}{beside}" for name in names for beside in DERIVED)]


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = values.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a dimension: {', '.join(sorted(unknown))}")


def _refuse_twin(dimension: Dimension) -> None:
    """Refuse a name that files could not tell from that of another dimension, or from what stands beside it."""
    if not bare(dimension.name):
        raise RuleBroken(_("A dimension needs a name of letters or digits."))
    mine = _spelled(dimension.name)
    for other in Dimension.objects.exclude(pk=dimension.pk).values_list("name", flat=True):
        if mine & _spelled(other):
            raise RuleBroken(_("There is already a dimension called “%s”.") % other)
        if alike(other) == alike(dimension.name):
            words = _("“%(name)s” is too like “%(other)s”, another dimension; give another name.")
            raise RuleBroken(words % {"name": dimension.name, "other": other})
        if any(mine & _spelled(f"{other}{beside}") for beside in DERIVED):
            words = _("Files call a column beside that of “%(dimension)s” “%(name)s”; give another name.")
            raise RuleBroken(words % {"name": dimension.name, "dimension": other})
        if any(_spelled(other) & _spelled(f"{dimension.name}{beside}") for beside in DERIVED):
            words = _("Files would take “%(dimension)s” for a column beside that of “%(name)s”; give another name.")
            raise RuleBroken(words % {"name": dimension.name, "dimension": other})


def _spelled(name: str) -> set[str]:
    """The name as it is compared in any file, and as it is in sheets of the grid."""
    return {bare(name), plain(name)} - {""}


def _refuse_other_column(dimension: Dimension) -> None:
    """In files of the grid a header names one column: neither one of the program's nor an attribute of customers."""
    _refuse_attribute(dimension)
    refuse_unfit(dimension.name)
    shown = next((one for one in SHOWN_ONLY if bare(dimension.name) in {bare(one), bare(_(one))}), None)
    if shown is not None:
        raise RuleBroken(_("The grid has a column “%s” already; choose another name.") % _(shown))
    column = built_in().get(plain(dimension.name))
    if column is not None:
        words = _("An import of the grid reads “%(name)s” as “%(column)s”; choose another name.")
        raise RuleBroken(words % {"name": dimension.name, "column": _(column)})
    if plain(dimension.name) in map(str.strip, DERIVED):
        raise RuleBroken(
            _("“%s” stands beside the columns of all dimensions in files; choose another name.") % dimension
        )


def _refuse_attribute(dimension: Dimension) -> None:
    mine = [f"{dimension.name}{beside}" for beside in ("", *DERIVED)]
    bared, resembling = set(map(bare, mine)), set(map(alike, mine))
    for other in Attribute.objects.values_list("name", flat=True):
        if bare(other) in bared:
            words = _("There is an attribute of customers called “%s”, and files would have two such columns.")
            raise RuleBroken(words % other)
        if alike(other) in resembling:
            words = _("“%(name)s” is too like “%(other)s”, an attribute of customers; give another name.")
            raise RuleBroken(words % {"name": dimension.name, "other": other})


def _refuse_weaker_trigger(dimension: Dimension, *, at: datetime) -> None:
    label = Programme.current().calendar.quarter_at(at).label
    holding = Definition.objects.holding_for(label)
    later = Definition.objects.filter(from_quarter__gt=label)
    triggers = [holding, *later]
    mine = [definition for definition in triggers if definition.dimension_id == dimension.pk]
    if not mine:
        return
    if not dimension.is_active:
        raise RuleBroken(_("“%s” is the pay trigger; it cannot be taken out of use.") % dimension)
    if not any(definition.evidence_needed for definition in mine):
        return
    if not dimension.needs_evidence:
        raise RuleBroken(_("“%s” is the pay trigger and its definition asks for evidence.") % dimension)
    if dimension.evidence_days is None:
        raise RuleBroken(_("“%s” is the pay trigger; its evidence needs an end, in days.") % dimension)


def _free_key(name: str) -> str:
    """What of the name fits into a key, numbered if another dimension, or a column of files, is called so."""
    letters = unicodedata.normalize("NFKD", name).casefold().encode("ascii", "ignore").decode()
    base = "_".join(re.findall(r"[a-z0-9]+", letters))[:34] or "dimension"
    taken = set(Dimension.objects.filter(key__startswith=base).values_list("key", flat=True))
    numbered = (f"{base}_{number}" for number in range(2, len(taken) + 3))
    return next(key for key in [base, *numbered] if key not in taken and not _names_column(key))


def _names_column(key: str) -> bool:
    return is_known_column(key) or plain(key) in built_in()
