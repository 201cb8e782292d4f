"""What the program tells a person: in the bell of every page, and by mail."""

from django.db import models

from core.models.user import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        return self.filter(to=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One message to one person. `key` is unique per person, so that a job that runs twice tells once."""

    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    text = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="one_notice_per_key")]
        indexes = [
            models.Index(fields=["to"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["created_at"], condition=models.Q(mailed_at__isnull=True), name="notice_unmailed"),
        ]

    def __str__(self) -> str:
        return self.text
