"""The audit trail: who did what to what, and when. Rows are only added."""

from django.db import models

from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models.user import User


class AuditEventQuerySet(InsertOnlyQuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> "AuditEventQuerySet":
        """The whole trail for who may read it, but what names people's pay only for who may read that."""
        if not user.has_perm("core.read_audit"):
            return self.none()
        return self if user.has_perm("references.view_all_pay") else self.exclude(event__startswith="pay_member.")


class AuditEvent(InsertOnlyModel):
    """One deed. `by` is empty when the program itself acted; `event` reads `noun.verb`, as `cell.edited`."""

    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    event = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    subject_text = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()  # type: ignore[misc]

    class Meta(InsertOnlyModel.Meta):
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_by_subject"),
            models.Index(fields=["by", "-id"], name="audit_by_person"),
            models.Index(fields=["event", "-id"], name="audit_by_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_text}"
