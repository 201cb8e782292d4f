"""Which role may do what on the floor, and the decorator that guards a view.

Permissions are predicates behind `user.has_perm`; there are no permission tables. Each app registers its own in a
module like this one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rules.permissions import add_perm
from rules.predicates import Predicate

from core.choices import Role
from core.models import User

View = Callable[..., HttpResponseBase]


def role_is(*roles: Role) -> Predicate:
    """A predicate that holds for active people with at least one of the roles."""

    def holds(user: User, subject: object = None) -> bool:
        return user.is_active and user.holds(roles)

    return Predicate(holds, name="|".join(roles))


anyone = role_is(*Role)
logged_in = Predicate(lambda user, subject=None: user.is_active, name="logged_in")
administrator = role_is(Role.ADMINISTRATOR)
programme_manager = role_is(Role.PROGRAMME_MANAGER)

add_perm("core.log_in", logged_in)
add_perm("core.use_program", anyone)
add_perm("core.manage_people", administrator)
add_perm("core.read_audit", administrator | programme_manager | role_is(Role.EXECUTIVE))
add_perm("core.configure_programme", programme_manager | administrator)


def requires(permission: str) -> Callable[[View], View]:
    """Guard a view: who lacks the permission is refused with 403, who is not logged in is asked to log in.

    Rights that depend on a row are checked in the view with `permit`, after the row was found through `visible_to`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            permit(request, permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def permit(request: HttpRequest, permission: str, subject: Model | None = None) -> None:
    """Refuse with 403 unless the person may do this (to this row)."""
    if not request.user.has_perm(permission, subject):
        raise PermissionDenied
