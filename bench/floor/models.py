"""Tables of the floor's own for what it writes; the program's, unmanaged, for what it reads."""

from django.conf import settings
from django.db import models


class Cell(models.Model):
    """A cell with no more than an edit needs; as many of them as the program has."""

    customer_id = models.BigIntegerField()
    dimension_id = models.BigIntegerField()
    status = models.CharField(max_length=5, blank=True)
    version = models.PositiveIntegerField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer_id", "dimension_id"], name="floor_one_cell")]

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.dimension_id}"


class CellChange(models.Model):
    """What a cell was and became."""

    cell = models.ForeignKey(Cell, on_delete=models.PROTECT)
    status_before = models.CharField(max_length=5, blank=True)
    status = models.CharField(max_length=5, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.cell_id}: {self.status}"


class Customer(models.Model):
    """The program's customers."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    region = models.CharField(max_length=100)
    industry = models.CharField(max_length=100)

    class Meta:
        managed = False
        db_table = "customers_customer"

    def __str__(self) -> str:
        return self.name


class GridCell(models.Model):
    """The program's cells."""

    customer = models.ForeignKey(Customer, on_delete=models.DO_NOTHING, related_name="cells")
    dimension_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=5)
    note = models.TextField()

    class Meta:
        managed = False
        db_table = "references_cell"

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.dimension_id}"
