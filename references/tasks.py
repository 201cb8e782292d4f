"""What the schedule does with the grid and the quarters. Each finds its work in rows; twice does it once."""

from smtplib import SMTPRecipientsRefused

from celery import shared_task
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core import replica
from core.models import Job, Programme
from core.tasks import send_each, work_off
from customers.actions import import_jobs
from customers.models.customer import CustomerQuerySet
from references.actions import (
    closings,
    cohort_members,
    decay,
    evidence_notices,
    forecasts,
    grid_exports,
    impact,
    nomination_care,
    ranking_mails,
    recognitions,
    stranded_letters,
    value_jobs,
)
from references.actions.rag_files import RAG_FILES
from references.filters import GridFilter
from references.mails import recognitions as recognition_mails
from references.mails import turns as turn_mails
from references.mails.recognitions import WeeklyNews
from references.models import CohortMember, RankingMail, Recognition
from references.reports import forecasts as forecast_reports
from references.reports.turns import waiting_now
from references.rules.drives import due_month


@shared_task
def take_weekly_snapshot() -> None:
    """Keep this week's forecast of the running quarter, unless it is kept already."""
    at = timezone.now()
    calendar = Programme.current().calendar
    quarter = calendar.quarter_at(at)
    if forecast_reports.snapshot_is_due(quarter, today=calendar.day_of(at)):
        forecasts.take_snapshot(quarter, by=None, at=at)


@shared_task
def close_due_quarters() -> str:
    """Close every quarter that has ended in the programme's time zone and is not closed yet."""
    closed = closings.close_due(at=timezone.now())
    return gettext("closed: %s") % ", ".join(map(str, closed)) if closed else ""


@shared_task
def decay_greens() -> str:
    """Turn Greens Amber whose evidence ended or whose contact left, and warn of those that end soon."""
    at = timezone.now()
    turned = decay.decay(at=at)
    evidence_notices.warn(at=at)
    return ngettext("%d Green is Amber now", "%d Greens are Amber now", turned) % turned if turned else ""


@shared_task
def refresh_impact() -> str:
    """Compute anew what a reference of each customer is worth."""
    moved = impact.refresh(at=timezone.now())
    return ngettext("of %d customer it changed", "of %d customers it changed", moved) % moved if moved else ""


@shared_task
def tend_nominations() -> None:
    """Take parked nominations up whose day has come, plan the queue anew, ask whether old ones still hold."""
    nomination_care.tend(at=timezone.now())


@shared_task
def ask_cohorts() -> None:
    """Ask the people of drives whose month has come, on working days. An address that is refused keeps nobody else
    from being asked."""
    month, refused = due_month(Programme.current().calendar.day_of(timezone.now())), []
    for pk in list(waiting_now(timezone.now()).values_list("pk", flat=True)):
        member = cohort_members.claim(pk, month=month, at=timezone.now())
        if member is not None:
            refused += _ask(member)
    if refused:
        raise refused[0]


def _ask(member: CohortMember) -> list[SMTPRecipientsRefused]:
    """The refusal, if the mail server knows no such address; any other failure ends the run, to be tried again."""
    try:
        turn_mails.send_turn(member, at=timezone.now())
    except OSError as failure:
        cohort_members.release(member)
        if isinstance(failure, SMTPRecipientsRefused):
            return [failure]
        raise
    cohort_members.note_asked(member, at=timezone.now())
    return []


@shared_task(name=RAG_FILES.task)
def import_grid(job_id: int) -> None:
    """Take the sheet of a job over, if no other worker has the job."""
    work_off(job_id, lambda job, progress: import_jobs.run(RAG_FILES, job, progress, at=timezone.now()))


@shared_task(name=RAG_FILES.trial_task)
def try_grid(job_id: int) -> None:
    """Tell what the sheet of a draft would change, if no other worker has the job."""
    work_off(job_id, lambda job, progress: import_jobs.run_trial(RAG_FILES, job, progress, at=timezone.now()))


@shared_task(name=grid_exports.KIND)
def export_grid(job_id: int) -> None:
    """Write the workbook that somebody asked for, if no other worker has the job."""
    work_off(
        job_id,
        lambda job, progress: replica.read(
            lambda: grid_exports.run(job, _chosen(job), progress, at=timezone.now()),
        ),
    )


def _chosen(job: Job) -> CustomerQuerySet:
    """The rows that the person who asked would see under that address now."""
    today = Programme.current().calendar.day_of(timezone.now())
    shown = GridFilter(QueryDict(job.parameters["query"]), user=job.created_by, today=today)
    return shown.sorted_rows.order_by(*shown.order)


@shared_task
def mail_recognitions() -> None:
    """Send every signed letter that was not mailed yet, and tell of those that nobody can sign any more."""
    stranded_letters.tell(at=timezone.now())
    waiting = list(Recognition.objects.unmailed(timezone.now()).order_by("pk").values_list("pk", flat=True))
    send_each(waiting, _mail_recognition)


@shared_task
def mail_rankings() -> None:
    """From Monday morning on, the week's ranking to everybody who takes part, each once."""
    at = timezone.now()
    ranking_mails.prepare(at=at)
    waiting = list(RankingMail.objects.waiting(ranking_mails.week_of(at), at=at).values_list("pk", flat=True))
    if waiting:
        news = recognition_mails.weekly_news(at=at)
        send_each(waiting, lambda pk: _mail_ranking(pk, news))


def _mail_recognition(pk: int) -> None:
    letter = recognitions.claim(pk, at=timezone.now())
    if letter is not None:
        try:
            recognition_mails.send_recognition(letter)
        except OSError:
            recognitions.release(letter)
            raise
        recognitions.note_mailed(letter, at=timezone.now())


def _mail_ranking(pk: int, news: WeeklyNews) -> None:
    mail = ranking_mails.claim(pk, at=timezone.now())
    if mail is not None:
        try:
            recognition_mails.send_ranking(mail.user, news)
        except OSError:
            ranking_mails.release(mail)
            raise
        ranking_mails.note_sent(mail, at=timezone.now())


@shared_task(name=value_jobs.KIND)
def rename_value(job_id: int) -> None:
    """Rename a value at all its customers, if no other worker has the job."""
    work_off(job_id, lambda job, progress: value_jobs.run(job, progress, at=timezone.now()))
