"""What a definition would count today: looked at before it is chosen, and told when it is."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from references.choices import Status
from references.models import Cell, Definition, Dimension
from references.reports.counts import Present, counting_by, is_supported, of_active_customers, referenceable


@dataclass(frozen=True)
class Trial:
    """How many active customers are Green in a dimension today, and how many of them with evidence that is valid."""

    dimension: Dimension
    green: int
    proven: int


def trials(now: Present) -> list[Trial]:
    """Every dimension in use as if it were the pay trigger; one query over all Greens."""
    proven = Count("pk", filter=is_supported(Definition(evidence_needed=True), now.today))
    greens = Cell.objects.filter(of_active_customers(now.today), status=Status.GREEN).order_by()
    rows = greens.values("dimension_id").annotate(green=Count("pk"), proven=proven)
    found = {pk: (green, proven) for pk, green, proven in rows.values_list("dimension_id", "green", "proven")}
    return [Trial(dimension, *found.get(dimension.pk, (0, 0))) for dimension in Dimension.objects.shown()]


def in_words(definition: Definition, *, now: Present) -> str:
    """How many would count by the definition today, beside those that do count by the one of `now`."""
    counting = counting_by(definition, now.today)
    count, kept = counting.count(), counting.filter(customer_id__in=referenceable(now).values("customer_id")).count()
    said = _("By it %(kept)s of the %(now)s customers that count today would still count, and %(more)s others.")
    words = [said % {"kept": _figure(kept), "now": _figure(now.count), "more": _figure(count - kept)}]
    unproven = counting_by(Definition(dimension=definition.dimension, evidence_needed=False), now.today).count() - count
    if unproven:
        told = ngettext(
            "%(count)s more is Green in “%(dimension)s”, but without evidence that is valid.",
            "%(count)s more are Green in “%(dimension)s”, but without evidence that is valid.",
            unproven,
        )
        words.append(told % {"count": _figure(unproven), "dimension": definition.dimension})
    return " ".join(words)


def _figure(number: int) -> str:
    return number_format(number, force_grouping=True)
