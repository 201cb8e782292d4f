"""What a reference of a customer is worth: rated by people, computed by the program, kept with its history."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.constraints import late_rows_refused
from core.errors import RuleBroken, StaleVersion
from core.models import User
from customers.actions import customers
from customers.models import Customer
from references.actions.seen_settings import refuse_stale
from references.choices import Characteristic
from references.models import CustomerImpact, ImpactChange, ImpactRating, ImpactSettings
from references.reports.impact import COLUMNS, scored_sql
from references.rules.impact import MOST_POINTS

EDITABLE = frozenset([*Characteristic.values, "a_from", "b_from"])


@transaction.atomic
def rate(
    customer: Customer,
    *,
    characteristic: Characteristic,
    points: int | None,
    evidence: str = "",
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> CustomerImpact:
    """Say how much of a characteristic the customer has (0-3), and on what that stands.

    Without points an earlier word is taken back, and what the program computes holds again; new evidence for no points
    is refused. What is said already is not said twice. `seen` is the latest rating that the person saw, 0 for none;
    StaleVersion if there is another now.
    """
    if characteristic not in Characteristic.values:
        raise RuleBroken(_("“%s” is not a characteristic of a customer's impact.") % characteristic)
    lock()
    current = customers.lock(customer.pk)
    _refuse_unfounded(points, evidence)
    latest = ImpactRating.objects.filter(customer=current, characteristic=characteristic).first()
    if seen is not None and seen != (latest.pk if latest else 0):
        raise StaleVersion(_said_meanwhile(latest), current=latest or current)
    if points is None and evidence.strip() not in ("", latest.evidence if latest else ""):
        raise RuleBroken(_("Choose the points that it speaks for, or leave empty what it stands on."), field="points")
    said = {"points": points, "evidence": "" if points is None else evidence.strip()[:500]}
    stands = {"points": latest.points, "evidence": latest.evidence} if latest else {"points": None, "evidence": ""}
    if said != stands:
        ImpactRating(customer=current, characteristic=characteristic, recorded_at=at, by=by, **said).save()
        told = {"characteristic": characteristic, "points": points, "reason": evidence}
        audit.record("impact.rated", current, by=by, at=at, **told)
    refresh(customer_ids=[current.pk], by=by, at=at)
    return CustomerImpact.objects.get(pk=current.pk)


@transaction.atomic
def refresh(*, customer_ids: Collection[int] | None = None, by: User | None = None, at: datetime) -> int:
    """Compute the impact of all customers, or of those given, anew; returns of how many it moved.

    Three statements however many customers. What has not moved leaves no trace, so a second run does nothing.
    """
    settings = lock()
    policy = settings.as_policy()
    kept = [*policy.weights, policy.a_from, policy.b_from]
    last = ImpactChange.objects.aggregate(last=Max("pk"))["last"] or 0
    moment = connection.ops.adapt_datetimefield_value(at)
    with late_rows_refused(), connection.cursor() as cursor:
        cursor.execute(
            _append(scored_sql(policy, customer_ids=customer_ids)),
            [json.dumps(kept), moment, moment, by.pk if by else None],
        )
        moved: int = cursor.rowcount
        if moved:
            cursor.execute(KEEP, [last])
    return moved


@transaction.atomic
def take_over(survivor: Customer, *, duplicate: Customer, by: User | None, at: datetime) -> None:
    """After a merge the survivor keeps its ratings, and has the duplicate's where nobody had rated it."""
    lock()
    rated = set(ImpactRating.objects.filter(customer=survivor).values_list("characteristic", flat=True))
    theirs: dict[str, ImpactRating] = {}
    for rating in ImpactRating.objects.filter(customer=duplicate).order_by("pk"):
        theirs[rating.characteristic] = rating
    for characteristic, rating in theirs.items():
        if characteristic not in rated and rating.points is not None:
            ImpactRating(
                customer=survivor,
                characteristic=characteristic,
                points=rating.points,
                evidence=rating.evidence,
                recorded_at=at,
                by=rating.by,
            ).save()
    refresh(customer_ids=[survivor.pk], by=by, at=at)


@transaction.atomic
def edit_settings(*, changes: Mapping[str, int], seen: str = "", by: User | None, at: datetime) -> ImpactSettings:
    """Other weights or thresholds; every customer is looked at anew. Refused where tier B would lie above A.

    StaleVersion if somebody else changed them since `seen`, the mark of what was looked at.
    """
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not impact settings: {', '.join(sorted(unknown))}")
    row = lock()
    refuse_stale(row, EDITABLE, seen=seen)
    fields: dict[str, Any] = {
        name: [getattr(row, name), value] for name, value in changes.items() if getattr(row, name) != value
    }
    if not fields:
        return row
    for name, (_before, after) in fields.items():
        setattr(row, name, after)
    if row.b_from >= row.a_from:
        raise RuleBroken(_("Tier A must begin above tier B."))
    if not sum(row.as_policy().weights):
        raise RuleBroken(_("Give at least one characteristic a weight."))
    row.save()
    audit.record("impact_settings.edited", row, by=by, at=at, fields=fields)
    refresh(by=by, at=at)
    return row


def _refuse_unfounded(points: int | None, evidence: str) -> None:
    if points is not None and not 0 <= points <= MOST_POINTS:
        raise RuleBroken(_("A characteristic has 0 to %d points.") % MOST_POINTS)
    if points is not None and not evidence.strip():
        raise RuleBroken(_("Say what the rating stands on, so that others can follow it."))


def _said_meanwhile(rating: ImpactRating | None) -> str:
    if rating is None or rating.points is None:
        return _("Meanwhile the rating was taken back. Yours is not saved; look again, then save it.")
    told = {"person": rating.by or _("the program"), "points": rating.points, "evidence": rating.evidence}
    words = _(
        "%(person)s has rated it meanwhile: %(points)d, “%(evidence)s”. Yours is not saved; save again to replace it."
    )
    return words % told


def lock() -> ImpactSettings:
    """Wait for whoever computes impacts now, so that the end of the history and its copy are the same.

    It is taken before a customer is locked: a new row of the history looks at its customer, too.
    """
    return ImpactSettings.objects.select_for_update().get(pk=ImpactSettings.current().pk)


def _append(scored: str) -> str:
    """A change for every customer whose impact is not as it is kept.

    A clock that was set back, or that runs behind on one machine, never puts a change before an older one: the closing
    takes the latest by time, and the copy is the latest written.
    """
    later = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    latest = "(SELECT MAX(c.recorded_at) FROM references_impactchange c WHERE c.customer_id = s.customer_id)"
    columns = ", ".join(COLUMNS)
    moved = " OR ".join(f"i.{name} <> s.{name}" for name in COLUMNS)
    return f"""INSERT INTO references_impactchange (customer_id, {columns}, policy, recorded_at, by_id)
        SELECT s.customer_id, {", ".join(f"s.{name}" for name in COLUMNS)}, %s, {later}(%s, COALESCE({latest}, %s)), %s
        FROM ({scored}) s
        LEFT JOIN references_customerimpact i ON i.customer_id = s.customer_id
        WHERE i.customer_id IS NULL OR {moved}"""  # noqa: S608


KEEP = f"""INSERT INTO references_customerimpact (customer_id, {", ".join(COLUMNS)})
    SELECT customer_id, {", ".join(COLUMNS)} FROM references_impactchange WHERE id > %s
    ON CONFLICT (customer_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)}"""  # noqa: S608
