"""What a company wants to know of its customers beyond the columns of `Customer`: the use case, and whatever else."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer

# Comes with the program; the others are added by the programme's managers.
USE_CASE: Final = "use_case"
FIELD_PREFIX: Final = "attribute_"


class AttributeQuerySet(models.QuerySet["Attribute"]):
    def active(self) -> "AttributeQuerySet":
        """Those that people still fill in, read and filter by."""
        return self.filter(is_active=True)


class Attribute(models.Model):
    """One thing to know of every customer, such as the use case. `key` names it in URLs, in the API and in code.

    A retired one keeps its values but stands nowhere; taken up again, it has them as before.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = AttributeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            # Columns of a file are recognised by the name in any case.
            models.UniqueConstraint(Lower("name"), name="one_attribute_per_name"),
            models.CheckConstraint(condition=~Q(name=""), name="attribute_has_a_name"),
            models.CheckConstraint(condition=~Q(key=""), name="attribute_has_a_key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def field_name(self) -> str:
        """What its field is called in forms, its filter in an address, and a column of a file that means it."""
        return f"{FIELD_PREFIX}{self.key}"


class AttributeValue(models.Model):
    """What an attribute says of one customer. A customer of whom it says nothing has no row."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="attribute_values", db_index=False)
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="values", db_index=False)
    value = models.CharField(_("value"), max_length=200)

    class Meta:
        ordering = ["attribute", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "attribute"], name="one_value_per_attribute"),
            models.CheckConstraint(condition=~Q(value=""), name="attribute_value_not_empty"),
        ]
        indexes = [
            # Whom a value groups and filters, and which values there are.
            models.Index(fields=["attribute", "value", "customer"], name="attribute_value_customers"),
        ]

    def __str__(self) -> str:
        return self.value
