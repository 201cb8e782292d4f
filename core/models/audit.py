"""The audit trail: who did what to what, and when. Rows are only added."""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from core.constraints import InsertOnlyModel, InsertOnlyQuerySet
from core.models.user import User

# Money that not everybody reads: all that is told of invoices, and what referrals brought in.
READS_MONEY: Final = "customers.view_invoices"
INVOICE, REFERRAL, REVENUE = "customers.invoice", "customers.referral", "revenue"


class AuditEventQuerySet(InsertOnlyQuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> "AuditEventQuerySet":
        """The whole trail for who may read it, but what names people's pay only for who may read that."""
        if not user.has_perm("core.read_audit"):
            return self.none()
        return self if user.has_perm("references.view_all_pay") else self.exclude(event__startswith="pay_member.")

    def telling_no_money(self, user: User) -> "AuditEventQuerySet":
        """Those that tell nothing that the person may not read; where fields cannot be kept back one by one."""
        # Where there are no fields, whether one is among them is unknown to PostgreSQL, and not false.
        names_revenue = Q(subject_type=REFERRAL, detail__has_key="fields", detail__fields__has_key=REVENUE)
        return self if user.has_perm(READS_MONEY) else self.exclude(subject_type=INVOICE).exclude(names_revenue)

    def about(self, text: str, *, user: User) -> "AuditEventQuerySet":
        """Those whose subject contains the text; the number of an invoice answers to nobody who may not read it."""
        found = self.filter(subject_text__icontains=text)
        return found if user.has_perm(READS_MONEY) else found.exclude(subject_type=INVOICE)


def told(events: "Iterable[AuditEvent]", *, to: User) -> "Iterator[AuditEvent]":
    """The events as the person may read them: that money was changed, but not from what to what."""
    if to.has_perm(READS_MONEY):
        return iter(events)
    # Said now, in the reader's language: a file is streamed after it was put back.
    words = _("not shown to you")
    return (event.without_money(words) for event in events)


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

    def without_money(self, words: str) -> "AuditEvent":
        """The same with `words`, not to be saved, in place of what only those read who read invoices."""
        shown, is_invoice = copy(self), self.subject_type == INVOICE
        if is_invoice:
            shown.subject_text = words
        fields: dict[str, Any] = self.detail.get("fields", {})
        if is_invoice or (self.subject_type == REFERRAL and REVENUE in fields):
            kept = {name: words if is_invoice or name == REVENUE else pair for name, pair in fields.items()}
            shown.detail = self.detail | ({"fields": kept} if kept else {})
        return shown
