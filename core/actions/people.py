"""People: created, given and denied roles, deactivated."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.both_sides import mark
from core.choices import Role
from core.errors import RuleBroken, StaleVersion
from core.models import ApiToken, Programme, RoleGrant, User


@transaction.atomic
def create(
    email: str, *, name: str = "", roles: Iterable[str], password: str | None = None, by: User | None, at: datetime
) -> User:
    """A person with these roles. Without a password the person sets one through the invitation mail."""
    Programme.locked()
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise RuleBroken(_("There is already a person with the address %(email)s.") % {"email": email})
    user = User.objects.create_user(email, password, name=_one_line(name), locale=settings.LANGUAGE_CODE)
    audit.record("person.created", user, by=by, at=at)
    return set_roles(user, roles=roles, by=by, at=at)


@transaction.atomic
def set_roles(user: User, *, roles: Iterable[str], by: User | None, at: datetime) -> User:
    """Grant and revoke so that the person holds exactly these roles; what is held already stays as it is."""
    wanted, held = {Role(role).value for role in roles}, set(user.roles)
    if user == by and Role.ADMINISTRATOR in held - wanted:
        raise RuleBroken(_("You cannot take the administrator role from yourself; ask another administrator."))
    if Role.ADMINISTRATOR in held - wanted:
        _refuse_last_administrator(user)
    RoleGrant.objects.filter(user=user, role__in=held - wanted, revoked_at__isnull=True).update(
        revoked_at=at, revoked_by=by
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=role, granted_at=at, granted_by=by) for role in sorted(wanted - held)
    )
    user.role_list = sorted(wanted)
    user.is_staff = Role.ADMINISTRATOR in wanted
    asked = Programme.objects.values_list("second_factor_roles", flat=True).first()
    user.needs_second_factor = not wanted.isdisjoint(asked or [])
    user.save(update_fields=["role_list", "is_staff", "needs_second_factor"])
    audit.record("person.roles_set", user, by=by, at=at, before=sorted(held), after=sorted(wanted))
    return user


@transaction.atomic
def apply_second_factor(programme: Programme) -> None:
    """Bring what the programme's settings ask of roles to the people who hold them; the settings have the event."""
    asked = User.objects.with_role(*programme.second_factor_roles)
    User.objects.filter(needs_second_factor=True).exclude(pk__in=asked.values("pk")).update(needs_second_factor=False)
    asked.filter(needs_second_factor=False).update(needs_second_factor=True)


def _refuse_last_administrator(user: User) -> None:
    """Somebody must be left who looks after people. The programme is locked first: of two administrators who end each
    other at the same moment one comes second and sees what the first one did."""
    Programme.locked()
    administrators = User.objects.active().with_role(Role.ADMINISTRATOR)
    if administrators.filter(pk=user.pk).exists() and not administrators.exclude(pk=user.pk).exists():
        words = _("%(user)s is the only administrator; make somebody else one first.")
        raise RuleBroken(words % {"user": user})


@transaction.atomic
def set_active(user: User, *, active: bool, by: User | None, at: datetime) -> User:
    """Let a person in or shut the person out; a person who is shut out keeps name and history.

    Shutting out ends every session and revokes every API token, so that letting in again revives none of them.
    """
    if user == by and not active:
        raise RuleBroken(_("You cannot deactivate yourself; ask another administrator."))
    if not active:
        _refuse_last_administrator(user)
    user.is_active = active
    if not active:
        user.session_epoch += 1
        ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at)
    user.save(update_fields=["is_active", "session_epoch"])
    audit.record("person.activated" if active else "person.deactivated", user, by=by, at=at)
    return user


@transaction.atomic
def set_password(user: User, *, password: str, by: User | None, at: datetime) -> User:
    """A new password; it ends the sessions that were opened with the old one."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("person.password_set", user, by=by, at=at)
    return user


def profile_mark(user: User) -> int:
    """What `edit` compares: what the page of a profile shows."""
    return mark({name: getattr(user, name) for name in ("name", "time_zone", "locale")})


def administered_mark(user: User) -> int:
    """What `administer` compares: what the page of people administration shows."""
    told = {name: getattr(user, name) for name in ("name", "team", "region", "is_active")}
    return mark(told | {"roles": sorted(user.roles)})


@transaction.atomic
def edit(
    user: User, *, name: str, time_zone: str, locale: str, seen: int | None = None, by: User | None, at: datetime
) -> User:
    """Change how a person is called and in which form the person reads dates and numbers. StaleVersion if the
    `profile_mark` is not the one that was seen."""
    _refuse_stale(user, profile_mark, seen)
    return _write(user, {"name": _one_line(name), "time_zone": time_zone, "locale": locale}, by=by, at=at)


def _refuse_stale(user: User, mark_of: Callable[[User], int], seen: int | None) -> None:
    """Who names nothing has seen the person just now."""
    current = User.objects.select_for_update().get(pk=user.pk)
    if seen is not None and mark_of(current) != seen:
        words = _("Somebody else changed %(person)s while you were editing. Nothing of yours is saved yet.")
        raise StaleVersion(words % {"person": current}, current=current)


def _write(user: User, wanted: Mapping[str, str], *, by: User | None, at: datetime) -> User:
    changed = {field: value for field, value in wanted.items() if getattr(user, field) != value}
    for field, value in changed.items():
        setattr(user, field, value)
    if changed:
        user.save(update_fields=list(changed))
        audit.record("person.edited", user, by=by, at=at, changed=changed)
    return user


@transaction.atomic
def administer(
    user: User,
    *,
    name: str,
    roles: Iterable[str],
    team: str = "",
    region: str = "",
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> User:
    """What an administrator sets about a person in one go; what stays as it was leaves no trace. StaleVersion if the
    `administered_mark` is not the one that was seen."""
    _refuse_stale(user, administered_mark, seen)
    _write(user, {"name": _one_line(name), "team": _one_line(team), "region": _one_line(region)}, by=by, at=at)
    wanted = set(roles)
    return user if wanted == user.roles else set_roles(user, roles=wanted, by=by, at=at)


@transaction.atomic
def end_sessions(user: User, *, by: User | None, at: datetime) -> User:
    """Log the person out on every device at once."""
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
    audit.record("person.logged_out_everywhere", user, by=by, at=at)
    return user


def _one_line(name: str) -> str:
    """A name stands in mails and lists, so it has no line breaks."""
    return " ".join(name.split())
