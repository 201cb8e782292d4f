"""What the demo's references are worth, and where the company wants more of them."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from core.models import User
from customers.models import Customer
from references.actions import coverage, impact
from references.choices import Characteristic, Status
from references.models import Cell
from references.reports.counts import Present
from references.reports.coverage_matrix import Axis, axes, matrix
from references.reports.coverage_places import has_value

HEARD = {
    Characteristic.RESULTS: (
        "Told us of 310,000 saved a year, with the sheet behind it.",
        "Has figures, but they are not released yet.",
        "48 % fewer returns within half a year.",
    ),
    Characteristic.ARTICULATE: (
        "Gave a clear talk at our user day.",
        "Needs a moderator, then it works well.",
        "Explains it better than we do.",
    ),
    Characteristic.PASSIONATE: (
        "Wrote to us unasked after the go-live.",
        "Content, not enthusiastic.",
        "Says “the best decision of the year” whenever asked.",
    ),
}
RATED_A_QUARTER = 9
WEIGHTS = {"Finance": 3, "Medical": 2, "Entertainment": 0}
MOST_WANTED = 9


@dataclass
class ImpactStory:
    """CSMs say what they hear, the program looks once a week, and marketing says where references are wanted."""

    dice: Random
    staff: dict[str, User]

    def rate(self, at: datetime) -> None:
        """What CSMs heard in a quarter of the customers that speak for us and were not rated yet."""
        speaking = Cell.objects.filter(status=Status.GREEN, customer__impact_ratings__isnull=True)
        rows = list(Customer.objects.filter(pk__in=speaking.values("customer_id")).select_related("csm").order_by("pk"))
        for customer in self.dice.sample(rows, min(RATED_A_QUARTER, len(rows))):
            for characteristic, heard in HEARD.items():
                points = self.dice.choice((1, 2, 2, 3, 3, 3))
                words = self.dice.choice(heard)
                impact.rate(
                    customer, characteristic=characteristic, points=points, evidence=words, by=customer.csm, at=at
                )

    def aim(self, at: datetime) -> None:
        """Weights of industries, and targets where they meet regions: some met, some on the way, some short."""
        known = {axis.key: axis for axis in axes()}
        rows, columns = known["industry"], known["region"]
        nina = self.staff["Nina Rossi"]
        self._weigh(rows, at)
        for row in matrix(rows, columns, now=Present.seen(at)).rows:
            for place in row.places:
                if place.customers >= 3 and place.is_known:
                    target = min(place.referenceable + self.dice.randint(0, 3), MOST_WANTED) or 1
                    where = {"row": place.row, "column": place.column}
                    coverage.set_target(rows, columns_axis=columns, **where, target=target, by=nina, at=at)

    def _weigh(self, rows: Axis, at: datetime) -> None:
        for value, weight in ((value, weight) for value, weight in WEIGHTS.items() if has_value(rows, value)):
            coverage.set_weight(rows, value=value, weight=weight, by=self.staff["Nina Rossi"], at=at)
