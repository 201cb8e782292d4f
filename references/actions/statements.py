"""The bonus statement of a closed quarter: issued once, never changed; later corrections enter the next one."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from references.models import BonusCarryOver, BonusLine, BonusStatement, Closing, PayCurve, PayMember
from references.reports import pay as reports
from references.rules import pay


class AlreadyIssued(RuleBroken):
    """The quarter has been paid before."""

    def __init__(self, closing: Closing) -> None:
        words = _("The statement of %(quarter)s has been issued and never changes; a correction enters the next one.")
        super().__init__(words % {"quarter": closing})


@dataclass
class Carried:
    """What a member gets or gives back from quarters already paid, and which quarters they are."""

    amount: Decimal = Decimal("0.00")
    texts: list[str] = field(default_factory=list)


@transaction.atomic
def issue(closing: Closing, *, by: User | None, at: datetime) -> BonusStatement:
    """Pay the quarter: the corrected count against target and curve, a line per member, what earlier quarters owe."""
    # One statement at a time: two at once would both settle the same correction.
    programme = Programme.locked()
    _refuse_issued(closing)
    target, curve, members = _terms(closing)
    count = reports.corrected_counts([closing])[closing.pk]
    statement = BonusStatement.objects.create(
        closing=closing,
        count=count,
        target=target,
        curve=curve,
        payout_percent=pay.payout_percent(count, target, curve.as_policy()) or pay.NOTHING,
        currency=programme.currency,
        issued_at=at,
        issued_by=by,
    )
    BonusLine.objects.bulk_create(_lines(statement, members, _settle(statement)))
    audit.record(
        "statement.issued", statement, by=by, at=at, count=count, target=target, percent=str(statement.payout_percent)
    )
    return statement


def _refuse_issued(closing: Closing) -> None:
    if BonusStatement.objects.filter(closing=closing).exists():
        raise AlreadyIssued(closing)


def _terms(closing: Closing) -> tuple[int, PayCurve, list[PayMember]]:
    target, curve = reports.target_of(closing), PayCurve.objects.holding_for(closing.quarter)
    if not target:
        raise RuleBroken(_("%(quarter)s has no target to measure the count by; set one first.") % {"quarter": closing})
    if curve is None:
        raise RuleBroken(_("No pay curve holds in %(quarter)s; set one first.") % {"quarter": closing})
    members = list(PayMember.objects.in_quarter(closing.quarter).select_related("user"))
    if not members:
        raise RuleBroken(_("Nobody was a member of the team in %(quarter)s; add the members.") % {"quarter": closing})
    return target, curve, members


def _settle(statement: BonusStatement) -> dict[User, Carried]:
    """Record how far each earlier statement's count has moved since it was last settled; the sums by member."""
    carried: dict[User, Carried] = defaultdict(Carried)
    earlier = list(
        BonusStatement.objects.exclude(pk=statement.pk)
        .select_related("closing", "curve")
        .prefetch_related("lines__user", "settlements")
        .order_by("closing__quarter")
    )
    counts = reports.corrected_counts(old.closing for old in earlier)
    for old in earlier:
        row = _carry_over(statement, old, counts[old.closing_id])
        if row is not None:
            row.save()
            _add_lines(carried, old, row)
    return carried


def _carry_over(statement: BonusStatement, old: BonusStatement, count: int) -> BonusCarryOver | None:
    settled = max(old.settlements.all(), key=lambda row: row.pk, default=None)
    before, percent = (settled.count_after, settled.percent_after) if settled else (old.count, old.payout_percent)
    if before == count:
        return None
    return BonusCarryOver(
        statement=statement,
        settles=old,
        count_before=before,
        count_after=count,
        percent_before=percent,
        percent_after=pay.payout_percent(count, old.target, old.curve.as_policy()) or pay.NOTHING,
    )


def _add_lines(carried: dict[User, Carried], old: BonusStatement, row: BonusCarryOver) -> None:
    text = _("%(quarter)s corrected from %(before)s to %(after)s customers, payout from %(was)s %% to %(is)s %%") % {
        "quarter": old,
        "before": row.count_before,
        "after": row.count_after,
        "was": row.percent_before,
        "is": row.percent_after,
    }
    for line in old.lines.all():
        if line.target_bonus:
            share = carried[line.user]
            share.amount += pay.difference(line.target_bonus, settled=row.percent_before, corrected=row.percent_after)
            share.texts.append(text)


def _lines(statement: BonusStatement, members: list[PayMember], carried: dict[User, Carried]) -> list[BonusLine]:
    """A line per member, and one for who has left the team but was paid for a quarter that was corrected."""
    bonuses = {member.user: member.target_bonus for member in members}
    bonuses.update({user: Decimal("0.00") for user in carried if user not in bonuses})
    return [
        BonusLine(
            statement=statement,
            user=user,
            target_bonus=bonus,
            payout=pay.money(bonus, statement.payout_percent),
            carried_over=carried[user].amount if user in carried else Decimal("0.00"),
            carried_over_text="; ".join(carried[user].texts)[:500] if user in carried else "",
        )
        for user, bonus in bonuses.items()
    ]
