"""Drives: prepared, split into months, begun, ended."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.choices import Role
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import Programme, User
from customers.actions.customers import changed_meanwhile, plain
from references.choices import DriveSplit
from references.models import Cohort, CohortMember, Drive
from references.reports.drives import months_mark
from references.rules import drives as rule
from references.rules.nominations import next_month

# By what the people are split: a change of it makes the months anew, and is refused once the drive has begun.
SPLITTING = frozenset(["split", "first_month", "months", "roles"])
EDITABLE = SPLITTING | {"name", "introduction"}


@transaction.atomic
def create(*, values: Mapping[str, Any], by: User, at: datetime) -> Drive:
    """Prepare a drive: the months and who would be asked in them, for everybody to look at before it is begun. Raises
    Duplicate for one of the name and the first month that has not ended."""
    _refuse_unknown(values)
    drive = Drive(**values, created_at=at, created_by=by)
    _check(drive, at=at)
    _refuse_twin(drive)
    drive.save()
    _split(drive)
    audit.record("drive.created", drive, by=by, at=at, name=drive.name)
    return drive


@transaction.atomic
def edit(
    drive: Drive, *, seen_version: int, changes: Mapping[str, Any], seen_months: str = "", by: User, at: datetime
) -> Drive:
    """Write what differs. A drive that has begun keeps its months, and its mail once everybody was asked: what was sent
    is not rewritten. StaleVersion if it changed since `seen_version`; months are made anew only while they are those
    whose mark is `seen_months`, if one is named."""
    _refuse_unknown(changes)
    current = lock(drive, at=at)
    if current.version != seen_version:
        raise StaleVersion(changed_meanwhile(current), current=current)
    fields = {name: [getattr(current, name), value] for name, value in changes.items()}
    fields = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    if not fields:
        return current
    if not current.is_prepared and SPLITTING & fields.keys():
        raise RuleBroken(_("The drive has begun; its months stay as they are. People can be moved one by one."))
    if not current.is_prepared and not current.members.to_ask().exists():
        raise RuleBroken(all_asked())
    if SPLITTING & fields.keys() and seen_months and seen_months != months_mark(current):
        words = _(
            "Somebody moved people of the drive meanwhile; other months put them back where the split does. "
            "Save again if that is meant."
        )
        raise RuleBroken(words)
    for name, (_before, after) in fields.items():
        setattr(current, name, after)
    _check(current, at=at)
    current.version += 1
    current.save()
    if SPLITTING & fields.keys():
        _split(current)
    told = {name: [plain(before), plain(after)] for name, (before, after) in fields.items()}
    audit.record("drive.edited", current, by=by, at=at, fields=told)
    return current


@transaction.atomic
def split(drive: Drive, *, seen: str = "", by: User, at: datetime) -> Drive:
    """Make the months of a prepared drive anew, with everybody who is here now; what was moved by hand is forgotten,
    who was left out stays left out. `seen` as for `begin`."""
    current = lock(drive, at=at)
    if not current.is_prepared:
        raise RuleBroken(_("The drive has begun; its months stay as they are. People can be moved one by one."))
    if seen and seen != months_mark(current):
        words = _("Somebody changed the drive or moved somebody meanwhile; look at the months, then split them anew.")
        raise StaleVersion(words, current=current)
    _split(current)
    current.version += 1
    current.save()
    audit.record("drive.split", current, by=by, at=at)
    return current


@transaction.atomic
def begin(drive: Drive, *, seen: str = "", by: User, at: datetime) -> Drive:
    """From now on the people are asked, each on the first working day of the month.

    `seen` is the mark of the months that the page showed; StaleVersion if they, or the mail, are others now.
    """
    current = lock(drive, at=at)
    if not current.is_prepared:
        raise RuleBroken(_("The drive has begun already."))
    if seen and seen != months_mark(current):
        raise StaleVersion(_("The drive was changed meanwhile; look at it, then begin it."), current=current)
    _check(current, at=at)
    if not current.members.filter(cohort__isnull=False).exists():
        raise RuleBroken(_("Nobody would be asked; look at the roles of the drive first."))
    current.begun_at, current.begun_by = at, by
    current.version += 1
    current.save()
    audit.record("drive.begun", current, by=by, at=at)
    return current


@transaction.atomic
def end(drive: Drive, *, reason: str, by: User, at: datetime) -> Drive:
    """Nobody is asked any more; who was asked, and what came of it, stays."""
    if not reason.strip():
        raise RuleBroken(_("Say why the drive ends; its people may ask."))
    current = lock(drive, at=at)
    current.ended_at, current.ended_by, current.end_reason = at, by, reason.strip()
    current.closes_at = at
    current.version += 1
    current.save()
    audit.record("drive.called_off", current, by=by, at=at, reason=reason.strip())
    return current


def lock(drive: Drive, *, at: datetime) -> Drive:
    """The drive as the database holds it, kept from others; refused if it is over."""
    current = Drive.objects.select_for_update().get(pk=drive.pk)
    if current.ended_at is not None or (current.begun_at is not None and at >= current.closes_at):
        raise RuleBroken(_("The drive “%(drive)s” is over.") % {"drive": current})
    return current


def all_asked() -> str:
    """In words why the mail of a drive is not edited any more."""
    return _("Everybody who is in a month of this drive has been asked; what was sent to them stays as it was sent.")


def this_month(at: datetime) -> date:
    return Programme.current().calendar.day_of(at).replace(day=1)


def _check(drive: Drive, *, at: datetime) -> None:
    drive.first_month = drive.first_month.replace(day=1)
    if not drive.name.strip():
        raise RuleBroken(_("Give the drive a name."))
    if not set(drive.roles) & set(Role.values):
        raise RuleBroken(_("Choose who is asked: at least one role."))
    if drive.is_prepared and drive.first_month < this_month(at):
        raise RuleBroken(_("The first month has passed; choose the running month or a later one."))
    after = next_month(rule.months_from(drive.first_month, drive.months)[-1])
    drive.closes_at = datetime.combine(after, time.min, Programme.current().calendar.zone)


def _refuse_twin(drive: Drive) -> None:
    """A form that is sent twice prepares one drive."""
    User.objects.select_for_update().get(pk=drive.created_by_id)
    same_month = Drive.objects.filter(first_month=drive.first_month, ended_at=None)
    twins = [one for one in same_month if one.name.strip().casefold() == drive.name.strip().casefold()]
    if twins:
        words = _("A drive “%(drive)s” that begins in the same month is here already; give this one another name.")
        raise Duplicate(words % {"drive": twins[0]}, existing=twins)


def _split(drive: Drive) -> None:
    left_out = {*drive.members.filter(cohort=None).values_list("person", flat=True)}
    drive.members.all().delete()
    drive.cohorts.all().delete()
    people = User.objects.active().with_role(*(Role(role) for role in drive.roles))
    here = list(people.order_by("pk"))
    asked = [rule.Asked(one.pk, str(one), _group(one, drive.split)) for one in here if one.pk not in left_out]
    by_name = drive.split == DriveSplit.LAST_NAME
    parts = (rule.split_by_last_name if by_name else rule.split_by_group)(asked, months=drive.months)
    months = rule.months_from(drive.first_month, drive.months)
    cohorts = Cohort.objects.bulk_create(
        Cohort(drive=drive, month=month, label=_label(drive.split, part.names))
        for month, part in zip(months, parts, strict=True)
    )
    CohortMember.objects.bulk_create(
        CohortMember(drive=drive, cohort=cohort, person_id=pk)
        for cohort, part in zip(cohorts, parts, strict=True)
        for pk in part.people
    )
    CohortMember.objects.bulk_create(CohortMember(drive=drive, person=one) for one in here if one.pk in left_out)


def _group(person: User, split_by: str) -> str:
    return {DriveSplit.TEAM: person.team, DriveSplit.REGION: person.region}.get(DriveSplit(split_by), "")


def _label(split_by: str, names: tuple[str, ...]) -> str:
    if split_by == DriveSplit.LAST_NAME:
        return "–".join(names)
    nobody = _("without a team") if split_by == DriveSplit.TEAM else _("without a region")
    return ", ".join(name or nobody for name in names)[:300]


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = values.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not what is said of a drive: {', '.join(sorted(unknown))}")
