"""The columns of a file of invoices."""

from core.words import gettext_noop as _
from customers.formats.columns import Field, Preset

FIELDS = (
    Field(
        "number",
        _("Number"),
        ("invoice number", "invoicenumber", "invoice", "invoice no", "document number", "rechnungsnummer"),
    ),
    Field("customer_external_id", _("Customer's id in the other system"), ("account id", "accountid", "customer id")),
    Field(
        "customer_name",
        _("Customer"),
        ("account", "account name", "company", "company name", "customer name", "contactname", "contact name", "kunde"),
    ),
    Field("customer_domain", _("Customer's web domain"), ("website", "domain")),
    Field("amount", _("Amount"), ("total", "amount due", "invoice total", "gross", "betrag", "invoice amount")),
    Field("currency", _("Currency"), ("currency code", "währung")),
    Field("issued_on", _("Issued on"), ("invoice date", "invoicedate", "issued", "date", "rechnungsdatum")),
    Field("due_on", _("Due on"), ("due date", "duedate", "due", "fällig", "fällig am")),
    Field("paid_on", _("Paid on"), ("paid", "payment date", "date paid", "bezahlt am")),
    Field("is_disputed", _("Disputed"), ("dispute", "in dispute", "disputed")),
    Field("is_deleted", _("Deleted there (row is left out)"), ("isdeleted", "is deleted", "deleted", "void")),
)
LABELS = {field.key: field.label for field in FIELDS}
PRESETS: tuple[Preset, ...] = ()
