"""Companies that bought from us: the rows of the grid."""

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.choices import ACTIVE, ALL, LEAVING, Lifecycle, OwnerRole, SizeBand
from customers.rules.names import domain_of, name_key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What people say about a customer in its form, in this order; the rest changes by deeds of its own.
FACTS = (
    "name",
    "domain",
    "industry",
    "region",
    "country",
    "size_band",
    "recurring_revenue",
    "in_production_since",
    "is_well_known",
    "has_open_follow_up",
)


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> "CustomerQuerySet":
        """Everyone with a role reads every customer; people without a role read none."""
        return self if user.is_active and user.roles else self.none()

    def unmerged(self) -> "CustomerQuerySet":
        """Customers that were not merged into another."""
        return self.filter(merged_into__isnull=True)

    def active(self, day: date) -> "CustomerQuerySet":
        """Unmerged customers that are onboarding or live on the day."""
        churned = Q(lifecycle=Lifecycle.CHURNED) & (Q(churned_on__isnull=True) | Q(churned_on__lte=day))
        return self.unmerged().exclude(lifecycle=Lifecycle.PROSPECTIVE).exclude(churned)

    def inactive(self, day: date) -> "CustomerQuerySet":
        """The others: merged ones, those who are not yet customers, and those who have left by the day."""
        churned = Q(lifecycle=Lifecycle.CHURNED) & (Q(churned_on__isnull=True) | Q(churned_on__lte=day))
        return self.filter(Q(merged_into__isnull=False) | Q(lifecycle=Lifecycle.PROSPECTIVE) | churned)

    def standing(self, value: str, day: date) -> "CustomerQuerySet":
        """Customers of a lifecycle, active or all ones, or those that are leaving, whom `churned` leaves out until they
        have left."""
        if value == ALL:
            return self
        if value == ACTIVE:
            return self.active(day)
        if value == LEAVING:
            return self.filter(lifecycle=Lifecycle.CHURNED, churned_on__gt=day)
        if value == Lifecycle.CHURNED:
            return self.filter(lifecycle=value, churned_on__lte=day)
        return self.filter(lifecycle=value)

    def owned_by(self, user: User) -> "CustomerQuerySet":
        """Customers of which the person owns any side."""
        mine = Q()
        for role in OwnerRole.values:
            mine |= Q(**{role: user})
        return self.filter(mine)

    def search(self, text: str) -> "CustomerQuerySet":
        """Customers whose name, domain or external id contains the text, in any case and with or without accents; also
        by the name or domain of a duplicate that was merged into them."""
        words = text.strip()
        if not words:
            return self
        called = Q(name__icontains=words) | Q(name_key__contains=name_key(words)) | Q(domain__icontains=words)
        # Read first: a subquery among the alternatives would keep the database from its trigram indexes.
        named = list(ExternalId.objects.filter(value=words).values_list("customer_id", flat=True)[:100])
        duplicates = Customer.objects.filter(called, merged_into__isnull=False).order_by().select_related("merged_into")
        return self.filter(called | Q(pk__in=[*named, *(row.survivor.pk for row in duplicates[:100])]))


def owner_key(label: "StrOrPromise") -> models.ForeignKey[User | None, User | None]:
    return models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Customer(models.Model):
    """A company that bought from us. Columns are the present; `CustomerChange` keeps how they came to be.

    `name_key` is the name as it is matched on import. A merged customer stays as a signpost to its survivor.
    """

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    domain = models.CharField(_("web domain"), max_length=253, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    size_band = models.CharField(_("employees"), max_length=10, choices=SizeBand.choices, blank=True)
    recurring_revenue = models.DecimalField(
        _("recurring revenue a year"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    is_well_known = models.BooleanField(_("well-known brand"), default=False)
    lifecycle = models.CharField(_("lifecycle"), max_length=11, choices=Lifecycle.choices, default=Lifecycle.LIVE)
    churned_on = models.DateField(_("churned on"), null=True, blank=True)
    churn_reason = models.CharField(_("reason for leaving"), max_length=500, blank=True)
    in_production_since = models.DateField(_("in production since"), null=True, blank=True)
    opener = owner_key(OwnerRole.OPENER.label)
    account_executive = owner_key(OwnerRole.ACCOUNT_EXECUTIVE.label)
    account_manager = owner_key(OwnerRole.ACCOUNT_MANAGER.label)
    csm = owner_key(OwnerRole.CSM.label)
    executive_sponsor = owner_key(OwnerRole.EXECUTIVE_SPONSOR.label)
    has_open_follow_up = models.BooleanField(_("follow-up business is open"), default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        indexes = [
            models.Index(fields=["name_key", "id"], name="customer_by_name"),
            models.Index(fields=["domain"], name="customer_by_domain"),
            models.Index(fields=["csm", "name_key", "id"], name="customer_by_csm"),
            models.Index(fields=["region", "name_key", "id"], name="customer_by_region"),
            models.Index(fields=["industry", "name_key", "id"], name="customer_by_industry"),
            models.Index(fields=["country", "name_key", "id"], name="customer_by_country"),
            # Of everybody the region beside the id, so that a count by region does not read the customers.
            models.Index(fields=["id"], include=["region"], name="customer_regions"),
            # The few who cannot count, so that a count of cells leaves them out without reading every customer.
            models.Index(
                fields=["id", "lifecycle", "churned_on", "merged_into"],
                condition=Q(merged_into__isnull=False) | Q(lifecycle="prospective") | Q(lifecycle="churned"),
                name="customer_inactive",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(lifecycle="churned") & Q(churned_on__isnull=False))
                | (~Q(lifecycle="churned") & Q(churned_on__isnull=True)),
                name="churned_customers_have_a_day",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="not_merged_into_itself"),
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        self.domain = domain_of(self.domain)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def has_left(self, today: date) -> bool:
        """Whether it is our customer no more on that day; one that has given notice still is."""
        return self.churned_on is not None and self.churned_on <= today

    def is_leaving(self, today: date) -> bool:
        """Whether it has given notice for a day to come."""
        return self.churned_on is not None and not self.has_left(today)

    @property
    def survivor(self) -> "Customer":
        """The customer that it was merged into, over however many merges; itself if it was not merged."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found

    @property
    def standing_mark(self) -> str:
        """What tells where the customer stands, when it left and why from any other answer; a page sends it back."""
        said = [self.lifecycle, str(self.churned_on or ""), self.churn_reason]
        return sha256("\0".join(said).encode()).hexdigest()[:32]

    def is_owned_by(self, user: User) -> bool:
        """Whether the person owns any side of the relationship."""
        return any(getattr(self, f"{role}_id") == user.pk for role in OwnerRole.values)


class ExternalId(models.Model):
    """What another system calls the customer: one value per source system belongs to one customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=40)
    value = models.CharField(max_length=200)

    class Meta:
        ordering = ["source", "pk"]
        constraints = [models.UniqueConstraint(fields=["source", "value"], name="one_customer_per_external_id")]
        indexes = [models.Index(fields=["value"], name="external_id_by_value")]

    def __str__(self) -> str:
        return f"{self.source}: {self.value}"
