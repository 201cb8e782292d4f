"""People and the roles they hold."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rules.permissions import has_perm

from core.choices import Role
from core.models.programme import THE_ONE, Programme
from core.prepared import Question


def initials_of(name: str) -> str:
    """Those of the first and the last word."""
    words = name.split()
    return "".join(word[0] for word in (words if len(words) == 1 else [words[0], words[-1]])).upper()


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def with_role(self, *roles: Role) -> "UserQuerySet":
        """People who hold at least one of the roles now."""
        return self.filter(pk__in=RoleGrant.objects.filter(role__in=roles, revoked_at__isnull=True).values("user_id"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates people by e-mail address; addresses are kept in lower case so that they match in any case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        user: User = self.get(email__iexact=(email or "").strip())
        return user

    def numbered(self, pk: int) -> "User | None":
        """The person of this id, with the programme; asked at every request."""
        found = BY_ID.first_beside(THE_ONE, pk, others=(1,))
        person, programme = found
        if person is not None and programme is not None:
            person.programme = programme
        return person


class User(AbstractUser):
    """A person of the company. The e-mail address is the login; rights follow from `roles` alone.

    `role_list` is a fast copy of the open role grants, kept by `actions.people`, so that a page needs no query to
    know what a person may do; `needs_second_factor` likewise says whether the programme's settings name one of the
    roles. `team` and `region` are where the person works, for drives and rankings; nothing is paid or allowed by them.
    Sessions opened under an earlier `session_epoch` are over.
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    team = models.CharField(_("team"), max_length=100, blank=True, db_default="")
    region = models.CharField(_("region"), max_length=100, blank=True, db_default="")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    locale = models.CharField(_("language and formats"), max_length=10, default="en")
    role_list = models.JSONField(default=list, editable=False)
    needs_second_factor = models.BooleanField(default=False, db_default=False, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def programme(self) -> Programme:
        """The programme's settings as they were when the person came in: for pages, not for what is written."""
        return Programme.current()

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.role_list)

    def holds(self, roles: Iterable[str]) -> bool:
        """Whether the person holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def initials(self) -> str:
        return initials_of(self.name or self.email)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the person's roles allow this (to this row); there are no permission tables to ask."""
        return bool(has_perm(perm, self, obj))

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.holds([Role.ADMINISTRATOR])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match to stay valid: it ends with a new password and with a new epoch."""
        return salted_hmac(
            "core.session", f"{self.password}{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def is_invited(self) -> bool:
        """Whether the person has yet to log in for the first time."""
        return self.is_active and self.last_login is None

    def get_role_names(self) -> list[str]:
        """The roles in words, in the order of the glossary."""
        return [str(role.label) for role in Role if role in self.roles]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name else self.email


BY_ID = Question(lambda pk: User.objects.filter(pk=pk).order_by(), is_planned=True)


class RoleGrant(models.Model):
    """One role held by one person from one moment to another; open while `revoked_at` is empty."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(revoked_at__isnull=True), name="one_open_grant_per_role"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_by__isnull=True) | models.Q(revoked_at__isnull=False),
                name="revoker_only_of_a_revoked_grant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
