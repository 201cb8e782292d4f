"""Members of the one global team: joined, given another target bonus, left, entered by mistake. Never for a quarter
already paid."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core import audit
from core.both_sides import mark
from core.errors import RuleBroken, StaleVersion
from core.models import AuditEvent, Programme, User
from core.quarters import Quarter
from references.models import BonusStatement, PayMember


@transaction.atomic
def add(user: User, *, target_bonus: Decimal, from_quarter: Quarter, by: User | None, at: datetime) -> PayMember:
    """Take a person into the team from a quarter on, with the bonus paid for a quarter at 100 % of target."""
    Programme.locked()
    _refuse_paid(from_quarter)
    _refuse_negative(target_bonus)
    if not user.is_active:
        raise RuleBroken(_("%(user)s can no longer log in and cannot join the team.") % {"user": user})
    User.objects.select_for_update().get(pk=user.pk)
    if _overlapping(user, from_quarter):
        raise RuleBroken(
            _("%(user)s is a member in %(quarter)s or later already; change that membership instead.")
            % {"user": user, "quarter": from_quarter}
        )
    member = PayMember.objects.create(user=user, target_bonus=target_bonus, from_quarter=from_quarter.label)
    audit.record("pay_member.added", member, by=by, at=at, target_bonus=str(target_bonus))
    return member


def member_mark(member: PayMember) -> int:
    """What tells one state of a membership from another."""
    return mark({"target_bonus": f"{member.target_bonus.normalize():f}", "until_quarter": member.until_quarter})


@transaction.atomic
def change(
    member: PayMember,
    *,
    target_bonus: Decimal,
    from_quarter: Quarter,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> PayMember:
    """Another target bonus from a quarter on; what was agreed for the quarters before stays as it was. StaleVersion if
    the `member_mark` is not the one that was seen."""
    Programme.locked()
    _refuse_paid(from_quarter)
    _refuse_negative(target_bonus)
    member = _locked(member)
    _refuse_outside(member, from_quarter, seen=seen)
    _refuse_changed(member, seen)
    before = member.target_bonus
    if target_bonus == before:
        raise RuleBroken(_("This is the target bonus of %(user)s already; nothing is changed.") % {"user": member.user})
    if from_quarter.label == member.from_quarter:
        member.target_bonus = target_bonus
        member.save(update_fields=["target_bonus"])
        changed = member
    else:
        until, member.until_quarter = member.until_quarter, from_quarter.previous.label
        member.save(update_fields=["until_quarter"])
        changed = PayMember.objects.create(
            user=member.user, target_bonus=target_bonus, from_quarter=from_quarter.label, until_quarter=until
        )
    audit.record("pay_member.changed", changed, by=by, at=at, target_bonus=[str(before), str(target_bonus)])
    return changed


@transaction.atomic
def end(
    member: PayMember, *, until_quarter: Quarter, seen: int | None = None, by: User | None, at: datetime
) -> PayMember:
    """The last quarter in which the person is paid as a member of the team. StaleVersion as in `change`."""
    Programme.locked()
    member = _locked(member)
    # From the earlier of both ends on the person was paid as a member, or was not; a quarter paid so stays so.
    before = Quarter.parse(member.until_quarter) if member.until_quarter else until_quarter
    _refuse_paid(min(before, until_quarter).next)
    if until_quarter.label < member.from_quarter:
        raise RuleBroken(
            _("The membership begins in %(quarter)s; it cannot end before.") % {"quarter": member.from_quarter}
        )
    _refuse_followed(member, until_quarter, seen=seen)
    _refuse_changed(member, seen)
    member.until_quarter = until_quarter.label
    member.save(update_fields=["until_quarter"])
    audit.record("pay_member.ended", member, by=by, at=at, until_quarter=until_quarter.label)
    return member


@transaction.atomic
def remove(member: PayMember, *, seen: int | None = None, by: User | None, at: datetime) -> None:
    """Take back what was entered by mistake, before it is paid. The membership whose bonus it changed goes on in its
    place; one that had ended before stays ended. StaleVersion as in `change`."""
    Programme.locked()
    member = _locked(member)
    _refuse_changed(member, seen)
    if (paid := member.statements().first()) is not None:
        words = _("The bonus statement of %(quarter)s has been issued on it; end the membership instead.")
        raise RuleBroken(words % {"quarter": paid})
    begins = Quarter.parse(member.from_quarter)
    before = PayMember.objects.filter(user=member.user, until_quarter=begins.previous.label).first()
    has_joined = AuditEvent.objects.filter(event="pay_member.added", subject_id=member.pk).exists()
    if before is not None and not has_joined:
        before.until_quarter = member.until_quarter
        before.save(update_fields=["until_quarter"])
    told = {name: str(getattr(member, name)) for name in ("target_bonus", "from_quarter", "until_quarter")}
    audit.record("pay_member.removed", member, by=by, at=at, **told)
    member.delete()


def _locked(member: PayMember) -> PayMember:
    """The membership as the database holds it, with the person's others kept from changing."""
    User.objects.select_for_update().get(pk=member.user_id)
    found = PayMember.objects.select_for_update().select_related("user").filter(pk=member.pk).first()
    if found is None:
        raise RuleBroken(_("Somebody removed this membership of %(user)s meanwhile.") % {"user": member.user})
    return found


