"""What "reference-able" means, and from which quarter on."""

from django.db import models

from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models import User
from references.models.dimension import Dimension


class DefinitionQuerySet(InsertOnlyQuerySet["Definition"]):
    def holding_for(self, label: str) -> "Definition":
        """The definition that holds for a quarter: the latest written for it or for an earlier one."""
        return self.filter(from_quarter__lte=label).order_by("-from_quarter", "-pk")[0]


class Definition(InsertOnlyModel):
    """The pay trigger and its evidence rule, holding from `from_quarter` (a label) until a later row takes over."""

    from_quarter = models.CharField(max_length=7)
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="+")
    evidence_needed = models.BooleanField(default=True)
    reason = models.CharField(max_length=500)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DefinitionQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-from_quarter", "-pk"]

    def __str__(self) -> str:
        return f"{self.dimension} from {self.from_quarter}"
