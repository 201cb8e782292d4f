"""Who speaks for Halden Systems: what contacts referred, how they are kept up to date, and how they are thanked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Count, Q

from core.choices import Role
from core.models import User
from customers.actions import contacts, customers, occasions, referrals, thanks
from customers.choices import EvangelistLevel, GuestDeed
from customers.models import Contact, Customer, Occasion
from refprogram.demo.cast import holding

TOLD = (
    ("Greta Olsen", "Nordlicht Logistics"),
    ("Pavel Dvorak", "Moravia Steel"),
    ("Yuki Tanaka", "Hoshino Foods"),
    ("", "Alder & Sons"),
    ("Ines Carvalho", "Porto Ceramics"),
    ("Marcus Webb", "Webb Harbour Services"),
    ("Chiara Conti", ""),
    ("Anders Holm", "Holm Shipping"),
    ("Fatima Zahra", "Atlas Textiles"),
    ("Bruno Keller", "Keller Optics"),
)
REASONS = (
    "Their legal department forbids naming suppliers.",
    "Wants to see the second roll-out finished first.",
    "Refers nobody on principle; would take a call.",
)
THANKS = (
    ("The call with Nordlicht", "Thank you for half an hour of your Friday. They said it was what convinced them.", ""),
    ("Speaking at our spring forum", "The room was full because of you. Thank you.", "A pass to next year's forum"),
    ("The introduction", "They called us before we could call them. Thank you!", "A donation to your school project"),
)
COLLEAGUES = (
    (
        "Sam Ortiz",
        "Maria Chen",
        "The reference in two hours",
        "You found me a reference between two flights.",
    ),
    ("Lea Marchand", "Paula Novak", "Moravia Steel", "Your customer closed this deal for me. Thank you for asking."),
    ("Nina Rossi", "Omar Haddad", "The story of the night load", "Without your notes there would be no case study."),
    ("Maria Chen", "Sam Ortiz", "Asking nicely", "You always tell the customer what came of the call."),
)


@dataclass
class EvangelistStory:
    """Plays the last year on the contacts that the grid's own story has met."""

    dice: Random
    staff: dict[str, User]
    now: datetime

    def __post_init__(self) -> None:
        self.nina = self.staff["Nina Rossi"]
        self.reps = holding(self.staff, Role.SALES_REP)
        rows = Contact.objects.evangelists().filter(customer__merged_into__isnull=True).select_related("customer")
        self.evangelists = list(rows.order_by("pk"))
        self.dice.shuffle(self.evangelists)

    def play(self) -> None:
        self._occasion("What is new in spring", "webinar", 170, share=0.8)
        self._occasion("Product forum", "event", 95, share=0.5)
        self._occasion("Roadmap over breakfast", "briefing", 33, share=0.3)
        for contact, days in zip(self.evangelists[:9], (3, 8, 15, 21, 40, 61, 75, 88, 130), strict=False):
            self._briefed(contact, days)
        self._invited("What is new in winter", -16)
        self._referrals()
        self._refusals()
        self._thanks()
        self._renewals()

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _new(self, title: str, kind: str, days: int, at: datetime) -> Occasion:
        day = self.ago(days).date()
        return occasions.create(title=title, kind=kind, held_on=day, by=self.nina, at=at)

    def _occasion(self, title: str, kind: str, days: int, *, share: float) -> None:
        """Invited three weeks before; some answer, and not everybody who said so comes."""
        occasion = self._new(title, kind, days, self.ago(days + 30))
        chosen = [contact.pk for contact in self.evangelists if self.dice.random() < share]
        invited = Contact.objects.filter(pk__in=chosen)
        occasions.invite(occasion, contacts=invited, by=self.nina, at=self.ago(days + 21))
        for guest in occasion.invitations.order_by("pk"):
            luck, one = self.dice.random(), occasion.invitations.filter(pk=guest.pk)
            answer = GuestDeed.COMES if luck < 0.6 else GuestDeed.DECLINES if luck < 0.8 else None
            if answer:
                occasions.note(occasion, guests=one, deed=answer, by=self.nina, at=self.ago(days + 14))
            came = self.dice.random() < {GuestDeed.COMES: 0.8, GuestDeed.DECLINES: 0.0, None: 0.2}[answer]
            deed = GuestDeed.ATTENDED if came else GuestDeed.ABSENT
            occasions.note(occasion, guests=one, deed=deed, by=self.nina, at=self.ago(days - 1))

    def _invited(self, title: str, days: int) -> None:
        occasion = self._new(title, "webinar", days, self.ago(6))
        invited = Contact.objects.filter(pk__in=[contact.pk for contact in self.evangelists[10:34]])
        occasions.invite(occasion, contacts=invited, by=self.nina, at=self.ago(5))
        first = occasion.invitations.filter(contact__in=self.evangelists[10:18])
        occasions.note(occasion, guests=first, deed=GuestDeed.COMES, by=self.nina, at=self.ago(2))

    def _briefed(self, contact: Contact, days: int) -> None:
        occasions.brief(contact, on=self.ago(days).date(), by=contact.customer.csm, at=self.ago(days))

    def _referrals(self) -> None:
        won = self._joined()
        for number in range(26):
            days, by = 20 + number * 14, self.dice.choice(self.reps)
            contact = self.evangelists[number % 14]
            name, company = TOLD[number % len(TOLD)]
            values = {"told_name": name, "told_company": company, "referred_on": self.ago(days).date()}
            values |= {"is_prompted": contact.evangelist_level == EvangelistLevel.PROMPTED}
            if number % 3 == 1:
                revenue = None if number == 13 else Decimal(self.dice.randint(8, 90) * 1000)
                decided = self.ago(days - self.dice.randint(10, 18)).date()
                values |= {"outcome": "won", "decided_on": decided, "revenue": revenue}
                values["customer"] = next(won, None) if number % 2 else None
            elif number % 5 == 0 and number:
                values |= {"outcome": "lost", "decided_on": self.ago(days - 12).date(), "note": "No budget this year."}
            referral = referrals.record(contact, values=values, by=by, at=self.ago(1))
            if number == 8:
                referrals.withdraw(referral, reason="Entered twice.", by=by, at=self.now)

    def _joined(self) -> Iterator[Customer]:
        """The latest customers: somebody sent them to us."""
        return iter(Customer.objects.unmerged().order_by("-pk")[:6])

    def _refusals(self) -> None:
        silent = Contact.objects.present().filter(evangelist_level=EvangelistLevel.NONE).order_by("pk")
        for contact, reason in zip(silent[4:40:12], REASONS, strict=False):
            asked = {"refusal_reason": reason, "asked_on": self.ago(9).date()}
            contacts.edit(contact, changes=asked, by=self.staff["Jonas Weber"], at=self.now)

    def _thanks(self) -> None:
        for number, (reason, text, gift) in enumerate(THANKS):
            contact, by = self.evangelists[number], self.reps[number % len(self.reps)]
            thanks.give(contact=contact, reason=reason, text=text, gift=gift, by=by, at=self.ago(30 - number * 9))
        for number, (giver, receiver, reason, text) in enumerate(COLLEAGUES):
            colleague, by = self.staff[receiver], self.staff[giver]
            thanks.give(colleague=colleague, reason=reason, text=text, by=by, at=self.ago(12 - number * 3))

    def _renewals(self) -> None:
        """Contracts renewed in the last weeks: customers who speak for us have grown, not all of them."""
        speaking = Count("contacts", filter=Q(contacts__in=self.evangelists))
        rows = Customer.objects.active(self.now.date()).filter(recurring_revenue__gt=0).annotate(speaking=speaking)
        for customer in rows.order_by("pk"):
            factor = Decimal(round(100 + self.dice.gauss(1 + 6 * min(customer.speaking, 3), 9))) / 100
            revenue = ((customer.recurring_revenue or Decimal(0)) * factor).quantize(Decimal(1))
            customers.edit(
                customer,
                seen_version=customer.version,
                changes={"recurring_revenue": revenue},
                reason="Renewed.",
                by=self.staff["Tom Becker"],
                at=self.now,
            )
