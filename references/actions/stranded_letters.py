"""Letters that nobody can sign any more: who can give them to another executive hears of it, once."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actions import notices
from core.choices import Role
from core.models import User
from references.models import Recognition


def tell(*, at: datetime) -> None:
    """Tell programme managers, and who drafted the letter, that its signer has left or is no executive any more.

    Each is told once for each time that a signature was asked for, however often this runs.
    """
    managers = list(User.objects.active().with_role(Role.PROGRAMME_MANAGER))
    letters = Recognition.objects.stranded().select_related("person", "signer", "drafted_by")
    notices.tell_each(
        [
            (person, _key(letter), partial(_words, letter), reverse("references:recognition_detail", args=[letter.pk]))
            for letter in letters
            for person in _listeners(letter, managers)
        ],
        at=at,
    )


def _listeners(letter: Recognition, managers: Iterable[User]) -> set[User]:
    """Whom the letter praises is to hear of it when it is signed."""
    people = {*managers, *([letter.drafted_by] if letter.drafted_by.is_active else [])}
    return people - {letter.person}


def _key(letter: Recognition) -> str:
    return f"recognition:{letter.pk}:stranded:{letter.asked_at:%Y%m%d%H%M%S%f}"


def _words(letter: Recognition) -> str:
    told = {"signer": letter.signer, "person": letter.person}
    return _("The letter to %(person)s waits for nobody: %(signer)s cannot sign it any more.") % told
