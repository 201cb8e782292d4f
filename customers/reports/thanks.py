"""Thanks given and received."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from customers.models import ThankYou
from customers.models.thank_you import ThankYouQuerySet

THANKS_SHOWN = (
    ("", gettext_lazy("All")),
    ("received", gettext_lazy("To me")),
    ("given", gettext_lazy("From me")),
    ("colleagues", gettext_lazy("To colleagues")),
    ("customers", gettext_lazy("To customers")),
)
ORDER: Final = ("-pk",)


def thanks(user: User, *, search: str, show: str) -> ThankYouQuerySet:
    """The thanks that are asked for, with everybody they name."""
    rows: ThankYouQuerySet = ThankYou.objects.visible_to(user).search(search)
    rows = rows.select_related("given_by", "colleague", "contact__customer")
    narrowed: dict[str, dict[str, Any]] = {
        "received": {"colleague": user},
        "given": {"given_by": user},
        "colleagues": {"colleague__isnull": False},
        "customers": {"contact__isnull": False},
    }
    return rows.filter(**narrowed.get(show, {}))


def header() -> list[str]:
    return [_("Day"), _("From"), _("To"), _("Customer"), _("What for"), _("Words of thanks"), _("What went with it")]


def rows(found: ThankYouQuerySet) -> Iterator[list[Any]]:
    for row in found.order_by(*ORDER).iterator(chunk_size=2000):
        company = row.contact.customer.name if row.contact else ""
        yield [row.thanked_on, str(row.given_by), row.receiver, company, row.reason, row.text, row.gift]
