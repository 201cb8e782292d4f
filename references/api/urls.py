"""Addresses under /api/v1/ of customers, the grid and the quarters."""

from django.urls import path

from references.api.cells import CellDetail, CellHistory
from references.api.changes import Changes
from references.api.contacts import Contacts
from references.api.customers import CustomerDetail, Customers
from references.api.dimensions import Dimensions
from references.api.quarters import QuarterClose, QuarterDetail, QuarterEntries, Quarters

urlpatterns = [
    path("customers/", Customers.as_view(), name="customers"),
    path("customers/<int:customer_id>/", CustomerDetail.as_view(), name="customer_detail"),
    path("customers/<int:customer_id>/contacts/", Contacts.as_view(), name="contacts"),
    path("customers/<int:customer_id>/cells/<slug:dimension_key>/", CellDetail.as_view(), name="cell_detail"),
    path("customers/<int:customer_id>/cells/<slug:dimension_key>/history/", CellHistory.as_view(), name="cell_history"),
    path("dimensions/", Dimensions.as_view(), name="dimensions"),
    path("quarters/", Quarters.as_view(), name="quarters"),
    path("quarters/<str:label>/", QuarterDetail.as_view(), name="quarter_detail"),
    path("quarters/<str:label>/entries/", QuarterEntries.as_view(), name="quarter_entries"),
    path("quarters/<str:label>/close/", QuarterClose.as_view(), name="quarter_close"),
    path("changes/", Changes.as_view(), name="changes"),
]
