"""Saved views: kept, shared with the company, forgotten."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import SavedView, User
from core.texts import plain

LONGEST_QUERY: Final = 2000


@transaction.atomic
def save(
    owner: User, *, page: str, name: str, query: str, is_shared: bool = False, by: User | None, at: datetime
) -> SavedView:
    """Keep a page's filters under a name; a name the owner has used on that page is overwritten."""
    if "\0" in name + page + query:
        raise RuleBroken(_("The name of a view cannot hold control characters."))
    name = plain(name, line_break=" ").strip()
    if not name:
        raise RuleBroken(_("Give the view a name."))
    if len(name) > 80:
        raise RuleBroken(_("The name of a view has at most 80 characters."))
    if len(query) > LONGEST_QUERY:
        raise RuleBroken(_("These filters are too long to be kept; choose fewer of them."))
    view, _is_new = SavedView.objects.update_or_create(
        owner=owner, page=page, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    audit.record("saved_view.saved", view, by=by, at=at, page=page, query=query, is_shared=is_shared)
    return view


@transaction.atomic
def share(view: SavedView, *, is_shared: bool, by: User | None, at: datetime) -> SavedView:
    """Show the view to everyone, or to its owner only."""
    view.is_shared = is_shared
    view.save(update_fields=["is_shared"])
    audit.record("saved_view.shared" if is_shared else "saved_view.kept_private", view, by=by, at=at, page=view.page)
    return view


@transaction.atomic
def delete(view: SavedView, *, by: User | None, at: datetime) -> None:
    """Forget the view; what it showed stays where it is."""
    audit.record("saved_view.deleted", view, by=by, at=at, page=view.page, query=view.query)
    view.delete()
