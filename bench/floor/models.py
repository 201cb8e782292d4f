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


class Person(models.Model):
    """The program's people."""

    name = models.CharField(max_length=150)

    class Meta:
        managed = False
        db_table = "core_user"

    def __str__(self) -> str:
        return self.name


class Dimension(models.Model):
    """The program's dimensions."""

    key = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    definition = models.TextField()
    position = models.PositiveIntegerField()
    is_active = models.BooleanField()

    class Meta:
        managed = False
        db_table = "references_dimension"

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """The program's customers."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    region = models.CharField(max_length=100)
    industry = models.CharField(max_length=100)
    lifecycle = models.CharField(max_length=11)
    churned_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.DO_NOTHING, null=True)
    csm = models.ForeignKey(Person, on_delete=models.DO_NOTHING, null=True)

    class Meta:
        managed = False
        db_table = "customers_customer"

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """The program's contacts."""

    customer = models.ForeignKey(Customer, on_delete=models.DO_NOTHING)
    evangelist_level = models.CharField(max_length=10)
    left_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "customers_contact"

    def __str__(self) -> str:
        return f"{self.customer_id}"


class CustomerImpact(models.Model):
    """The program's tiers of customers."""

    customer = models.OneToOneField(Customer, on_delete=models.DO_NOTHING, primary_key=True, related_name="impact")
    tier = models.CharField(max_length=1)

    class Meta:
        managed = False
        db_table = "references_customerimpact"

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.tier}"


class GridCell(models.Model):
    """The program's cells."""

    customer = models.ForeignKey(Customer, on_delete=models.DO_NOTHING, related_name="cells")
    dimension_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=5)
    note = models.TextField()
    next_action_due = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "references_cell"

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.dimension_id}"
