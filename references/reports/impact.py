"""What a reference of each customer is worth, computed as a set, and explained for one of them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Max

from customers.choices import SizeBand
from customers.models import Customer
from references.choices import Characteristic, ImpactTier, NominationState, Status, Willingness
from references.models import CustomerImpact, ImpactRating, ImpactSettings
from references.reports.counts import Present, referenceable
from references.rules.coverage import USUAL_WEIGHT
from references.rules.impact import MOST_POINTS, VARIETY_FROM, ImpactPolicy

ENDED_WITHOUT = (NominationState.DECLINED, NominationState.REFUSED, NominationState.WITHDRAWN)
COLUMNS = (*Characteristic.values, "score", "tier")
SHOWN = 50
# The latest word of people on each characteristic; and in how many kinds of reference a customer takes part or would.
RATED = """
    SELECT customer_id, {pivoted} FROM (
        SELECT customer_id, characteristic, points,
            ROW_NUMBER() OVER (PARTITION BY customer_id, characteristic ORDER BY id DESC) AS place
        FROM references_impactrating WHERE {narrowed}
    ) said WHERE place = 1 GROUP BY customer_id
"""
KINDS = """
    SELECT customer_id, COUNT(*) AS kinds FROM (
        SELECT customer_id, dimension_id FROM references_cell WHERE status = '{green}' AND {narrowed}
        UNION
        SELECT n.customer_id, d.dimension_id FROM references_nominateddimension d
        JOIN references_nomination n ON n.id = d.nomination_id
        WHERE d.willingness = '{willing}' AND n.state NOT IN ({ended}) AND n.customer_id IS NOT NULL AND {narrowed}
    ) taken JOIN references_dimension kind ON kind.id = taken.dimension_id AND kind.is_active GROUP BY customer_id
"""
# What nobody rated is computed where data allows: brand from the mark and the size, vertical from the weight that
# coverage gives to the industry, variety from cells and nominations.
POINTS = """
    SELECT c.id AS customer_id,
        COALESCE(
            r.brand, CASE WHEN c.is_well_known THEN {most} WHEN c.size_band = '{giant}' THEN 1 ELSE 0 END
        ) AS brand,
        COALESCE(r.vertical, CASE WHEN c.industry = '' THEN 0 ELSE COALESCE(w.weight, {usual}) END) AS vertical,
        COALESCE(r.results, 0) AS results,
        COALESCE(r.articulate, 0) AS articulate,
        COALESCE(r.passionate, 0) AS passionate,
        COALESCE(r.variety, CASE {variety} ELSE 0 END) AS variety
    FROM customers_customer c
    LEFT JOIN rated r ON r.customer_id = c.id
    LEFT JOIN kinds k ON k.customer_id = c.id
    LEFT JOIN references_coverageweight w ON w.axis = 'industry' AND w.value = c.industry
    WHERE c.merged_into_id IS NULL AND {narrowed}
