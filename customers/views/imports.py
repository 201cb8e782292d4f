"""Import of customers and contacts, step by step."""

from customers.actions.customer_files import CUSTOMER_FILES
from customers.forms import ColumnsForm, UploadForm
from customers.views.import_steps import Wizard

WIZARD = Wizard(
    CUSTOMER_FILES, "customers.import_customers", "customers:import", "customers/import", UploadForm, ColumnsForm
)
create, columns, sheet, detail, apply, discard = WIZARD.views()
