"""The person's notices, and the bell of every page."""

from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from core.actions.notices import mark_read as mark_all_read
from core.at_once import at_once
from core.forms import passed_over
from core.models import Notice
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial
from core.texts import named_id
from people.actions.notices import mark_read
from people.forms import NoticeSearch

PAGE = 30


@require_safe
@requires("core.log_in")
def index(request: PersonRequest) -> HttpResponse:
    mine = Notice.objects.visible_to(request.user)
    search = NoticeSearch(request.GET)
    words, only_unread = search.wanted
    found = mine.unread() if only_unread else mine
    found = found.filter(text__icontains=words) if words else found
    page = keyset_page(found, order=["-created_at", "-pk"], cursor=request.GET.get("cursor"), size=PAGE)
    context = {"page": page, "only_unread": only_unread, "words": words, "passed_over": passed_over(search)}
    context |= mine.unread().aggregate(unread=Count("pk"), newest=Max("pk"))
    return render_page_or_partial(request, "people/notice_list.html", "notice-list", context)


@require_safe
@requires("core.log_in")
def open_notice(request: PersonRequest, pk: int) -> HttpResponse:
    """Go where the notice leads; from then on it is read, unless the database is kept busy just then."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    with at_once():
        mark_read(notice, at=timezone.now())
    is_ours = notice.url.startswith("/") and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if is_ours else "people:notice_list")


@require_POST
@requires("core.log_in")
def read_all(request: PersonRequest) -> HttpResponse:
    seen = request.POST.get("newest")
    count = mark_all_read(request.user, newest=named_id(seen) if seen else None, at=timezone.now())
    messages.success(request, gettext("Marked as read: %(count)s") % {"count": count})
    return redirect("people:notice_list")