"""


@dataclass(frozen=True)
class CharacteristicReport:
    """One characteristic of one customer: its points, and who said so or that the program computed them."""

    characteristic: Characteristic
    points: int
    weight: int
    rating: ImpactRating | None
    is_computed: bool

    @property
    def is_rated(self) -> bool:
        return self.rating is not None and self.rating.points is not None


@dataclass(frozen=True)
class ImpactReport:
    """What a reference of the customer is worth, and why. `impact` is None until the program has looked."""

    impact: CustomerImpact | None
    characteristics: list[CharacteristicReport]
    history: list[ImpactRating]
    last: dict[str, ImpactRating]

    def latest(self, characteristic: Characteristic) -> ImpactRating | None:
        """The last word on a characteristic, one that took an earlier one back as well, however long ago."""
        return self.last.get(characteristic)


COMPUTED = frozenset([Characteristic.BRAND, Characteristic.VERTICAL, Characteristic.VARIETY])


def scored_sql(policy: ImpactPolicy, *, customer_ids: Collection[int] | None = None) -> str:
    """SQL that yields `customer_id` and COLUMNS as they must be, of all customers or of those given.

    Only numbers and words of the glossary are written into it.
    """
    rated = RATED.format(pivoted=_pivoted(), narrowed=_narrowed("customer_id", customer_ids))
    kinds = KINDS.format(
        green=Status.GREEN.value,
        willing=Willingness.WILLING.value,
        ended=", ".join(f"'{state.value}'" for state in ENDED_WITHOUT),
        narrowed=_narrowed("customer_id", customer_ids),
    )
    points = POINTS.format(
        most=MOST_POINTS,
        giant=SizeBand.GIANT.value,
        usual=USUAL_WEIGHT,
        variety=_variety(),
        narrowed=_narrowed("c.id", customer_ids),
    )
    most = MOST_POINTS * sum(policy.weights)
    reached = " + ".join(
        f"{weight} * {name}" for name, weight in zip(Characteristic.values, policy.weights, strict=True)
    )
    score = f"(200 * ({reached}) + {most}) / {2 * most}" if most else "0"
    tier = f"CASE WHEN score >= {policy.a_from} THEN 'A' WHEN score >= {policy.b_from} THEN 'B' ELSE 'C' END"
    return f"""WITH rated AS ({rated}), kinds AS ({kinds}), points AS ({points}),
        scored AS (SELECT points.*, {score} AS score FROM points)
        SELECT scored.*, {tier} AS tier FROM scored"""  # noqa: S608


def _pivoted() -> str:
    return ", ".join(
        f"MAX(CASE WHEN characteristic = '{name}' THEN points END) AS {name}" for name in Characteristic.values
    )


def _variety() -> str:
    steps = reversed(list(enumerate(VARIETY_FROM, start=1)))
    return " ".join(f"WHEN k.kinds >= {least} THEN {points}" for points, least in steps)


def _narrowed(column: str, customer_ids: Collection[int] | None) -> str:
    if customer_ids is None:
        return "1 = 1"
    return f"{column} IN ({', '.join(str(int(pk)) for pk in customer_ids) or 'NULL'})"


def scores(policy: ImpactPolicy, *, customer_ids: Collection[int] | None = None) -> dict[int, tuple[int, ...]]:
    """By customer what `scored_sql` yields without the tier: for as many customers as fit into memory."""
    with connection.cursor() as cursor:
        cursor.execute(scored_sql(policy, customer_ids=customer_ids))
        return {row[0]: row[1:-1] for row in cursor.fetchall()}


def tiers(now: Present) -> dict[str, int]:
    """How many of who counts now are in tier A and in B; the others are in C. Read from the few of A and B, not from
    all customers."""
    greens = referenceable(now).order_by().values("customer_id")
    good = CustomerImpact.objects.filter(tier__in=[ImpactTier.A, ImpactTier.B], customer__in=greens)
    return dict(good.order_by().values_list("tier").annotate(Count("customer")))


def impact_report(customer: Customer) -> ImpactReport:
    """The impact of a customer with the latest that people said of it, newest first."""
    ratings = ImpactRating.objects.filter(customer=customer).select_related("by")
    newest = ratings.order_by().values("characteristic").annotate(newest=Max("pk")).values("newest")
    last = {row.characteristic: row for row in ratings.filter(pk__in=newest)}
    impact = CustomerImpact.objects.filter(customer=customer).first()
    policy = ImpactSettings.current().as_policy()
    characteristics = [_characteristic(one, impact, policy, last.get(one)) for one in Characteristic]
    return ImpactReport(impact, characteristics, list(ratings[:SHOWN]), last)


def _characteristic(
    one: Characteristic, impact: CustomerImpact | None, policy: ImpactPolicy, rating: ImpactRating | None
) -> CharacteristicReport:
    is_rated = rating is not None and rating.points is not None
    return CharacteristicReport(
        characteristic=one,
        points=getattr(impact, one) if impact is not None else 0,
        weight=getattr(policy, one),
        rating=rating if is_rated else None,
        is_computed=not is_rated and one in COMPUTED,
    )
