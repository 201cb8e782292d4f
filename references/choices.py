"""The glossary of references."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.choices import Role


class DimensionGroup(TextChoices):
    PUBLIC = "public", _("Public references")
    PRIVATE = "private", _("Private references")


class Status(TextChoices):
    """How far a customer is in one dimension; blank means nobody has said."""

    BLANK = "", _("Blank")
    RED = "red", _("Red")
    AMBER = "amber", _("Amber")
    GREEN = "green", _("Green")


class Confidence(TextChoices):
    """How sure an owner is that a cell turns Green by the expected date."""

    COMMIT = "commit", _("Commit")
    BEST_CASE = "best_case", _("Best case")
    PIPELINE = "pipeline", _("Pipeline")


class EvidenceKind(TextChoices):
    """In what form a contact agreed; `import` is a Green taken over from a sheet and still to be proven."""

    EMAIL = "email", _("E-mail")
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    CONTRACT = "contract", _("Contract clause")
    FORM = "form", _("Signed consent form")
    PUBLICATION = "publication", _("Published")
    IMPORT = "import", _("Imported, to be proven")


class ChangeSource(TextChoices):
    """What wrote a cell change."""

    EDIT = "edit", _("Edit")
    PASTE = "paste", _("Paste")
    FILL = "fill", _("Fill down")
    UNDO = "undo", _("Undo")
    IMPORT = "import", _("Import")
    API = "api", _("API")
    EXPIRY = "expiry", _("Evidence expired")
    WITHDRAWAL = "withdrawal", _("Consent withdrawn")
    DEPARTURE = "departure", _("Contact left")
    MERGE = "merge", _("Merge of duplicates")
    ENROLMENT = "enrolment", _("Enrolment")


class Reason(TextChoices):
    """Why a customer counts, or does not, as reference-able."""

    COUNTS = "counts", _("counts")
    MERGED = "merged", _("merged into another customer")
    PROSPECTIVE = "prospective", _("not yet a customer")
    CHURNED = "churned", _("churned")
    BLANK = "blank", _("pay trigger is blank")
    RED = "red", _("pay trigger is Red")
    AMBER = "amber", _("pay trigger is Amber")
    NO_EVIDENCE = "no_evidence", _("Green without evidence")
    EXPIRED = "expired", _("evidence has expired")
    NOT_YET_VALID = "not_yet_valid", _("agreed on a later day")


# What is said of the customer itself, before anybody looks at its cell.
CUSTOMER_REASONS = (Reason.CHURNED, Reason.MERGED, Reason.PROSPECTIVE)


class Movement(TextChoices):
    """How a customer moves the count from one closing to the next, in the order of the bridge's steps."""

    REDEFINED = "redefined", _("Other definition")
    GAINED = "gained", _("Newly Green")
    LOST = "lost", _("Lost")
    CHURNED = "churned", _("Churned")


class QuarterState(TextChoices):
    FUTURE = "future", _("Not begun")
    RUNNING = "running", _("Running")
    DUE = "due", _("Due to be closed")
    CLOSED = "closed", _("Closed")


class NominationState(TextChoices):
    """How far a nomination has come. Open are those in which somebody still has something to do."""

    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for more")
    ACCEPTED = "accepted", _("Accepted")
    QUEUED = "queued", _("In the queue")
    INVITED = "invited", _("Invited")
    PARKED = "parked", _("Parked")
    ENROLLED = "enrolled", _("Enrolled")
    DECLINED = "declined", _("Declined by the customer")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class NominationDeed(TextChoices):
    """What happened to a nomination; a row of its history each."""

    SUBMITTED = "submitted", _("Nominated")
    JOINED = "joined", _("Nominated by another colleague too")
    RETURNED = "returned", _("Returned for more")
    COMPLETED = "completed", _("Completed")
    ACCEPTED = "accepted", _("Accepted")
    QUEUED = "queued", _("Planned")
    REFUSED = "refused", _("Refused")
    INVITED = "invited", _("Invited")
    CHASED = "chased", _("Reminded")
    ENROLLED = "enrolled", _("Enrolled")
    REOPENED = "reopened", _("Enrolment taken back")
    DECLINED = "declined", _("Declined")
    PARKED = "parked", _("Parked")
    RESUMED = "resumed", _("Taken up again")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ASKED = "asked", _("Asked whether it still holds")
    VERIFIED = "verified", _("Confirmed")
    LIFTED = "lifted", _("Block lifted")
    HANDED_ON = "handed_on", _("Handed on")
    SPEAKER = "speaker", _("Another speaker named")


