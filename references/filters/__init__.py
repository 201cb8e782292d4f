"""What lists may be narrowed by: the same for a page, its export and the API."""

from references.filters.grid import GridFilter
from references.filters.nominations import NominationFilter
from references.filters.recognitions import RecognitionFilter

__all__ = ["GridFilter", "NominationFilter", "RecognitionFilter"]
