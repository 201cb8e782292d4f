"""Mails of the programme to its people, in the language of the one who receives them."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from references.models import CohortMember, RecruitingSettings
from references.reports.turns import some_unreferenced

NAMED: Final = 15


def send_turn(member: CohortMember, *, at: datetime) -> None:
    """It is the person's turn in a drive: the own customers without a reference, each with its link."""
    person, drive = member.person, member.drive
    create = settings.SITE_URL + reverse("references:nomination_create")
    sponsor = RecruitingSettings.standing_sponsor()
    unreferenced = some_unreferenced(person, most=NAMED, at=at)
    context = {
        "person": person,
        "drive": drive,
        "sponsor": None if sponsor == person else sponsor,
        "lines": [(customer, f"{create}?customer={customer.pk}") for customer in unreferenced.customers],
        "more": unreferenced.more,
        "has_customers": unreferenced.has_customers,
        "create": create,
        "turn": settings.SITE_URL + reverse("references:turn_detail", args=[member.pk]),
    }
    with override(person.locale):
        subject = gettext("%(drive)s: it is your turn to nominate") % {"drive": " ".join(drive.name.split())}
        send_mail(subject, render_to_string("references/mails/turn.txt", context), None, [person.email])
