"""Invite people: leave a row from which the mail is sent, and claim it for sending."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.actions import people
from core.errors import RuleBroken
from core.models import User
from people.models import Invitation


@transaction.atomic
def invite(user: User, *, by: User | None, at: datetime) -> Invitation:
    """Ask for the mail with which a person sets the first password; asked again, it is sent again."""
    if not user.is_active:
        raise RuleBroken(_("This person is deactivated. Reactivate first, then invite."))
    if user.has_usable_password():
        raise RuleBroken(_("This person has a password already and can reset it on the log-in page."))
    invitation = Invitation.objects.create(user=user, created_at=at, created_by=by)
    audit.record("person.invited", user, by=by, at=at)
    return invitation


@transaction.atomic
def invite_newcomer(email: str, *, name: str, roles: Iterable[str], by: User | None, at: datetime) -> Invitation:
    """A new person with these roles, and the invitation to set a password."""
    user = people.create(email, name=name, roles=roles, by=by, at=at)
    return invite(user, by=by, at=at)


def claim(invitation_id: int, *, at: datetime) -> Invitation | None:
    """The invitation, if it now belongs to the caller; None if it was sent or another worker has it."""
    if not Invitation.objects.waiting(at).filter(pk=invitation_id).exists():
        return None
    # Without the join to the person: who waited for the row looks again at the row, but not at what was joined to it.
    if not Invitation.objects.unclaimed(at).filter(pk=invitation_id).update(claimed_at=at):
        return None
    return Invitation.objects.select_related("user", "created_by").get(pk=invitation_id)


def note_sent(invitation: Invitation, *, at: datetime) -> None:
    """The mail is out. There is no audit event: the invitation itself has one."""
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=at)
