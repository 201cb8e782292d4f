"""Letters about an enrolment that was taken back: nobody is thanked for what did not happen."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actions import notices
from core.models import User
from references.actions import recognitions
from references.choices import RecognitionState
from references.models import Nomination, Recognition


def give_up(nomination: Nomination, *, reason: str, by: User, at: datetime) -> None:
    """Give up every letter about it that is not signed; it stays readable. A signed one says for ever what it says:
    where it stands on the board, those who drafted and signed it hear of it."""
    told = {"customer": nomination, "reason": reason}
    why = _("The enrolment of %(customer)s was taken back: %(reason)s") % told
    letters = nomination.recognitions.select_related("person", "signer", "drafted_by")
    for letter in letters.filter(state__in=[RecognitionState.DRAFT, RecognitionState.TO_SIGN]):
        recognitions.withdraw(letter, reason=why, by=by, at=at)
    notices.tell_each(
        [
            (person, f"recognition:{letter.pk}:reopened:{nomination.version}", partial(_words, letter), _page(letter))
            for letter in letters.published()
            for person in _listeners(letter, by)
        ],
        at=at,
    )


def _listeners(letter: Recognition, by: User) -> Iterable[User]:
    return {person for person in (letter.signer, letter.drafted_by) if person.is_active and person != by}


def _page(letter: Recognition) -> str:
    return reverse("references:recognition_detail", args=[letter.pk])


def _words(letter: Recognition) -> str:
    words = _(
        "The enrolment of %(customer)s was taken back; “%(subject)s”, a letter to %(person)s, stands on the board."
    )
    return words % {"person": letter.person, "customer": letter.nomination, "subject": letter.subject}
