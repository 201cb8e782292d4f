"""The glossary of customers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.choices import Role


class Lifecycle(TextChoices):
    """Where a customer stands; only onboarding and live customers are active and can be counted."""

    PROSPECTIVE = "prospective", _("Prospective")
    ONBOARDING = "onboarding", _("Onboarding")
    LIVE = "live", _("Live")
    CHURNED = "churned", _("Churned")


# Where a customer may stand that is entered now.
ENTERED = [(value, label) for value, label in Lifecycle.choices if value != Lifecycle.CHURNED]
# A churned customer whose day is still to come stands beside the others in lists and filters.
LEAVING = "leaving"
STANDINGS = [*ENTERED, (LEAVING, _("Leaving")), *Lifecycle.choices[-1:]]
# What lists, the grid and the API are narrowed by.
ACTIVE, ALL = "active", "all"
LIFECYCLES = [(ACTIVE, _("Active")), (ALL, _("All")), *STANDINGS]


class OwnerRole(TextChoices):
    """The colleagues who own a side of the relationship; the values are columns of Customer."""

    OPENER = "opener", _("Opener (original rep)")
    ACCOUNT_EXECUTIVE = "account_executive", _("Account executive")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    CSM = "csm", _("CSM")
    EXECUTIVE_SPONSOR = "executive_sponsor", _("Executive sponsor")


class SizeBand(TextChoices):
    """Employees of the customer."""

    MICRO = "1-9", _("1-9")
    SMALL = "10-49", _("10-49")
    MEDIUM = "50-249", _("50-249")
    LARGE = "250-999", _("250-999")
    VERY_LARGE = "1000-4999", _("1,000-4,999")
    GIANT = "5000+", _("5,000 and more")


class ChangeKind(TextChoices):
    """Why a row of a customer's history was written."""

    CREATED = "created", _("Created")
    EDITED = "edited", _("Edited")
    IMPORTED = "imported", _("Imported")
    OWNER = "owner", _("Owner changed")
    LIFECYCLE = "lifecycle", _("Lifecycle changed")
    CONTACT = "contact", _("Contacts changed")
    PRODUCT = "product", _("Products changed")
    IDENTITY = "identity", _("External ids changed")
    MERGED = "merged", _("Merged into another customer")
    ABSORBED = "absorbed", _("Took over a duplicate")


class ContactRole(TextChoices):
    CHAMPION = "champion", _("Champion")
    DECISION_MAKER = "decision_maker", _("Decision maker")
    BUDGET_HOLDER = "budget_holder", _("Budget holder")
    EXECUTIVE = "executive", _("Executive")
    USER = "user", _("User")
    TECHNICAL = "technical", _("Technical")
    PURCHASING = "purchasing", _("Purchasing")


class EvangelistLevel(TextChoices):
    """Whether a contact refers us, and whether somebody has to ask."""

    NONE = "no", _("Not an evangelist")
    PROMPTED = "prompted", _("When asked (prompted)")
    UNPROMPTED = "unprompted", _("Without being asked (unprompted)")


class EvangelistScope(TextChoices):
    INSIDE = "inside", _("Only inside the company")
    OUTSIDE = "outside", _("Outside the company")


class Adoption(TextChoices):
    """How a contact came to our solution; blank means nobody has said. Who chose it speaks for it most readily."""

    CHOSE = "chose", _("Chose it")
    WON_OVER = "won_over", _("Came to like it")
    IMPOSED = "imposed", _("Had it chosen for them")


class ReferralOutcome(TextChoices):
    """What came of a word that somebody put in for us."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Came to nothing")


class OccasionKind(TextChoices):
    """How we keep people who speak for us up to date; a personal briefing is noted on the page of its contact."""

    WEBINAR = "webinar", _("Webinar")
    BRIEFING = "briefing", _("Face to face briefing")
    EVENT = "event", _("Event")
    PERSONAL = "personal", _("Personal briefing")


class InvitationResponse(TextChoices):
    NONE = "none", _("No answer yet")
    YES = "yes", _("Comes")
    NO = "no", _("Does not come")


class GuestDeed(TextChoices):
    """What is noted of people who were invited to an occasion."""

    COMES = "comes", _("Comes")
    DECLINES = "declines", _("Does not come")
    UNANSWERED = "unanswered", _("No answer yet")
    ATTENDED = "attended", _("Was there")
    ABSENT = "absent", _("Was not there")
    UNKNOWN = "unknown", _("Not known whether there")
    UNINVITED = "uninvited", _("Take the invitation back")


class ImportKind(TextChoices):
    """What a file to be imported is a list of."""

    CUSTOMERS = "customers", _("Customers")
    CONTACTS = "contacts", _("Contacts")
    CASES = "cases", _("Support cases")
    INVOICES = "invoices", _("Invoices")


class CaseSeverity(TextChoices):
    """How bad a support case is for the customer; blank means nobody has said."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")


# Who reads what customers owe.
READS_INVOICES = frozenset(
    [Role.PROGRAMME_MANAGER, Role.CSM, Role.ACCOUNT_MANAGER, Role.SALES_REP, Role.SALES_MANAGER, Role.EXECUTIVE]
)
