"""Addresses of customers and their contacts."""

from django.urls import URLPattern, path

from customers.views import contacts, customers, external_ids, imports, lifecycles, owners, products, search

app_name = "customers"
urlpatterns: list[URLPattern] = [
    path("customers/", customers.index, name="customer_index"),
    path("customers/export.csv", customers.export, name="customer_export"),
    path("customers/new/", customers.create, name="customer_create"),
    path("customers/<int:pk>/", customers.detail, name="customer_detail"),
    path("customers/<int:pk>/edit/", customers.edit, name="customer_edit"),
    path("customers/<int:pk>/lifecycle/", lifecycles.move, name="customer_move"),
    path("customers/<int:pk>/churn/", lifecycles.churn, name="customer_churn"),
    path("customers/<int:pk>/win-back/", lifecycles.win_back, name="customer_win_back"),
    path("customers/<int:pk>/owners/<slug:role>/", owners.change, name="owner_change"),
    path("customers/<int:pk>/contacts/new/", contacts.create, name="contact_create"),
    path("customers/<int:pk>/products/", products.use, name="product_use"),
    path("customers/<int:pk>/products/<int:product>/", products.use, name="product_use_edit"),
    path("customers/<int:pk>/products/<int:product>/remove/", products.remove_use, name="product_use_remove"),
    path("customers/<int:pk>/external-ids/", external_ids.add, name="external_id_add"),
    path("customers/<int:pk>/external-ids/<int:external_id>/remove/", external_ids.remove, name="external_id_remove"),
    path("contacts/<int:pk>/edit/", contacts.edit, name="contact_edit"),
    path("contacts/<int:pk>/back/", contacts.come_back, name="contact_come_back"),
    path("imports/", imports.create, name="import_create"),
    path("imports/<int:pk>/", imports.detail, name="import_detail"),
    path("imports/<int:pk>/columns/", imports.columns, name="import_columns"),
    path("imports/<int:pk>/sheet/", imports.sheet, name="import_sheet"),
    path("imports/<int:pk>/apply/", imports.apply, name="import_apply"),
    path("imports/<int:pk>/discard/", imports.discard, name="import_discard"),
    path("products/", products.index, name="product_index"),
    path("products/<int:pk>/", products.rename, name="product_rename"),
    path("products/<int:pk>/delete/", products.delete, name="product_delete"),
    path("search/", search.search, name="search"),
]
