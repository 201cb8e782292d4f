"""The entries of a closing as a list: searched, narrowed, sorted, exported."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from references.models import Closing, ClosingEntry, Correction, Dimension

ORDER = ("sort_name", "customer_id")


@dataclass(frozen=True)
class EntryFilter:
    """What narrows the list."""

    search: str = ""
    counts: str = ""
    reason: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.search or self.counts or self.reason)

    def apply(self, rows: "QuerySet[ClosingEntry]") -> "QuerySet[ClosingEntry]":
        if self.search:
            rows = rows.filter(name__icontains=self.search)
        if self.counts:
            rows = rows.filter(is_referenceable=self.counts == "yes")
        if self.reason:
            rows = rows.filter(reason=self.reason)
        return rows


def verdicts(closing: Closing) -> "QuerySet[ClosingEntry]":
    """The entries; `corrected` is the verdict that the last approved correction gave, None without one."""
    approved = Correction.objects.filter(closing=closing, customer=OuterRef("customer"), decision__is_approved=True)
    corrected = Subquery(approved.order_by("-decision__pk").values("is_referenceable")[:1])
    rows: QuerySet[ClosingEntry] = ClosingEntry.objects.filter(closing=closing)
    return rows.annotate(corrected=corrected)


def entries(closing: Closing, narrowed: EntryFilter) -> "QuerySet[ClosingEntry]":
    """The entries with what the table shows, by name; `waits` says whether a correction waits for a decision."""
    waiting = Correction.objects.waiting().filter(closing=closing, customer=OuterRef("customer"))
    found = narrowed.apply(verdicts(closing)).select_related("change__by")
    return found.annotate(sort_name=Lower("name"), waits=Exists(waiting))


def dimension_names(closing: Closing) -> list[str]:
    """The names of the dimensions in the order of the entries' letters."""
    names = dict(Dimension.objects.values_list("key", "name"))
    return [names.get(key, key) for key in closing.statuses_order]


def header(closing: Closing) -> list[str]:
    fixed = [
        _("Customer"),
        _("Customer number"),
        _("Counts"),
        _("Reason"),
        _("Corrected to"),
        _("Evidence valid until"),
    ]
    who = [_("Decided by"), _("Decided at"), _("Lifecycle"), _("Industry"), _("Region"), _("Employees")]
    return [*fixed, *who, _("Products"), _("CSM"), *dimension_names(closing)]


def export_rows(rows: "QuerySet[ClosingEntry]") -> Iterator[list[Any]]:
    """The rows of the table as cells of a sheet, as lazily as the database gives them."""
    said = {True: _("yes"), False: _("no"), None: ""}
    for entry in rows.order_by(*ORDER).iterator(chunk_size=2_000):
        change = entry.change
        yield [
            entry.name,
            entry.customer_id,
            said[entry.is_referenceable],
            str(entry.get_reason_display()),
            said[getattr(entry, "corrected", None)],
            entry.valid_until,
            str(change.by or _("the program")) if change else "",
            f"{change.recorded_at:%Y-%m-%d %H:%M:%S} UTC" if change else "",
            entry.lifecycle,
            entry.industry,
            entry.region,
            entry.size_band,
            ", ".join(entry.products),
            entry.csm_name,
            *(letter.replace("-", "") for letter in entry.statuses),
        ]
