"""What the team expected the count to be, week by week."""

from django.db import models

from core.constraints import InsertOnlyModel


class ForecastSnapshot(InsertOnlyModel):
    """The forecast of a quarter's closing count as it stood on one day.

    `forecast` is now + commit - expected losses; `low` and `high` are the ends of the range. Compared with the
    closing it shows how right each week was.
    """

    quarter = models.CharField(max_length=7)
    taken_on = models.DateField()
    taken_at = models.DateTimeField()
    now = models.PositiveIntegerField()
    commit = models.PositiveIntegerField()
    best_case = models.PositiveIntegerField()
    pipeline = models.PositiveIntegerField()
    expiring = models.PositiveIntegerField()
    forecast = models.PositiveIntegerField()
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    target = models.PositiveIntegerField(null=True)

    class Meta(InsertOnlyModel.Meta):
        ordering = ["quarter", "taken_on"]
        constraints = [models.UniqueConstraint(fields=["quarter", "taken_on"], name="one_snapshot_per_day")]

    def __str__(self) -> str:
        return f"{self.quarter} on {self.taken_on}"
