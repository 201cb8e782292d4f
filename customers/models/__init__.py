"""Customers, their contacts, attributes, products, cases, invoices and history."""

from customers.models.attribute import Attribute, AttributeValue
from customers.models.change import KEPT, CustomerChange
from customers.models.contact import Contact
from customers.models.customer import FACTS, Customer, ExternalId
from customers.models.import_mapping import ImportMapping
from customers.models.invoice import Invoice
from customers.models.occasion import Occasion, OccasionInvitation
from customers.models.product import Product, ProductUse
from customers.models.referral import Referral
from customers.models.support_case import SupportCase
from customers.models.thank_you import ThankYou

__all__ = [
    "FACTS",
    "KEPT",
    "Attribute",
    "AttributeValue",
    "Contact",
    "Customer",
    "CustomerChange",
    "ExternalId",
    "ImportMapping",
    "Invoice",
    "Occasion",
    "OccasionInvitation",
    "Product",
    "ProductUse",
    "Referral",
    "SupportCase",
    "ThankYou",
]
