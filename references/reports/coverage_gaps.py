"""One place of the coverage matrix opened: who could fill the gap, who is on the way, and which colleague to ask."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.models import Programme, User
from customers.models import Contact, Customer
from references.choices import NominationState
from references.models import Nomination, NominationEvent
from references.reports import coverage_matrix, invitation_blocks
from references.reports.counts import Present, referenceable
from references.reports.coverage_matrix import Axis
from references.reports.coverage_places import Spot
from references.reports.invitation_blocks import Block
from references.rules.coverage import Place

MOST_CANDIDATES, MOST_COLLEAGUES = 25, 6
NOES = (NominationState.REFUSED, NominationState.DECLINED)
# Who knows the customer best comes first.
SIDES = ("csm", "account_manager", "account_executive", "opener")


@dataclass(frozen=True)
class Candidate:
    """A customer that could fill the gap. `last_asked` is the day of its last invitation; `blocks` speak against it.

    `contact` would speak best. `said_no` is the last nomination that was refused or declined, with its `reason`.
    """

    customer: Customer
    tier: str
    score: int
    evangelists: int
    last_asked: date | None
    colleague: User | None
    contact: Contact | None
    blocks: list[Block]
    said_no: Nomination | None = None


@dataclass(frozen=True)
class Asked:
    """A colleague to ask, with the candidates to ask about, best first."""

    colleague: User
    candidates: list[Candidate]

    @property
    def customers(self) -> list[Customer]:
        return [one.customer for one in self.candidates]


@dataclass(frozen=True)
class Gap:
    """What is known of one place, and what can be done about it."""

    spot: Spot
    place: Place
    candidates: list[Candidate] = field(default_factory=list)
    colleagues: list[Asked] = field(default_factory=list)
    nominations: list[Nomination] = field(default_factory=list)
    candidate_count: int = 0

    @property
    def name(self) -> str:
        return self.spot.name

    @property
    def rows_axis(self) -> Axis:
        return self.spot.rows_axis

    @property
    def columns_axis(self) -> Axis:
        return self.spot.columns_axis


def gap(spot: Spot, *, now: Present, reader: User) -> Gap:
    """The place with its best candidates: no block first, then impact, evangelists, who was asked longest ago. What
    blocks them is said in words for the reader."""
    place = (spot.rows_axis, spot.columns_axis, spot.row, spot.column)
    members = coverage_matrix.members(*place, now=now)
    counting = referenceable(now).order_by().values("customer_id")
    nominated = Nomination.objects.open().filter(customer__in=members.values("pk"))
    free = Customer.objects.filter(pk__in=members.values("pk")).exclude(pk__in=counting)
    free = free.exclude(pk__in=nominated.values("customer_id"))
    candidates = _candidates(free, today=now.today, reader=reader)
    return Gap(
        spot=spot,
        place=coverage_matrix.place(*place, now=now),
        candidates=candidates,
        colleagues=_colleagues(candidates),
        nominations=list(nominated.select_related("customer", "owner").order_by("planned_month", "pk")[:50]),
        candidate_count=free.count(),
    )


def export_header() -> list[str]:
    return [
        *(_("Customer"), _("Contact"), _("Our solution"), _("Not now"), _("Earlier answer"), _("Answered on")),
        *(_("Reason"), _("Impact"), _("Score"), _("Evangelists"), _("Last asked"), _("Ask")),
    ]


def export_rows(found: Gap) -> Iterator[list[Any]]:
    """The candidates as the page of the place shows them."""
    day_of = Programme.current().calendar.day_of
    for one in found.candidates:
        contact, no = one.contact, one.said_no
        yield [
            *(str(one.customer), str(contact or ""), contact.get_adoption_display() if contact else ""),
            str(one.blocks[0].words) if one.blocks else "",
            *(no.get_state_display() if no else "", day_of(no.closed_at) if no and no.closed_at else None),
            getattr(no, "reason", None) or "",
            *(one.tier, one.score, one.evangelists, one.last_asked, str(one.colleague or "")),
        ]


def _candidates(rows: "QuerySet[Customer]", *, today: date, reader: User) -> list[Candidate]:
    evangelists = Contact.objects.evangelists().filter(customer=OuterRef("pk")).order_by().values("customer")
    counted = Subquery(evangelists.annotate(number=Count("*")).values("number"))
    best_contact = Contact.objects.present().filter(customer=OuterRef("pk")).order_by("-evangelist_level", "pk")
    found = rows.select_related("impact", *SIDES).annotate(
        evangelist_count=Coalesce(counted, 0, output_field=IntegerField()),
        last_asked=Max("nominations__invited_at"),
        score=Coalesce(F("impact__score"), 0),
        best_contact=Subquery(best_contact.values("pk")[:1]),
        is_blocked=invitation_blocks.is_blocked(today),
    )
    longest_ago = F("last_asked").asc(nulls_first=True)
    found = found.order_by("is_blocked", "-score", "-evangelist_count", longest_ago, "name_key", "pk")
    best = list(found[:MOST_CANDIDATES])
    blocks, noes = invitation_blocks.of_customers([row.pk for row in best], today=today, reader=reader), _noes(best)
    people = Contact.objects.in_bulk([getattr(row, "best_contact", None) for row in best])
    return [_candidate(row, people, blocks.get(row.pk, []), noes.get(row.pk)) for row in best]


def _noes(customers: Iterable[Customer]) -> dict[int, Nomination]:
    """By customer the last nomination that came to nothing, and why."""
    why = NominationEvent.objects.filter(nomination=OuterRef("pk"), state=OuterRef("state")).order_by("-pk")
    ended = Nomination.objects.filter(customer__in=[one.pk for one in customers], state__in=NOES)
    rows = ended.annotate(reason=Subquery(why.values("reason")[:1])).order_by("closed_at")
    return {row.customer_id or 0: row for row in rows}


def _candidate(row: Customer, people: dict[int, Contact], blocks: list[Block], said_no: Nomination | None) -> Candidate:
    impact = getattr(row, "impact", None)
    asked = getattr(row, "last_asked", None)
    owners = (getattr(row, side) for side in SIDES)
    return Candidate(
        customer=row,
        tier=impact.tier if impact else "",
        score=impact.score if impact else 0,
        evangelists=getattr(row, "evangelist_count", 0),
        last_asked=Programme.current().calendar.day_of(asked) if asked else None,
        colleague=next((one for one in owners if one is not None and one.is_active), None),
        contact=people.get(getattr(row, "best_contact", None) or 0),
        blocks=blocks,
        said_no=said_no,
    )


def _colleagues(candidates: Iterable[Candidate]) -> list[Asked]:
    """Who knows most of the candidates that may be asked, first; whom nobody has refused yet comes before the rest."""
    known: dict[User, list[Candidate]] = {}
    for one in candidates:
        if one.colleague is not None and not one.blocks:
            known.setdefault(one.colleague, []).append(one)
    asked = [Asked(who, sorted(theirs, key=lambda one: one.said_no is not None)) for who, theirs in known.items()]
    return sorted(asked, key=lambda one: (-len(one.candidates), one.colleague.name))[:MOST_COLLEAGUES]
