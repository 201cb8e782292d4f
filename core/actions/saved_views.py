"""Saved views: kept, shared with the company, forgotten."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.http import QueryDict
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
def respell(name: str, *, value: str, into: str, by: User | None, at: datetime) -> int:
    """Let every view that narrows by this value of the filter `name` narrow by its new spelling, whoever keeps it.

    Returns how many there were. One that would be too long is left as it is.
    """
    changed = 0
    for view in SavedView.objects.select_for_update().filter(query__contains=name).order_by("pk"):
        asked, before = QueryDict(view.query, mutable=True), view.query
        if value not in asked.getlist(name):
            continue
        asked.setlist(name, list(dict.fromkeys(into if one == value else one for one in asked.getlist(name))))
        if len(asked.urlencode()) > LONGEST_QUERY:
            continue
        view.query = asked.urlencode()
        view.save(update_fields=["query"])
        audit.record("saved_view.respelled", view, by=by, at=at, page=view.page, before=before, after=view.query)
        changed += 1
    return changed


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
