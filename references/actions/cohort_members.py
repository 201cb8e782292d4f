"""The people of a drive: moved, added, left out; asked once; and what they answer."""

from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit
from core.actions import notices
from core.choices import Role
from core.errors import RuleBroken, StaleVersion
from core.models import Notice, User
from references.actions.drives import lock, this_month
from references.models import Cohort, CohortMember, Drive


@transaction.atomic
def move(member: CohortMember, *, month: date, seen: str | None = None, by: User, at: datetime) -> CohortMember:
    """Ask a person in another month of the drive, or in one again after having been left out.

    `seen` is the month (2027-03) in which the page showed the person, empty for none; StaleVersion if it is another.
    """
    drive = lock(member.drive, at=at)
    _refuse_moved(member, seen)
    _put(member, _cohort(drive, month, at=at), at=at)
    audit.record("cohort_member.moved", drive, by=by, at=at, person=str(member.person), month=str(month))
    return member


@transaction.atomic
def leave_out(member: CohortMember, *, seen: str | None = None, by: User, at: datetime) -> CohortMember:
    """Ask a person in no month; the person stays known, and can be taken in again. `seen` as for `move`."""
    drive = lock(member.drive, at=at)
    _refuse_moved(member, seen)
    _put(member, None, at=at)
    audit.record("cohort_member.left_out", drive, by=by, at=at, person=str(member.person))
    return member


@transaction.atomic
def add(person: User, *, drive: Drive, month: date, by: User, at: datetime) -> CohortMember:
    """Take a person in who was not there when the drive was split."""
    current = lock(drive, at=at)
    if not person.is_active:
        raise RuleBroken(_("%(person)s can no longer log in and cannot be asked.") % {"person": person})
    if not person.holds(Role(role) for role in current.roles):
        raise RuleBroken(_("%(person)s has none of the roles that this drive asks.") % {"person": person})
    member, is_new = CohortMember.objects.get_or_create(
        drive=current, person=person, defaults={"cohort": _cohort(current, month, at=at)}
    )
    if not is_new:
        raise RuleBroken(_("%(person)s is in this drive already.") % {"person": person})
    audit.record("cohort_member.added", current, by=by, at=at, person=str(person), month=str(month))
    return member


@transaction.atomic
def answer(member: CohortMember, *, note: str, by: User, at: datetime) -> CohortMember:
    """The person has nothing to nominate this time, and says why if it matters."""
    drive = lock(member.drive, at=at)
    rows = CohortMember.objects.filter(pk=member.pk, asked_at__isnull=False)
    if not rows.update(answered_at=at, note=" ".join(note.split())[:500]):
        raise RuleBroken(_("You have not been asked yet; there is nothing to answer."))
    audit.record("cohort_member.answered", drive, by=by, at=at, person=str(member.person), reason=note)
    member.refresh_from_db()
    return member


def claim(member_id: int, *, month: date, at: datetime) -> CohortMember | None:
    """The member, if it is now the caller's to ask; None if somebody else has asked, or nobody is to be asked any more.

    `month` is the last month that is due.
    """
    if not CohortMember.objects.waiting(at, month=month).filter(pk=member_id).exists():
        return None
    # Without the joins: who waited for the row looks again at the row, but not at what was joined to it.
    if not CohortMember.objects.unclaimed(at).filter(pk=member_id, cohort__isnull=False).update(claimed_at=at):
        return None
    return CohortMember.objects.select_related("person", "cohort", "drive").get(pk=member_id)


def release(member: CohortMember) -> None:
    """Give a claimed member back after the mail failed, so that the next run tries again."""
    CohortMember.objects.filter(pk=member.pk, asked_at__isnull=True).update(claimed_at=None)


@transaction.atomic
def note_asked(member: CohortMember, *, at: datetime) -> None:
    """The mail is out: the person is asked, and has a notice of it that is not mailed once more."""
    CohortMember.objects.filter(pk=member.pk).update(asked_at=at)
    key, url = f"drive:{member.pk}", reverse("references:turn_detail", args=[member.pk])
    notices.tell([member.person], key=key, words=partial(_of_turn, member), url=url, at=at)
    Notice.objects.filter(to=member.person, key=key).update(mailed_at=at)
    audit.record("cohort_member.asked", member.drive, by=None, at=at, person=str(member.person))


def _of_turn(member: CohortMember) -> str:
    month = date_format(member.cohort.month, "YEAR_MONTH_FORMAT") if member.cohort else ""
    return _("%(drive)s: in %(month)s it is your turn to nominate.") % {"drive": member.drive, "month": month}


def _refuse_moved(member: CohortMember, seen: str | None) -> None:
    """Nothing, unless somebody else moved the person after the page was shown; the drive is locked."""
    held = CohortMember.objects.select_related("cohort", "person").get(pk=member.pk)
    month = held.cohort.month if held.cohort else None
    if seen is None or seen == (f"{month:%Y-%m}" if month else ""):
        return
    words = _(
        "Somebody has left %(person)s out meanwhile, so nobody was moved. Choose the month again to replace that."
    )
    if month:
        words = _("Somebody has moved %(person)s to %(month)s meanwhile. Choose the month again to replace that.")
    told = {"person": held.person, "month": date_format(month, "YEAR_MONTH_FORMAT") if month else ""}
    raise StaleVersion(words % told, current=held)


def _put(member: CohortMember, cohort: Cohort | None, *, at: datetime) -> None:
    """Only who was not asked yet, and whom no worker is asking now."""
    if not CohortMember.objects.unclaimed(at).filter(pk=member.pk).update(cohort=cohort, claimed_at=None):
        raise RuleBroken(_("%(person)s has been asked already.") % {"person": member.person})
    member.cohort = cohort


def _cohort(drive: Drive, month: date, *, at: datetime) -> Cohort:
    found = drive.cohorts.filter(month=month).first()
    if found is None:
        raise RuleBroken(_("This month is none of the drive's."))
    if month < this_month(at):
        raise RuleBroken(_("This month has passed; choose a later one."))
    return found