class NominationSource(TextChoices):
    """What a nomination came from."""

    SALES = "sales", _("Sales")
    CSM = "csm", _("Customer success")
    SUPPORT = "support", _("A support case")
    MARKETING = "marketing", _("Marketing")
    CUSTOMER = "customer", _("The customer itself")


class Willingness(TextChoices):
    """What the nominator believes the contact would say to one kind of reference."""

    WILLING = "willing", _("Would do it")
    MAYBE = "maybe", _("Perhaps")
    UNWILLING = "unwilling", _("Would not")


class InvitationBlock(TextChoices):
    """What forbids an invitation while it lasts."""

    ESCALATION = "escalation", _("A severe or escalated support case is open")
    INVOICE = "invoice", _("An invoice is overdue")


class Characteristic(TextChoices):
    """What makes a reference worth more; each is rated from 0 to 3. The values are columns of CustomerImpact."""

    BRAND = "brand", _("Well-known brand")
    VERTICAL = "vertical", _("Target vertical")
    RESULTS = "results", _("Quantifiable results")
    ARTICULATE = "articulate", _("Articulate")
    PASSIONATE = "passionate", _("Passionate")
    VARIETY = "variety", _("Willing in variety")


class ImpactTier(TextChoices):
    """What a reference of this customer is worth; nothing that is paid on depends on it."""

    A = "A", _("A: high impact")
    B = "B", _("B: solid")
    C = "C", _("C: low impact")


class CoverageLevel(TextChoices):
    """How a place of the coverage matrix stands to its target."""

    OPEN = "open", _("no target")
    MET = "met", _("target met")
    COMING = "coming", _("on the way")
    SHORT = "short", _("short")


class DriveSplit(TextChoices):
    """By what the people of a drive are spread over its months."""

    LAST_NAME = "last_name", _("Last name")
    TEAM = "team", _("Team")
    REGION = "region", _("Region")


class DriveState(TextChoices):
    """How far a drive has come. Prepared ones are a preview: nobody is asked before it is begun."""

    PREPARED = "prepared", _("Prepared")
    RUNNING = "running", _("Running")
    OVER = "over", _("Over")
    ENDED = "ended", _("Ended early")
    CANCELLED = "cancelled", _("Cancelled")


class DriveAnswer(TextChoices):
    """What came of asking one person."""

    NOT_ASKED = "not_asked", _("Not asked yet")
    SILENT = "silent", _("No answer yet")
    NOMINATED = "nominated", _("Nominated")
    NOTHING = "nothing", _("Nothing this time")
    LEFT_OUT = "left_out", _("Left out")


class QuotaMode(TextChoices):
    """What follows for people who have nominated less than their quota."""

    OFF = "off", _("Off: quotas are only reported")
    WARN = "warn", _("Warn: who is under quota is told so")
    BLOCK = "block", _("Block: who is under quota sends no reference requests")


class QuotaPeriod(TextChoices):
    """In which time a quota is to be reached."""

    QUARTER = "quarter", _("Fiscal quarter")
    YEAR = "year", _("Fiscal year")


class QuotaVerdict(TextChoices):
    """Where a person stands with the quota of a period."""

    FREE = "free", _("No quota")
    MET = "met", _("Reached")
    SHORT = "short", _("Under quota")
    BLOCKED = "blocked", _("Under quota, blocked")
    LIFTED = "lifted", _("Under quota, lifted")


class RecognitionState(TextChoices):
    """How far a letter of recognition has come. Once it is signed it says for ever what it says."""

    DRAFT = "draft", _("Draft")
    TO_SIGN = "to_sign", _("To be signed")
    SIGNED = "signed", _("Signed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PlanState(TextChoices):
    """How a recruiting plan stands; a person says that it is won, no rule does."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    GIVEN_UP = "given_up", _("Given up")


class BottomVisibility(TextChoices):
    """Who sees which of those who are asked to nominate have not done so."""

    NOBODY = "nobody", _("nobody")
    MANAGERS = "managers", _("programme managers, sales management and executives")
    EVERYONE = "everyone", _("everyone")


class RankedBy(TextChoices):
    """What a line of the ranking is."""

    PERSON = "person", _("People")
    TEAM = "team", _("Teams")


# Who asks a customer to become a reference: a CSM without one of these roles is never given the turn.
INVITERS = (Role.PROGRAMME_MANAGER, Role.CSM)

# Who writes recruiting plans, and so who can follow one: the others only read them.
PLAN_WRITERS = (
    *(Role.PROGRAMME_MANAGER, Role.CSM, Role.ACCOUNT_MANAGER),
    *(Role.SALES_REP, Role.SALES_MANAGER, Role.MARKETING),
)
