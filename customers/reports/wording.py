"""How a customer's history and its conflicts read: what a column is called, and what a value of it says."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from customers.choices import ContactRole
from customers.models import Contact, Customer

# Names in a history that are no columns. One of a contact's columns is written `contact Lucille Bluth: title`.
CONTACT, PRODUCT, EXTERNAL_ID, ATTRIBUTE = "contact ", "product ", "external id ", "attribute "
WORDS: Final = {
    "source_id": gettext_lazy("Id in the other system"),
    "contacts taken over": gettext_lazy("Contacts taken over"),
    "external ids taken over": gettext_lazy("External ids taken over"),
    "products taken over": gettext_lazy("Products taken over"),
}


def label_of(name: str, model: type[models.Model] = Customer) -> str:
    """What people call what changed; plain columns are those of the model."""
    if name in WORDS:
        return str(WORDS[name])
    if name.startswith(ATTRIBUTE):
        return name.removeprefix(ATTRIBUTE)
    if name.startswith(PRODUCT):
        return gettext("Product %(name)s") % {"name": name.removeprefix(PRODUCT)}
    if name.startswith(EXTERNAL_ID):
        return gettext("Id in %(system)s") % {"system": name.removeprefix(EXTERNAL_ID)}
    contact, column = _split(name)
    words = _capital(str(getattr(_field(name, model), "verbose_name", column)))
    if contact and not column:
        return gettext("Contact %(name)s") % {"name": contact}
    return f"{contact}: {words}" if contact else words


def standing(customer: Customer, today: date) -> str:
    """Where a customer stands, as lists and their files say it."""
    if customer.is_leaving(today):
        return leaving_on(customer.churned_on)
    return customer.get_lifecycle_display()


def leaving_on(day: date | None) -> str:
    return gettext("Leaving on %(day)s") % {"day": shown("churned_on", day)}


def shown(name: str, value: Any, model: type[models.Model] = Customer) -> str:
    """A value as it stands in a row or, plain, in a history; empty where there is none."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name.startswith(PRODUCT) and isinstance(value, Mapping):
        return _period(value)
    if name.startswith(CONTACT) and value == "entered":
        return gettext("entered")
    return _of_field(_field(name, model), value)


def _of_field(field: "models.Field[Any, Any] | None", value: Any) -> str:
    match field:
        case models.DateField():
            return date_format(date.fromisoformat(str(value)))
        case models.DecimalField():
            return floatformat(value, "-2g")
        case models.JSONField():
            labels = dict(ContactRole.choices)
            roles = value if isinstance(value, list) else str(value).split(", ")
            return ", ".join(str(labels.get(role, role)) for role in roles)
    choices = dict(getattr(field, "flatchoices", []))
    return str(choices.get(value, value))


def _period(use: Mapping[str, str | None]) -> str:
    """Since and until when a product was used, or that it is."""
    days = {end: date_format(date.fromisoformat(day)) for end, day in use.items() if day}
    if "since" in days and "until" in days:
        return gettext("since %(since)s, until %(until)s") % days
    if "since" in days:
        return gettext("since %(since)s") % days
    return gettext("in use, until %(until)s") % days if "until" in days else gettext("in use")


def _split(name: str) -> tuple[str, str]:
    """The contact and its column; one of them is empty where the name tells of no contact or of a whole one."""
    if not name.startswith(CONTACT):
        return "", name
    contact, mark, column = name.removeprefix(CONTACT).rpartition(": ")
    return (contact, column) if mark else (column, "")


def _field(name: str, model: type[models.Model]) -> "models.Field[Any, Any] | None":
    contact, column = _split(name)
    try:
        found = (Contact if contact else model)._meta.get_field(column)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
