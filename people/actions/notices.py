"""Read notices and mail them, each once."""

from datetime import datetime

from core.models import Notice, User


def mark_read(notice: Notice, *, at: datetime) -> Notice:
    """One notice was read; reading it again changes nothing. Notices carry no audit event: they change no fact."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at)
    return notice


def claim_unmailed(user: User, *, at: datetime) -> list[Notice]:
    """The person's notices that were not mailed and now belong to the caller, newest first."""
    waiting = list(
        Notice.objects.visible_to(user).filter(mailed_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:200]
    )
    mine = [pk for pk in waiting if Notice.objects.filter(pk=pk, mailed_at__isnull=True).update(mailed_at=at)]
    return list(Notice.objects.filter(pk__in=mine))


def release(notices: list[Notice]) -> None:
    """Give claimed notices back after the mail failed, so that the next run tries again."""
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=None)
