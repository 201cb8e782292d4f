"""The weekly mail with the ranking: a row for each person and week, from which it is sent once."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from core import audit
from core.models import Programme, User
from references.models import RankingMail, RankingMailRefusal, RecognitionSettings

MORNING = time(7)


def week_of(at: datetime) -> date | None:
    """The Monday of the programme's week; None in its first hours, in which it is too early for mail."""
    local = at.astimezone(Programme.current().calendar.zone)
    monday = local.date() - timedelta(days=local.weekday())
    return monday if local >= datetime.combine(monday, MORNING, local.tzinfo) else None


@transaction.atomic
def prepare(*, at: datetime) -> int:
    """Leave this week's mail for everybody who takes part and wants it; returns for how many.

    A week that has its rows is left alone, so that who takes part from Thursday on hears on Monday. Weeks in which
    nothing ran are not made up for. The settings' row is waited for, so that two workers do it one after the other.
    """
    settings = RecognitionSettings.objects.select_for_update().get(pk=RecognitionSettings.current().pk)
    week = week_of(at)
    if week is None or not settings.sends_mails or RankingMail.objects.filter(week=week).exists():
        return 0
    people = User.objects.active().with_role(*settings.participants)
    wanting = people.exclude(pk__in=RankingMailRefusal.objects.values("user_id"))
    rows = [RankingMail(user=person, week=week) for person in wanting.only("pk")]
    RankingMail.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def claim(mail_id: int, *, at: datetime) -> RankingMail | None:
    """The mail, if it now belongs to the caller; None if it was sent or another worker has it."""
    if not RankingMail.objects.unclaimed(at).filter(pk=mail_id).update(claimed_at=at):
        return None
    return RankingMail.objects.select_related("user").get(pk=mail_id)


def release(mail: RankingMail) -> None:
    """Give a claimed mail back after it failed, so that the next run tries again."""
    RankingMail.objects.filter(pk=mail.pk, sent_at__isnull=True).update(claimed_at=None)


def note_sent(mail: RankingMail, *, at: datetime) -> None:
    """The mail is out. There is no audit event: it tells what stands on a page and changes no fact."""
    RankingMail.objects.filter(pk=mail.pk).update(sent_at=at)


@transaction.atomic
def refuse(user: User, *, by: User, at: datetime) -> None:
    """The person does not want the mail from the next one on."""
    _row, is_new = RankingMailRefusal.objects.get_or_create(user=user, defaults={"refused_at": at})
    if is_new:
        audit.record("ranking_mail.refused", user, by=by, at=at)


@transaction.atomic
def resume(user: User, *, by: User, at: datetime) -> None:
    """The person wants the mail again."""
    if RankingMailRefusal.objects.filter(user=user).delete()[0]:
        audit.record("ranking_mail.resumed", user, by=by, at=at)
