"""Closings checked: against their own seal, and against the raw histories; every difference is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.quarters import Quarter
from references.models import Closing, ClosingEntry, Correction, Definition, Dimension, QuarterTarget
from references.reports import closings
from references.reports.as_of import Moment
from references.reports.replay import CHUNK, Replayer, withdrawn_before

REPLAYED = (
    "name",
    "is_referenceable",
    "reason",
    "statuses",
    "change_id",
    "valid_until",
    "lifecycle",
    "industry",
    "region",
    "size_band",
    "products",
    "csm_id",
    "is_high_impact",
)


@dataclass(frozen=True)
class Difference:
    """One thing that is stored differently from what it must be. `customer` is empty where it is about the closing."""

    quarter: str
    what: str
    stored: Any
    computed: Any
    customer_id: int | None = None
    customer: str = ""

    def __str__(self) -> str:
        who = _(" %(customer)s (customer %(number)s)") if self.customer_id is not None else ""
        about = who % {"customer": self.customer, "number": self.customer_id} if who else ""
        told = {"quarter": self.quarter, "about": about, "what": _(self.what)}
        values = {"stored": repr(self.stored), "computed": repr(self.computed)}
        return _("%(quarter)s%(about)s: %(what)s is stored as %(stored)s, but must be %(computed)s") % {
            **told,
            **values,
        }


def differences(closing: Closing) -> Iterator[Difference]:
    """Everything that is wrong with a closing; nothing if it is as it was sealed and as history says."""
    yield from from_stored_rows(closing)
    yield from from_history(closing)


def gaps() -> Iterator[Difference]:
    """Quarters missing between the first closing and the last."""
    labels = list(Closing.objects.order_by("quarter").values_list("quarter", flat=True))
    for earlier, later in pairwise(labels):
        missing = Quarter.parse(earlier).next.label
        if missing != later:
            yield Difference(missing, gettext_noop("the closing"), "missing", f"between {earlier} and {later}")


def from_stored_rows(closing: Closing) -> Iterator[Difference]:
    """The counts against the entries, the seal against both, the opening against the closing before."""
    entries = ClosingEntry.objects.filter(closing=closing)
    for what, stored, computed in (
        (gettext_noop("count"), closing.count, entries.filter(is_referenceable=True).count()),
        (gettext_noop("customers"), closing.customers, entries.count()),
        (gettext_noop("high impact"), closing.high_impact, _high_impact(entries)),
        (gettext_noop("opening"), closing.opening, opening_then(closing)),
        (gettext_noop("seal"), closing.seal, closings.seal_of(closing)),
    ):
        if stored != computed:
            yield Difference(closing.quarter, what, stored, computed)


def _high_impact(entries: QuerySet[ClosingEntry]) -> int | None:
    """None where nobody had looked at any customer when the quarter ended."""
    if not entries.filter(is_high_impact__isnull=False).exists():
        return None
    return entries.filter(is_referenceable=True, is_high_impact=True).count()


def opening_then(closing: Closing) -> int:
    """The corrected count of the closing before, as it was when this one was closed."""
    before = closings.previous(closing.quarter)
    if before is None:
        return 0
    approved = Correction.objects.filter(
        closing=before, decision__is_approved=True, decision__decided_at__lt=closing.closed_at
    )
    return before.count + sum(correction.step for correction in approved)


def from_history(closing: Closing) -> Iterator[Difference]:
    """Definition, target and every entry against what the histories said before the quarter's end."""
    yield from _terms(closing)
    told = _replayer(closing).entries()
    stored = _stored_entries(closing)
    expected, found = next(told, None), next(stored, None)
    while expected is not None or found is not None:
        if expected is not None and (found is None or expected["customer_id"] < found["customer_id"]):
            yield _difference(closing, expected, gettext_noop("the entry"), "missing", expected["reason"])
            expected = next(told, None)
        elif found is not None and (expected is None or expected["customer_id"] > found["customer_id"]):
            yield _difference(closing, found, gettext_noop("the entry"), found["reason"], "missing")
            found = next(stored, None)
        elif expected is not None and found is not None:
            for name in REPLAYED:
                if expected[name] != found[name]:
                    yield _difference(closing, found, name, found[name], expected[name])
            expected, found = next(told, None), next(stored, None)


def _terms(closing: Closing) -> Iterator[Difference]:
    definition = (
        Definition.objects.filter(recorded_at__lt=closing.ends_at, from_quarter__lte=closing.quarter)
        .select_related("dimension")
        .order_by("-from_quarter", "-pk")
        .first()
    )
    target = (
        QuarterTarget.objects.filter(recorded_at__lt=closing.ends_at, quarter=closing.quarter).order_by("-pk").first()
    )
    for what, stored, computed in (
        (gettext_noop("definition"), closing.definition_id, definition and definition.pk),
        (gettext_noop("pay trigger"), closing.pay_trigger, definition and definition.dimension.key),
        (gettext_noop("evidence rule"), closing.evidence_needed, definition and definition.evidence_needed),
        (gettext_noop("target"), closing.target, target and target.count),
    ):
        if stored != computed:
            yield Difference(closing.quarter, what, stored, computed)


def _replayer(closing: Closing) -> Replayer:
    numbers = dict(Dimension.objects.values_list("key", "pk"))
    return Replayer(
        moment=Moment(closing.ends_at, closing.time_zone),
        pay_trigger_id=numbers.get(closing.pay_trigger, 0),
        evidence_needed=closing.evidence_needed,
        dimension_ids=[numbers.get(key, 0) for key in closing.statuses_order],
        withdrawn=withdrawn_before(closing.ends_at),
    )


def _stored_entries(closing: Closing) -> Iterator[dict[str, Any]]:
    rows = ClosingEntry.objects.filter(closing=closing).order_by("customer_id")
    yield from rows.values("customer_id", *REPLAYED).iterator(chunk_size=CHUNK)


def _difference(closing: Closing, row: dict[str, Any], what: str, stored: Any, computed: Any) -> Difference:
    return Difference(closing.quarter, what, stored, computed, row["customer_id"], row["name"])
