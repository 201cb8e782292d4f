"""The columns of a file of customers."""

from django.utils.translation import gettext

from core.words import gettext_noop as _
from customers.choices import OwnerRole
from customers.formats import contact_columns
from customers.formats.columns import Field, Preset, bare, guess, plain, readings

FIELDS = (
    Field(
        "external_id",
        _("Id in the other system"),
        ("external id", "account id", "company id", "customer id"),
    ),
    Field(
        "name",
        _("Name"),
        (
            "customer",
            "customer name",
            "account",
            "account name",
            "company",
            "company name",
            "organization",
            "organisation",
            "organization name",
            "client",
            "security",
            "kunde",
            "firma",
            "société",
        ),
    ),
    Field(
        "domain",
        _("Web domain"),
        ("domain", "website", "company domain name", "website url", "web site", "url"),
    ),
    Field("industry", _("Industry"), ("sector", "gics sector", "branche", "vertical", "secteur")),
    Field("region", _("Region"), ("territory", "sales region", "geo", "regional office")),
    Field("country", _("Country"), ("country region", "billing country", "office location", "land", "pays")),
    Field(
        "size_band",
        _("Employees"),
        ("number of employees", "employee count", "headcount", "company size", "size band"),
    ),
    Field(
        "recurring_revenue",
        _("Recurring revenue a year"),
        ("arr", "annual recurring revenue", "recurring revenue"),
    ),
    Field("is_well_known", _("Well-known brand"), ("well known", "known brand", "logo account")),
    Field("lifecycle", _("Lifecycle"), ("lifecycle stage", "stage", "customer status")),
    Field("churned_on", _("Churned on"), ("churn date", "churned", "cancelled on", "lost on")),
    Field("churn_reason", _("Reason for leaving"), ("churn reason", "loss reason")),
    Field(
        "in_production_since",
        _("In production since"),
        ("go live", "go live date", "live since", "production date"),
    ),
    Field("products", _("Products in use"), ("products", "product"), repeatable=True),
    Field("csm", _("CSM"), ("customer success manager", "customer success owner", "cs owner")),
    Field(
        "account_executive",
        _("Account executive"),
        ("ae", "account owner", "company owner", "owner", "owner email", "sales agent", "sales rep", "rep"),
    ),
    Field("account_manager", _("Account manager"), ("am",)),
    Field("opener", _("Opener (original rep)"), ("opener", "original rep", "hunter")),
    Field("executive_sponsor", _("Executive sponsor"), ("sponsor", "exec sponsor")),
    Field(
        "is_deleted",
        _("Deleted there (row is left out)"),
        ("isdeleted", "is deleted", "deleted", "fivetran deleted"),
    ),
)
# Heads of columns in files that we write ourselves: of the list of customers, and of the grid.
EXPORTED = (
    _("Customer"),
    _("Revenue a year"),
    _("Evangelists"),
    _("Impact"),
    _("RefProgram id"),
)
# Columns of exports of other programs that say something of their own there, and nothing that is taken over here.
ELSEWHERE = ("Status", "Annual revenue", "Owner id")
# Names under which coverage divides customers by itself; an attribute of the same name would stand there twice.
DIVIDED_BY = {
    "industry": _("Industry"),
    "region": _("Region"),
    "product": _("Product"),
    "size": _("Size"),
}
# The attribute that comes with the program, whatever it is called now.
DIVIDED_BY_USE_CASE = _("Use case")
OWNERS = frozenset(OwnerRole.values)
LABELS = {field.key: field.label for field in FIELDS}

SALESFORCE = Preset(
    name="salesforce-account",
    label=_("Salesforce accounts"),
    source="salesforce",
    signatures=(
        frozenset({"id", "isdeleted", "name", "masterrecordid", "billingcountry"}),
        frozenset({"account id", "account name", "account owner"}),
    ),
    columns={
        "external_id": ("id", "account id"),
        "name": ("name", "account name"),
        "domain": ("website",),
        "industry": ("industry",),
        "country": ("billingcountry", "billing country", "shippingcountry", "shipping country"),
        "size_band": ("numberofemployees", "employees"),
        "account_executive": ("owner.email", "account owner: email", "owner.name", "account owner"),
        "is_deleted": ("isdeleted",),
    },
)
HUBSPOT = Preset(
    name="hubspot-company",
    label=_("HubSpot companies"),
    source="hubspot",
    signatures=(
        frozenset({"record id", "company name"}),
        frozenset({"id", "is_deleted", "property_name"}),
    ),
    columns={
        "external_id": ("record id", "id"),
        "name": ("company name", "property_name"),
        "domain": ("company domain name", "domain", "website url", "property_domain", "property_website"),
        "industry": ("industry", "property_industry"),
        "country": ("country/region", "property_country"),
        "size_band": ("number of employees", "property_numberofemployees"),
        "lifecycle": ("lifecycle stage", "property_lifecyclestage"),
        "account_executive": ("company owner",),
        "is_deleted": ("is_deleted", "_fivetran_deleted"),
    },
)
PIPEDRIVE = Preset(
    name="pipedrive-organization",
    label=_("Pipedrive organizations"),
    source="pipedrive",
    signatures=(frozenset({"organization - name"}),),
    columns={
        "external_id": ("organization - id",),
        "name": ("organization - name",),
        "country": ("organization - country of address",),
        "account_executive": ("organization - owner",),
    },
)
PRESETS = (SALESFORCE, HUBSPOT, PIPEDRIVE)


def taken_headers() -> dict[str, str]:
    """Headers under which the program writes and reads columns of its own, by what names are compared with.

    Those of contacts as well, as many files hold both; translated and as they stand in the code.
    """
    fields = (*FIELDS, *contact_columns.FIELDS)
    labels, keys = [*EXPORTED, *(field.label for field in fields)], [field.key for field in fields]
    return {bare(text): text for text in (*keys, *labels, *map(gettext, labels))}


def read_as(name: str) -> str:
    """The column that an import, of customers or else of contacts, takes a header of this name for; empty if none."""
    of_customers = readings(FIELDS, PRESETS, by=bare)
    of_contacts = readings(contact_columns.FIELDS, contact_columns.PRESETS, by=bare)
    return (of_contacts | of_customers).get(bare(name), "")


def is_elsewhere(name: str) -> bool:
    """Whether other programs mean something of their own by the name."""
    return bare(name) in map(bare, ELSEWHERE)


def exported_as(name: str) -> tuple[str, ...]:
    """What Salesforce and HubSpot call a field of this name that people add there, signs apart."""
    return f"{name} c", f"property {name}"


def spoken_for() -> set[str]:
    """Headers of files of customers, as they are compared, that mean no attribute whatever attributes are called."""
    exported = [*EXPORTED, *map(gettext, EXPORTED), *ELSEWHERE]
    return readings(FIELDS, PRESETS).keys() | set(map(plain, exported))


def owner_role_of(header: str) -> str:
    """The side of the relationship a column of owners names; the account executive where it does not say."""
    guessed = guess([header], [field for field in FIELDS if field.key in OWNERS])
    return guessed.get(header, OwnerRole.ACCOUNT_EXECUTIVE.value)
