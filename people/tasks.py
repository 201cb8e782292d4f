"""Mails that wait in rows: each is sent once, however many workers look for them."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.models import Notice, User
from core.tasks import send_each
from people import mails
from people.actions import invitations, notices
from people.models import Invitation

NEWS = timedelta(days=2)


@shared_task
def send_invitations() -> None:
    """Send every invitation that waits; one that fails is tried again when its claim is void."""
    send_each(list(Invitation.objects.waiting(timezone.now()).values_list("pk", flat=True)), _mail_invitation)


def _mail_invitation(pk: int) -> None:
    invitation = invitations.claim(pk, at=timezone.now())
    if invitation is not None:
        mails.send_invitation(invitation)
        invitations.note_sent(invitation, at=timezone.now())


@shared_task
def mail_notices() -> None:
    """One mail per person with what is new and unread; what is older than two days is not mailed any more."""
    waiting = Notice.objects.filter(mailed_at__isnull=True).order_by().values("to").distinct()
    send_each(User.objects.filter(pk__in=waiting), _mail_notices)


def _mail_notices(user: User) -> None:
    claimed = notices.claim_unmailed(user, at=timezone.now())
    news = [one for one in claimed if one.read_at is None and one.created_at > timezone.now() - NEWS]
    if not news or not user.is_active:
        return
    try:
        mails.send_notices(user, news)
    except OSError:
        notices.release(news)
        raise
