"""Mails of recognition: the signed letter, and the ranking of the week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from core.models import Programme, User
from core.quarters import Quarter
from references.models import Recognition, RecognitionSettings
from references.reports import rankings, recognitions, recruiting_targets
from references.reports.rankings import Row
from references.reports.recognitions import NEWS, Enrolled
from references.reports.recruiting_targets import Progress


@dataclass(frozen=True)
class WeeklyNews:
    """What stands in everybody's mail of the week, and every person's place; made once for all."""

    quarter: Quarter
    top: Sequence[Row]
    places: dict[int, Row]
    enrolled: Sequence[Enrolled]
    progress: Progress | None


def send_recognition(letter: Recognition) -> None:
    """To the person and nobody else; an answer goes to who signed."""
    context = {"letter": letter, "link": settings.SITE_URL + reverse("references:recognition_detail", args=[letter.pk])}
    with override(letter.person.locale):
        body = render_to_string("references/mails/recognition.txt", context)
    # A subject is one line, whatever was typed.
    subject = " ".join(letter.subject.split())
    EmailMessage(subject, body, None, [letter.person.email], reply_to=[letter.signer.email]).send()


def weekly_news(*, at: datetime) -> WeeklyNews:
    quarter = Programme.current().calendar.quarter_at(at)
    rows = rankings.standings(quarter, settings=RecognitionSettings.current())
    places = {row.person.pk: row for row in rows if row.person}
    top = [row for row in rows if row.is_top]
    progress = recruiting_targets.running(at=at)
    return WeeklyNews(quarter, top, places, recognitions.enrolled(since=at - NEWS), progress)


def send_ranking(user: User, news: WeeklyNews) -> None:
    """The top, the person's own place and who became a reference; nothing of the bottom."""
    context = {
        "user": user,
        "news": news,
        "own": news.places.get(user.pk),
        "link": settings.SITE_URL + reverse("references:ranking_index"),
        "nominate": settings.SITE_URL + reverse("references:nomination_create"),
    }
    with override(user.locale):
        subject = gettext("RefProgram: the ranking of nominators, %(quarter)s") % {"quarter": news.quarter}
        send_mail(subject, render_to_string("references/mails/ranking.txt", context), None, [user.email])
