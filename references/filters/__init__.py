"""What lists may be narrowed by: the same for a page, its export and the API."""

from references.filters.drives import CohortMemberFilter
from references.filters.grid import GridFilter
from references.filters.nominations import NominationFilter
from references.filters.quotas import QuotaFilter

__all__ = ["CohortMemberFilter", "GridFilter", "NominationFilter", "QuotaFilter"]
