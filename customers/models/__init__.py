"""Customers, their contacts, products and history."""

from customers.models.change import KEPT, CustomerChange
from customers.models.contact import Contact
from customers.models.customer import FACTS, Customer, ExternalId
from customers.models.import_mapping import ImportMapping
from customers.models.product import Product, ProductUse

__all__ = [
    "FACTS",
    "KEPT",
    "Contact",
    "Customer",
    "CustomerChange",
    "ExternalId",
    "ImportMapping",
    "Product",
    "ProductUse",
]