def _changed(member: PayMember, seen: int | None) -> str:
    """In words that it is not what somebody saw; empty if it is, and for who names nothing."""
    if seen is None or seen == member_mark(member):
        return ""
    words = _("Somebody else changed the membership of %(user)s while you were editing. Nothing of yours is saved yet.")
    return words % {"user": member.user}


def _refuse_changed(member: PayMember, seen: int | None) -> None:
    if words := _changed(member, seen):
        raise StaleVersion(words, current=member)


def _refuse_followed(member: PayMember, quarter: Quarter, *, seen: int | None) -> None:
    """A quarter of the person's membership that comes after this one: no second press here changes that one."""
    later = PayMember.objects.filter(user=member.user, from_quarter__gt=member.from_quarter)
    after = later.filter(from_quarter__lte=quarter.label).order_by("-from_quarter").first()
    if after is None:
        return
    bonus = number_format(after.target_bonus, force_grouping=True)
    words = _("From %(quarter)s on %(user)s has another membership, with a target bonus of %(bonus)s; change that one.")
    told = words % {"quarter": after.from_quarter, "user": after.user, "bonus": bonus}
    raise RuleBroken(f"{_changed(member, seen)} {told}".strip())


def _refuse_outside(member: PayMember, quarter: Quarter, *, seen: int | None) -> None:
    """A quarter before the membership begins, after it ends, or of one that comes after it."""
    _refuse_followed(member, quarter, seen=seen)
    if quarter.label < member.from_quarter or (member.until_quarter and quarter.label > member.until_quarter):
        told = _("%(quarter)s is outside this membership.") % {"quarter": quarter}
        raise RuleBroken(f"{_changed(member, seen)} {told}".strip())


def _overlapping(user: User, from_quarter: Quarter) -> bool:
    memberships = PayMember.objects.filter(user=user)
    later = memberships.filter(from_quarter__gte=from_quarter.label)
    return memberships.in_quarter(from_quarter.label).exists() or later.exists()


def _refuse_paid(quarter: Quarter) -> None:
    paid = BonusStatement.objects.filter(closing__quarter__gte=quarter.label).first()
    if paid is not None:
        raise RuleBroken(
            _("The bonus statement of %(quarter)s has been issued; choose a later quarter.") % {"quarter": paid}
        )


def _refuse_negative(target_bonus: Decimal) -> None:
    if target_bonus < 0:
        raise RuleBroken(_("A target bonus cannot be negative."))
