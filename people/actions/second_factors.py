"""A second factor that was lost: the phone is broken, the key gone, the recovery codes used up."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.actions import notices, people
from core.errors import RuleBroken
from core.models import User


@transaction.atomic
def remove(user: User, *, by: User | None, at: datetime) -> User:
    """Take apps, keys and recovery codes from a person who cannot use them any more, and log the person out everywhere.

    The password is still asked for; where the roles need a second factor, the next log-in leads to a new one.
    """
    if user == by:
        raise RuleBroken(_("Your own second factor is changed in your profile; who lost it asks a colleague."))
    removed, _by_kind = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise RuleBroken(_("%(person)s has no second factor.") % {"person": user})
    people.end_sessions(user, by=by, at=at)
    event = audit.record("person.second_factor_removed", user, by=by, at=at)
    notices.tell([user], key=f"second-factor:{event.pk}", words=lambda: _told(by), at=at)
    return user


def _told(by: User | None) -> str:
    words = _("%(person)s has taken your second factor away. If you did not ask for that, change your password.")
    return words % {"person": by or _("The program")}
