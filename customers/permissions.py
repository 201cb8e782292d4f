"""Which role may do what with customers."""

from rules.permissions import add_perm

from core.choices import Role
from core.permissions import anyone, programme_manager, role_is
from customers.choices import READS_INVOICES

keeper = role_is(Role.PROGRAMME_MANAGER, Role.CSM, Role.ACCOUNT_MANAGER)

add_perm("customers.view_customers", anyone)
add_perm("customers.edit_customers", keeper)
add_perm("customers.edit_contacts", keeper | role_is(Role.SALES_REP, Role.SALES_MANAGER, Role.MARKETING, Role.SUPPORT))
add_perm("customers.thank", anyone)
add_perm("customers.merge_customers", keeper)
add_perm("customers.import_customers", keeper)
add_perm("customers.export_customers", anyone)
add_perm("customers.view_cases", anyone)
add_perm("customers.edit_cases", keeper | role_is(Role.SUPPORT))
add_perm("customers.view_invoices", role_is(*READS_INVOICES))
add_perm("customers.edit_invoices", keeper)
add_perm("customers.manage_products", programme_manager)
add_perm("customers.manage_attributes", programme_manager)
