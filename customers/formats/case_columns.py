"""The columns of a file of support cases."""

from core.words import gettext_noop as _
from customers.formats.columns import Field, Preset

CLOSED = (
    *("closed", "closed on", "closed at", "closed date", "closeddate", "date closed"),
    *("solved", "solved at", "solved date", "date solved", "resolved", "resolved on", "resolved at", "date resolved"),
)
SOLVER = ("solver", "solved by", "resolved by", "closed by", "assignee", "assigned to", "case owner", "agent", "owner")
FIELDS = (
    Field("external_id", _("Id in the other system"), ("external id", "case id", "ticket id", "issue id")),
    Field("number", _("Number"), ("case number", "casenumber", "ticket", "ticket number", "issue key", "key", "id")),
    Field("subject", _("Subject"), ("title", "summary", "case subject")),
    Field("customer_external_id", _("Customer's id in the other system"), ("account id", "accountid", "company id")),
    Field(
        "customer_name",
        _("Customer"),
        ("account", "account name", "company", "company name", "organization", "organisation"),
    ),
    Field("customer_domain", _("Customer's web domain"), ("website", "domain")),
    Field("contact_external_id", _("Contact's id in the other system"), ("contact id", "contactid", "requester id")),
    Field("severity", _("Severity"), ("priority", "severity", "impact")),
    Field("is_escalated", _("Escalated"), ("isescalated", "escalated", "escalation")),
    Field("state", _("State"), ("status", "state")),
    Field("opened_on", _("Opened on"), ("opened", "created", "created at", "created date", "createddate")),
    Field("closed_on", _("Solved on"), CLOSED),
    Field("satisfaction", _("Satisfaction"), ("satisfaction", "csat", "satisfaction rating", "score")),
    Field("solver", _("Who solved it"), SOLVER),
    Field(
        "is_deleted",
        _("Deleted there (row is left out)"),
        ("isdeleted", "is deleted", "deleted", "fivetran deleted"),
    ),
)
LABELS = {field.key: field.label for field in FIELDS}

# An organisation that moved its cases keeps their days in columns of its own; the standard ones tell of the move.
SALESFORCE = Preset(
    name="salesforce-case",
    label=_("Salesforce cases"),
    source="salesforce",
    signatures=(
        frozenset({"id", "casenumber", "accountid", "status"}),
        frozenset({"case number", "account name", "status"}),
    ),
    columns={
        "external_id": ("id", "case id"),
        "number": ("casenumber", "case number"),
        "subject": ("subject",),
        "customer_external_id": ("accountid", "account id"),
        "customer_name": ("account.name", "account name"),
        "contact_external_id": ("contactid", "contact id"),
        "severity": ("severity__c", "priority"),
        "is_escalated": ("isescalated", "escalated"),
        "state": ("status",),
        "opened_on": ("createddate__c", "createddate", "date/time opened", "opened date"),
        "closed_on": ("closedate__c", "closeddate__c", "closeddate", "date/time closed", "closed date"),
        "solver": ("owner.email", "owner.name", "case owner"),
        "is_deleted": ("isdeleted",),
    },
)
ZENDESK = Preset(
    name="zendesk-ticket",
    label=_("Zendesk tickets"),
    source="zendesk",
    signatures=(
        frozenset({"ticket id", "ticket subject"}),
        frozenset({"id", "subject", "requester_id", "organization_id"}),
    ),
    columns={
        "external_id": ("ticket id", "id"),
        "number": ("ticket id", "id"),
        "subject": ("ticket subject", "subject"),
        "customer_external_id": ("organization_id", "ticket organization id"),
        "customer_name": ("ticket organization name", "organization"),
        "contact_external_id": ("requester_id",),
        "severity": ("ticket priority", "priority"),
        "state": ("ticket status", "status"),
        "opened_on": ("ticket created - date", "created at", "created_at"),
        "closed_on": ("ticket solved - date", "solved at"),
        "satisfaction": ("ticket satisfaction rating", "satisfaction score"),
        "solver": ("assignee email", "assignee name"),
        "is_deleted": ("_fivetran_deleted",),
    },
)
PRESETS = (SALESFORCE, ZENDESK)
