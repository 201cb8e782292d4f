"""What customers use."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer


class Product(models.Model):
    """One of our products."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProductUse(models.Model):
    """A product in use at a customer, since a day and, if it was given up, until a day."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="product_uses")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="uses")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["product__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "product"], name="one_use_per_product"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="product_used_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)
