"""Letters of recognition as lists show them, what a draft is made from, and what stands on the programme's board."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.models import AuditEvent, Programme, User
from core.quarters import Quarter
from references.choices import NominationDeed, NominationState, RecognitionState
from references.formats.letters import LetterFacts
from references.models import Nomination, NominationEvent, Recognition, RecognitionSettings
from references.models.recognition import RecognitionQuerySet
from references.reports import rankings
from references.rules.rankings import Figures

SHOWN: Final = 8
NEWS: Final = timedelta(days=7)


@dataclass(frozen=True)
class Enrolled:
    """A customer that became a reference, and whose word it was."""

    nomination: Nomination
    nominators: list[User]


@dataclass(frozen=True)
class Alike:
    """A letter that is about the same as another one; not everybody who is told of it may read it."""

    letter: Recognition
    may_read: bool


def listed(rows: RecognitionQuerySet) -> QuerySet[Recognition]:
    """The letters with everything that a list names, in one query."""
    return rows.select_related("person", "signer", "drafted_by", "nomination__customer")


def export_header() -> list[str]:
    return [
        *(_("To"), _("E-mail"), _("Subject"), _("Letter"), _("State"), _("Quarter"), _("Customer")),
        *(
            _("Drafted by"),
            _("Drafted on"),
            _("To be signed by"),
            _("Signed by"),
            _("Signed on"),
            _("On the board since"),
        ),
    ]


def export_rows(rows: QuerySet[Recognition]) -> Iterator[list[Any]]:
    """The list as it leaves the program, read in chunks."""
    day_of = Programme.current().calendar.day_of

    def on(moment: datetime | None) -> date | None:
        return day_of(moment) if moment else None

    for row in rows.iterator(chunk_size=2000):
        yield [
            *(str(row.person), row.person.email, row.subject, row.text, row.get_state_display(), row.quarter),
            *(str(row.nomination or ""), str(row.drafted_by), on(row.drafted_at)),
            *(str(row.signer) if row.is_editable else "", str(row.signer) if row.signed_at else "", on(row.signed_at)),
            on(row.published_at) if row.is_on_the_board else None,
        ]


def facts(person: User, *, nomination: Nomination | None, quarter: Quarter) -> LetterFacts:
    """What is known of a person's part in a nomination and of their quarter."""
    everybody = rankings.standings(quarter, settings=RecognitionSettings.current())
    own = next((row for row in everybody if row.person == person), None)
    figures = own.figures if own else Figures()
    return LetterFacts(
        first_name=person.get_short_name(),
        company=Programme.current().company,
        customer=str(nomination) if nomination else "",
        agreed=agreed_to(nomination) if nomination else "",
        quarter=quarter.label,
        submitted=figures.submitted,
        accepted=figures.accepted,
        enrolled=figures.enrolled,
        high_impact=figures.high_impact,
        place=own.place if own and own.is_top else None,
    )


def agreed_to(nomination: Nomination) -> str:
    """The kinds of reference to which the customer agreed, as they were noted."""
    deeds = NominationEvent.objects.filter(nomination=nomination, deed=NominationDeed.ENROLLED).order_by("-pk")
    return deeds.values_list("reason", flat=True).first() or ""


def alike(
    person: User, *, nomination: Nomination | None, quarter: str, user: User, besides: int | None = None
) -> list[Alike]:
    """Letters to the person about the same nomination or quarter that were not withdrawn, newest first."""
    rows = Recognition.objects.filter(person=person).exclude(state=RecognitionState.WITHDRAWN).exclude(pk=besides or 0)
    same = rows.filter(nomination=nomination) if nomination else rows.filter(quarter=quarter, nomination__isnull=True)
    found = list(same.select_related("drafted_by")[:SHOWN])
    readable = Recognition.objects.visible_to(user).filter(pk__in=[row.pk for row in found])
    may_read = set(readable.values_list("pk", flat=True)) if found else set()
    return [Alike(row, row.pk in may_read) for row in found]


def was_asked(user: User, letter: Recognition) -> bool:
    """Whether the letter waits, or once waited, for the person's signature."""
    if letter.signer_id == user.pk:
        return letter.asked_at is not None
    asked = AuditEvent.objects.filter(subject_type=letter._meta.label_lower, subject_id=letter.pk)
    asked = asked.filter(event__in=["recognition.asked", "recognition.handed_over"])
    signers = [event.detail["signer"] for event in asked]
    return any(user.email in (said if isinstance(said, list) else [said]) for said in signers)


def enrolled(*, since: datetime | None = None) -> list[Enrolled]:
    """The latest customers who became references, or all of them since a moment, newest first; two statements."""
    rows = Nomination.objects.filter(state=NominationState.ENROLLED).order_by("-closed_at", "-pk")
    rows = rows.select_related("customer").prefetch_related("nominators__user")
    found = rows.filter(closed_at__gte=since) if since else rows[:SHOWN]
    return [Enrolled(row, [one.user for one in row.nominators.all()]) for row in found]
