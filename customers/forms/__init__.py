"""What people type about customers: checked here, saved by the actions."""

from customers.forms.attributes import AttributeForm, ValueForm
from customers.forms.changes import DayAndReasonForm, LifecycleForm, OwnerForm, StayForm
from customers.forms.customers import (
    ContactForm,
    CustomerForm,
    ExternalIdForm,
    NewCustomerForm,
    ProductForm,
    ProductUseForm,
    checked_domain,
    checked_revenue,
    one_line,
)
from customers.forms.imports import ColumnsForm, UploadForm

__all__ = [
    "AttributeForm",
    "ColumnsForm",
    "ContactForm",
    "CustomerForm",
    "DayAndReasonForm",
    "ExternalIdForm",
    "LifecycleForm",
    "NewCustomerForm",
    "OwnerForm",
    "ProductForm",
    "ProductUseForm",
    "StayForm",
    "UploadForm",
    "ValueForm",
    "checked_domain",
    "checked_revenue",
    "one_line",
]
