from references.filters.drives import CohortMemberFilter
from references.filters.grid import GridFilter
from references.filters.nominations import NominationFilter
from references.filters.quotas import QuotaFilter
from references.filters.recognitions import RecognitionFilter
from references.filters.recruiting_plans import RecruitingPlanFilter

__all__ = [
    "CohortMemberFilter",
    "GridFilter",
    "NominationFilter",
    "QuotaFilter",
    "RecognitionFilter",
    "RecruitingPlanFilter",
]
