"""The columns of a file of contacts."""

from core.words import gettext_noop as _
from customers.formats.columns import Field, Preset

FIELDS = (
    Field("external_id", _("Id in the other system"), ("external id", "contact id", "person id")),
    Field("name", _("Name"), ("full name", "contact", "contact name", "user name", "person")),
    Field("first_name", _("First name"), ("firstname", "given name", "vorname", "prénom")),
    Field("last_name", _("Last name"), ("lastname", "surname", "family name", "nachname", "nom")),
    Field(
        "customer_external_id",
        _("Customer's id in the other system"),
        ("account id", "accountid", "company id"),
    ),
    Field(
        "customer_name",
        _("Customer"),
        ("account", "account name", "company", "company name", "organization", "organisation", "associated company"),
    ),
    Field("customer_domain", _("Customer's web domain"), ("website", "company domain name", "domain")),
    Field("email", _("E-mail"), ("email", "email address", "e mail", "mail")),
    Field("title", _("Title"), ("job title", "position", "designation", "funktion")),
    Field("phone", _("Phone"), ("phone number", "telephone", "mobile phone", "telefon")),
    Field("roles", _("Roles"), ("role", "buying role", "contact role"), repeatable=True),
    Field("evangelist_level", _("Evangelist"), ("evangelist level", "advocate")),
    Field("evangelist_scope", _("Refers inside or outside"), ("evangelist scope",)),
    Field("adoption", _("Chose us, or had us chosen"), ("adoption", "chose our solution", "our solution")),
    Field("left_on", _("Left on"), ("left", "leaving date")),
    Field(
        "is_deleted",
        _("Deleted there (row is left out)"),
        ("isdeleted", "is deleted", "deleted", "fivetran deleted"),
    ),
)
LABELS = {field.key: field.label for field in FIELDS}

SALESFORCE = Preset(
    name="salesforce-contact",
    label=_("Salesforce contacts"),
    source="salesforce",
    signatures=(
        frozenset({"id", "isdeleted", "accountid", "lastname"}),
        frozenset({"contact id", "account id", "last name"}),
    ),
    columns={
        "external_id": ("id", "contact id"),
        "customer_external_id": ("accountid", "account id"),
        "customer_name": ("account.name", "account name"),
        "name": ("name", "full name"),
        "first_name": ("firstname", "first name"),
        "last_name": ("lastname", "last name"),
        "email": ("email",),
        "title": ("title",),
        "phone": ("phone",),
        "is_deleted": ("isdeleted",),
    },
)
HUBSPOT = Preset(
    name="hubspot-contact",
    label=_("HubSpot contacts"),
    source="hubspot",
    signatures=(
        frozenset({"record id", "email"}),
        frozenset({"record id", "first name", "last name"}),
        frozenset({"id", "property_email"}),
    ),
    columns={
        "external_id": ("record id", "id"),
        "first_name": ("first name", "property_firstname"),
        "last_name": ("last name", "property_lastname"),
        "customer_external_id": ("associated company ids (primary)", "primary associated company id"),
        "customer_name": ("company name", "associated company", "property_company"),
        "customer_domain": ("website url", "property_website"),
        "email": ("email", "property_email"),
        "title": ("job title", "property_jobtitle"),
        "phone": ("phone number", "property_phone"),
        "is_deleted": ("_fivetran_deleted", "is_deleted"),
    },
)
PIPEDRIVE = Preset(
    name="pipedrive-person",
    label=_("Pipedrive persons"),
    source="pipedrive",
    signatures=(frozenset({"person - name"}),),
    columns={
        "external_id": ("person - id",),
        "name": ("person - name",),
        "first_name": ("person - first name",),
        "last_name": ("person - last name",),
        "customer_name": ("person - organization", "organization - name"),
        "email": ("person - email (work)", "person - email"),
        "phone": ("person - phone", "person - phone (work)"),
        "title": ("person - job title",),
    },
)
PRESETS = (SALESFORCE, HUBSPOT, PIPEDRIVE)
