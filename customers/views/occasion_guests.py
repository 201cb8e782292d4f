"""The guests of an occasion: who was invited, who answered, who was there."""

from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.exports import csv_response
from core.forms import passed_over
from core.paging import keyset_page
from core.permissions import requires
from core.requests import PersonRequest, render_page_or_partial, without_cursor
from customers.actions import occasions as actions
from customers.choices import GuestDeed, OccasionKind
from customers.forms.occasions import GuestForm
from customers.forms.troubles import TroubleSearch
from customers.models import Occasion, OccasionInvitation
from customers.reports import occasions as report
from customers.views.evangelists import today
from customers.views.occasions import few, occasion_of

PAGE_SIZE: Final = 100
UNINVITED: Final = GuestDeed.UNINVITED
AFTERWARDS: Final = (GuestDeed.ATTENDED, GuestDeed.ABSENT, GuestDeed.UNKNOWN)


@require_safe
@requires("customers.view_customers")
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """Everyone who was invited, by name; the address narrows them."""
    occasion, asked = occasion_of(request, pk), TroubleSearch(request.GET, choices=report.GUESTS_SHOWN)
    search, show = asked.wanted()
    rows = report.guests(occasion, search=search, show=show).select_related(
        "contact__customer", "occasion", "invited_by"
    )
    is_over = occasion.is_over(today())
    context = {
        "occasion": occasion,
        "numbers": report.lines([occasion])[0].numbers,
        "page": keyset_page(rows, order=report.GUEST_ORDER, cursor=request.GET.get("cursor"), size=PAGE_SIZE),
        "total": rows.count(),
        "is_over": is_over,
        "is_personal": occasion.kind == OccasionKind.PERSONAL,
        "deeds": [deed for deed in GuestDeed if is_over or deed not in AFTERWARDS],
        "search": search,
        "show": show,
        "choices": report.GUESTS_SHOWN,
        "passed_over": passed_over(asked),
        "query": without_cursor(request).urlencode(),
        "export_address": reverse("customers:occasion_guests_export", args=[pk]),
    }
    return render_page_or_partial(request, "customers/occasion_detail.html", "guest-list", context)


@require_safe
@requires("customers.export_customers")
def export(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """The guests as they are narrowed, without paging."""
    occasion = occasion_of(request, pk)
    search, show = TroubleSearch(request.GET, choices=report.GUESTS_SHOWN).wanted_exactly()
    rows = report.guests(occasion, search=search, show=show)
    return csv_response(f"guests-{occasion.held_on:%Y-%m-%d}.csv", report.guest_header(), report.guest_rows(rows))


@require_POST
@requires("customers.edit_contacts")
def note(request: PersonRequest, pk: int) -> HttpResponse:
    """What the ticked guests, or all that are shown, answered, or whether they were there."""
    occasion = occasion_of(request, pk)
    search, show = TroubleSearch(request.GET, choices=report.GUESTS_SHOWN).wanted_exactly()
    form, back = GuestForm(request.POST), f"{reverse('customers:occasion_detail', args=[pk])}?{request.GET.urlencode()}"
    if not form.is_valid():
        messages.error(request, " ".join(str(words) for errors in form.errors.values() for words in errors))
        return redirect(back)
    rows, said = report.guests(occasion, search=search, show=show), form.cleaned_data
    chosen = rows if said["everyone"] else rows.filter(pk__in=said["ticked"])
    gone = 0 if said["everyone"] else len(set(said["ticked"])) - chosen.count()
    try:
        _note(request, occasion, chosen, deed=said["deed"], seen=said["seen"])
        if gone and gone < len(said["ticked"]):
            messages.warning(request, _gone(gone))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def _note(
    request: PersonRequest,
    occasion: Occasion,
    chosen: QuerySet[OccasionInvitation],
    *,
    deed: str,
    seen: Mapping[int, str],
) -> None:
    """Note it, and say of whom it was not noted and why."""
    staying = list(actions.staying(chosen).values_list("contact__name", flat=True)) if deed == UNINVITED else []
    count = actions.note(occasion, guests=chosen, deed=deed, seen=seen, by=request.user, at=timezone.now())
    # What was noted just now is as the deed says, so what differs still is what somebody else was first to note.
    meanwhile = actions.noted_meanwhile(chosen, deed=deed, seen=seen)
    passed_over = [_meanwhile([guest.contact.name for guest in meanwhile.values()])] if meanwhile else []
    passed_over += _absent(report.absent(chosen, occasion, deed)) if deed in actions.PRESENT else []
    passed_over += [_staying(staying)] if staying and count else []
    if count or not passed_over:
        messages.add_message(request, *_noted(count, deed, is_anybody=bool(count) or chosen.exists()))
    for words in passed_over:
        messages.warning(request, words)


def _staying(names: list[str]) -> str:
    words = ngettext(
        "%(count)s guest stays invited, having answered or been noted as there or not: %(names)s",
        "%(count)s guests stay invited, having answered or been noted as there or not: %(names)s",
        len(names),
    )
    return words % {"count": len(names), "names": few(names)}


def _gone(count: int) -> str:
    words = ngettext(
        "%(count)s of those ticked is no guest that is shown here any more.",
        "%(count)s of those ticked are no guests that are shown here any more.",
        count,
    )
    return words % {"count": count}


def _meanwhile(names: list[str]) -> str:
    words = ngettext(
        "Of %(count)s guest somebody else noted something meanwhile, which stands; tick again to replace it: %(names)s",
        "Of %(count)s guests somebody else noted something meanwhile, which stands; tick them again to replace it: "
        "%(names)s",
        len(names),
    )
    return words % {"count": len(names), "names": few(names)}


def _absent(told: report.Absent) -> list[str]:
    """Of whom that cannot be true, and why."""
    left = ngettext(
        "%(count)s guest has left the customer before the day and is passed over: %(names)s",
        "%(count)s guests have left the customer before the day and are passed over: %(names)s",
        len(told.left),
    )
    customer_left = ngettext(
        "%(count)s guest is passed over, as the customer has left by the day: %(names)s",
        "%(count)s guests are passed over, as their customers have left by the day: %(names)s",
        len(told.customer_left),
    )
    return [
        words % {"count": len(names), "names": few(names)}
        for names, words in ((told.left, left), (told.customer_left, customer_left))
        if names
    ]


def _noted(count: int, deed: str, *, is_anybody: bool) -> tuple[int, str]:
    """How the message looks and what it says; `is_anybody` tells whether a guest was chosen at all."""
    if count and deed == GuestDeed.UNINVITED:
        words = ngettext("%(count)s invitation is taken back.", "%(count)s invitations are taken back.", count)
        return messages.SUCCESS, words % {"count": count}
    if count:
        words = ngettext("Noted for %(count)s guest.", "Noted for %(count)s guests.", count)
        return messages.SUCCESS, words % {"count": count}
    if not is_anybody:
        return messages.ERROR, _("Nothing changed: none of those who were chosen is a guest that is shown here.")
    if deed == GuestDeed.UNINVITED:
        words = _("Nothing changed: who has answered, or of whom it is noted whether they were there, stays invited.")
        return messages.ERROR, words
    return messages.SUCCESS, _("Nothing changed: that was noted of them already.")
