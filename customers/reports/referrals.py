"""What was referred, and what came of it quarter by quarter."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from core.quarters import FiscalCalendar, Quarter
from customers.choices import ReferralOutcome
from customers.models import Referral
from customers.models.referral import ReferralQuerySet

CENT: Final = Decimal("0.01")
ORDER: Final = ("-referred_on", "-pk")


@dataclass
class QuarterTotal:
    """A fiscal quarter: how many referrals were made in it, and what was won in it, whenever it was referred.

    `unknown` are won ones whose revenue nobody has entered: they are told, not guessed.
    """

    quarter: Quarter
    made: int = 0
    prompted: int = 0
    won: int = 0
    unknown: int = 0
    revenue: Decimal = Decimal(0)


def listed(rows: ReferralQuerySet) -> ReferralQuerySet:
    """The rows with everybody they name, in one query."""
    return rows.select_related("contact__customer", "customer", "created_by")


def totals(rows: ReferralQuerySet, *, calendar: FiscalCalendar) -> list[QuarterTotal]:
    """Every quarter in which something was referred or won, the latest first: two statements, a row for each month."""
    counted = rows.counted().order_by()
    found: dict[Quarter, QuarterTotal] = {}

    def of(month: Any) -> QuarterTotal:
        quarter = calendar.quarter_of(month)
        return found.setdefault(quarter, QuarterTotal(quarter))

    made = counted.annotate(month=TruncMonth("referred_on")).values("month")
    for row in made.annotate(n=Count("pk"), asked=Count("pk", filter=Q(is_prompted=True))):
        total = of(row["month"])
        total.made, total.prompted = total.made + row["n"], total.prompted + row["asked"]
    won = counted.filter(outcome=ReferralOutcome.WON).annotate(month=TruncMonth("decided_on")).values("month")
    unknown = Count("pk", filter=Q(revenue__isnull=True))
    for success in won.annotate(n=Count("pk"), unknown=unknown, brought=Sum("revenue")):
        total = of(success["month"])
        total.won, total.unknown = total.won + success["n"], total.unknown + success["unknown"]
        # SQLite adds up in binary fractions.
        total.revenue += (success["brought"] or Decimal(0)).quantize(CENT)
    return sorted(found.values(), key=lambda total: total.quarter, reverse=True)


def export_header(*, with_revenue: bool) -> list[str]:
    head = [_("Contact"), _("Customer"), _("Referred on"), _("Who was told"), _("Company"), _("Asked for by us")]
    head += [
        _("Outcome"),
        _("Decided on"),
        _("Customer that came of it"),
        _("Note"),
        _("Noted by"),
        _("Withdrawn because"),
    ]
    return [*head, _("Revenue")] if with_revenue else head


def export_rows(rows: QuerySet[Referral], *, with_revenue: bool) -> Iterator[list[Any]]:
    """The list as it leaves the program, read in chunks; revenue only for those who may read it."""
    said = {True: _("yes"), False: _("no")}
    for row in rows.order_by(*ORDER).iterator(chunk_size=2000):
        line = [
            *(row.contact.name, row.contact.customer.name, row.referred_on, row.told_name, row.told_company),
            *(said[row.is_prompted], row.get_outcome_display(), row.decided_on, str(row.customer or "")),
            *(row.note, str(row.created_by or ""), row.withdrawn_reason),
        ]
        yield [*line, row.revenue] if with_revenue else line


def quarter_header(*, with_revenue: bool) -> list[str]:
    head = [_("Quarter"), _("Referrals"), _("Asked for by us"), _("Won")]
    return [*head, _("Revenue"), _("Won without a figure")] if with_revenue else head


def quarter_rows(found: list[QuarterTotal], *, with_revenue: bool) -> Iterator[list[Any]]:
    for total in found:
        line = [total.quarter.label, total.made, total.prompted, total.won]
        yield [*line, total.revenue, total.unknown] if with_revenue else line
