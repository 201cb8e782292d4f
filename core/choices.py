"""The glossary of the floor."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is to the programme; permissions follow from it in each app's permissions.py."""

    PROGRAMME_MANAGER = "programme_manager", _("Programme manager")
    CSM = "csm", _("Customer success manager")
    SALES_REP = "sales_rep", _("Sales rep")
    SALES_MANAGER = "sales_manager", _("Sales management")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    MARKETING = "marketing", _("Marketing")
    SUPPORT = "support", _("Support")
    EXECUTIVE = "executive", _("Executive")
    ADMINISTRATOR = "administrator", _("Administrator")


class JobState(TextChoices):
    DRAFT = "draft", _("Being prepared")
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class OwnershipMode(TextChoices):
    """Who leads follow-up business with a customer, once the first deal is done."""

    OPENER = "opener", _("The opener keeps the account")
    ACCOUNT_MANAGER = "account_manager", _("The account manager takes over")
    CSM = "csm", _("The CSM takes over")


class ImportOutcome(TextChoices):
    """What an import made of one row of a file."""

    CREATED = "created", _("Created")
    UPDATED = "updated", _("Updated")
    UNCHANGED = "unchanged", _("Unchanged")
    SKIPPED = "skipped", _("Left out")
    PROBLEM = "problem", _("Problem")
