"""People at the customer."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from customers.choices import Adoption, ContactRole, EvangelistLevel, EvangelistScope, Lifecycle
from customers.models.customer import Customer


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> "ContactQuerySet":
        return self if user.is_active and user.roles else self.none()

    def present(self) -> "ContactQuerySet":
        """Contacts who have not left the customer."""
        return self.filter(left_on__isnull=True)

    def gone_by(self, day: date) -> "ContactQuerySet":
        """Contacts who had left their customer before the day: they can have told nobody of us for it then."""
        return self.filter(left_on__lt=day)

    def absent_on(self, day: date) -> "ContactQuerySet":
        """Those, and whose customer had left us by the day: they can have been nowhere for it then."""
        return self.filter(Q(left_on__lt=day) | Q(customer__churned_on__lte=day))

    def staying(self, day: date) -> "ContactQuerySet":
        """Contacts of customers that have not left by the day: who did has nobody to speak for us any more."""
        return self.exclude(customer__lifecycle=Lifecycle.CHURNED, customer__churned_on__lte=day)

    def leaving(self, day: date) -> "ContactQuerySet":
        """Contacts who left their customer, or whose customer left by the day."""
        gone = Q(customer__lifecycle=Lifecycle.CHURNED, customer__churned_on__lte=day)
        return self.filter(Q(left_on__isnull=False) | gone)

    def evangelists(self) -> "ContactQuerySet":
        """Contacts who refer us, asked or not, and are still there."""
        return self.present().exclude(evangelist_level=EvangelistLevel.NONE)

    def stale(self, before: date) -> "ContactQuerySet":
        """Those who were last briefed before the day, or never."""
        return self.filter(Q(briefed_on__isnull=True) | Q(briefed_on__lt=before))

    def like(self, name: str, email: str) -> "ContactQuerySet":
        """Contacts with the same e-mail address; without one, those of the same name who have none either."""
        return self.filter(email__iexact=email) if email else self.filter(email="", name__iexact=name)

    def search(self, text: str) -> "ContactQuerySet":
        """Contacts whose name, e-mail address or customer contains the text."""
        words = text.strip()
        if not words:
            return self
        # Customers are found first, by their trigram index, and not joined to every contact.
        customers = Customer.objects.filter(name__icontains=words).order_by().values("pk")
        return self.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(customer__in=customers))


class Contact(models.Model):
    """A person at a customer. `roles` holds ContactRole values; `left_on` is the day the person left.

    `version` rises by one with every edit; an edit may name the version it saw. Who refers nobody to us may have been
    asked why: `refusal_reason` is the answer, `asked_on` the day. `briefed_on` is a fast copy of the latest day of an
    occasion that the contact attended. `adoption` says whether the contact chose our solution, or
    somebody else did.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    title = models.CharField(_("title"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    roles = models.JSONField(_("roles"), default=list, blank=True)
    evangelist_level = models.CharField(
        _("evangelist"), max_length=10, choices=EvangelistLevel.choices, default=EvangelistLevel.NONE
    )
    evangelist_scope = models.CharField(_("refers"), max_length=7, choices=EvangelistScope.choices, blank=True)
    adoption = models.CharField(
        _("our solution"), max_length=8, choices=Adoption.choices, blank=True, default="", db_default=""
    )
    refusal_reason = models.CharField(_("why not"), max_length=500, blank=True, default="", db_default="")
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    briefed_on = models.DateField(_("last briefed on"), null=True, editable=False)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source_id=""), name="one_contact_per_external_id"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_a_name"),
            models.CheckConstraint(
                condition=Q(refusal_reason="", asked_on__isnull=True)
                | (~Q(refusal_reason="") & Q(asked_on__isnull=False, evangelist_level="no")),
                name="who_does_not_refer_was_asked_on_a_day",
                violation_error_message=_(
                    "Why somebody does not refer us needs the day of the answer; who refers us has no reason not to."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="contact_by_email"),
            models.Index(
                fields=["customer"],
                condition=Q(left_on__isnull=True) & ~Q(evangelist_level="no"),
                name="contact_evangelist",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_evangelist(self) -> bool:
        return self.evangelist_level != EvangelistLevel.NONE and self.left_on is None

    def is_there(self, day: date) -> bool:
        """Whether neither the contact has left the customer nor, by the day, the customer us."""
        customer = self.customer
        has_churned = customer.lifecycle == Lifecycle.CHURNED and (customer.churned_on or day) <= day
        return self.left_on is None and not has_churned

    @property
    def role_labels(self) -> list[str]:
        """The roles in people's words; a value that is no longer known shows as it stands."""
        labels = dict(ContactRole.choices)
        return [str(labels.get(role, role)) for role in self.roles]
