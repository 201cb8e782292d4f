"""Dimensions, cells and their history, evidence, definitions, closings, pay and forecast."""

from references.models.cell import FORECAST, Cell, CellChange, CellValues, ChangeSet
from references.models.closing import Closing, ClosingEntry, Correction, CorrectionDecision
from references.models.coverage import CoverageTarget, CoverageWeight
from references.models.definition import Definition
from references.models.dimension import Dimension
from references.models.drive import Cohort, CohortMember, Drive
from references.models.evidence import Evidence, EvidenceWithdrawal
from references.models.forecast import ForecastSnapshot
from references.models.impact import CustomerImpact, ImpactChange, ImpactRating, ImpactSettings
from references.models.nomination import NominatedDimension, Nomination, NominationEvent
from references.models.nominator import Nominator
from references.models.pay import BonusCarryOver, BonusLine, BonusStatement, PayCurve, PayMember, QuarterTarget
from references.models.policy import EvidenceSettings
from references.models.quota import QuotaOverride, QuotaPolicy
from references.models.ranking import RankingMail, RankingMailRefusal, RecognitionSettings, RewardLevel
from references.models.recognition import Recognition
from references.models.recruiting import RecruitingSettings, RecruitingTarget
from references.models.recruiting_plan import RecruitingPlan

__all__ = [
    "FORECAST",
    "BonusCarryOver",
    "BonusLine",
    "BonusStatement",
    "Cell",
    "CellChange",
    "CellValues",
    "ChangeSet",
    "Closing",
    "ClosingEntry",
    "Cohort",
    "CohortMember",
    "Correction",
    "CorrectionDecision",
    "CoverageTarget",
    "CoverageWeight",
    "CustomerImpact",
    "Definition",
    "Dimension",
    "Drive",
    "Evidence",
    "EvidenceSettings",
    "EvidenceWithdrawal",
    "ForecastSnapshot",
    "ImpactChange",
    "ImpactRating",
    "ImpactSettings",
    "NominatedDimension",
    "Nomination",
    "NominationEvent",
    "Nominator",
    "PayCurve",
    "PayMember",
    "QuarterTarget",
    "QuotaOverride",
    "QuotaPolicy",
    "RankingMail",
    "RankingMailRefusal",
    "Recognition",
    "RecognitionSettings",
    "RecruitingPlan",
    "RecruitingSettings",
    "RecruitingTarget",
    "RewardLevel",
]
