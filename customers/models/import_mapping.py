"""Which column of a file means what, kept from one import to the next."""

from django.db import models

from core.models import User


class ImportMapping(models.Model):
    """The mapping last used for files with these headers; shared by the whole company.

    `columns` holds {"columns": {header: field}, "settings": {"source": …, "day_order": …}}.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    headers = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_mapping_per_name")]

    def __str__(self) -> str:
        return self.name
