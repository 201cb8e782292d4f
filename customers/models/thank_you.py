"""Thanks: from a colleague to a colleague, or to somebody at a customer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models import User
from customers.models.contact import Contact


class ThankYouQuerySet(InsertOnlyQuerySet["ThankYou"]):
    def visible_to(self, user: User) -> "ThankYouQuerySet":
        """Thanks are said aloud: everyone with a role reads them."""
        return self if user.is_active and user.roles else self.none()

    def search(self, text: str) -> "ThankYouQuerySet":
        """Thanks whose words, giver or receiver contain the text."""
        words = text.strip()
        if not words:
            return self
        said = Q(reason__icontains=words) | Q(text__icontains=words)
        people = Q(given_by__name__icontains=words) | Q(colleague__name__icontains=words)
        at_customers = Q(contact__name__icontains=words) | Q(contact__customer__name__icontains=words)
        return self.filter(said | people | at_customers)


class ThankYou(InsertOnlyModel):
    """What somebody was thanked for, and how. A colleague is told by the program; a contact by who thanks.

    `gift` is what came with the thanks to a contact, such as a pass to a conference.
    """

    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="thanks_given")
    colleague = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="thanks")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="thanks")
    reason = models.CharField(_("what for"), max_length=200)
    text = models.TextField(_("words of thanks"))
    gift = models.CharField(_("what goes with it"), max_length=200, blank=True)
    thanked_on = models.DateField(_("thanked on"))
    given_at = models.DateTimeField()

    objects = ThankYouQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(colleague__isnull=False, contact__isnull=True)
                | Q(colleague__isnull=True, contact__isnull=False),
                name="thanks_to_a_colleague_or_to_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(colleague__isnull=True) | ~Q(colleague=F("given_by")), name="nobody_thanks_themselves"
            ),
            models.CheckConstraint(condition=Q(colleague__isnull=True) | Q(gift=""), name="gifts_are_for_contacts"),
        ]
        indexes = [models.Index(fields=["contact", "-thanked_on"], name="thank_you_of_contact")]

    def __str__(self) -> str:
        return self.reason

    @property
    def receiver(self) -> str:
        return str(self.colleague or self.contact)
