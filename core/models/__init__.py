"""Users, roles, the audit trail, jobs, notices, and programme-wide settings."""

from core.models.api_token import ApiToken
from core.models.audit import AuditEvent
from core.models.job import Job
from core.models.notice import Notice
from core.models.programme import Programme
from core.models.saved_view import SavedView
from core.models.user import RoleGrant, User

__all__ = ["ApiToken", "AuditEvent", "Job", "Notice", "Programme", "RoleGrant", "SavedView", "User"]
