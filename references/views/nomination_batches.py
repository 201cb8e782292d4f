"""The nominations that are ticked in their list, accepted at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.permissions import requires
from core.requests import PersonRequest, without_cursor
from references.actions import nomination_batches as actions
from references.actions.nomination_batches import Batch
from references.forms.nomination_batches import AcceptManyForm
from references.models import Nomination
from references.views.nomination_offers import DECIDE


@require_POST
@requires(DECIDE)
def accept(request: PersonRequest) -> HttpResponse:
    """Accept the chosen as the page showed them, most urgent first; back to the list as it was narrowed."""
    form, back = AcceptManyForm(request.POST), reverse("references:nomination_index")
    if query := without_cursor(request).urlencode():
        back = f"{back}?{query}"
    if not form.is_valid():
        messages.error(request, " ".join(str(words) for errors in form.errors.values() for words in errors))
        return redirect(back)
    seen = form.cleaned_data["seen"]
    rows = Nomination.objects.visible_to(request.user).filter(pk__in=seen).select_related("customer")
    found = [(row, seen[row.pk]) for row in rows.order_by("due_on", "pk")]
    batch = actions.accept_each(found, by=request.user, at=timezone.now())
    messages.add_message(request, *_told(batch, unknown=len(seen) - len(found)))
    return redirect(back)


def _told(batch: Batch, *, unknown: int) -> tuple[int, str]:
    """How the message looks and what it says: how many, and each that was left with its reason."""
    accepted, left = len(batch.accepted), len(batch.left)
    words = [_accepted(accepted)]
    if left:
        words.append(ngettext("%(n)s is left as it was.", "%(n)s are left as they were.", left) % {"n": left})
        words += [f"{one.nomination}: {one.reason}" for one in batch.left]
    if unknown:
        gone = ngettext(
            "%(n)s of the chosen is not here any more.", "%(n)s of the chosen are not here any more.", unknown
        )
        words.append(gone % {"n": unknown})
    mixed = messages.WARNING if accepted else messages.ERROR
    return mixed if left or not accepted else messages.SUCCESS, " ".join(words)


def _accepted(count: int) -> str:
    if not count:
        return _("No nomination is accepted.")
    words = ngettext(
        "%(n)s nomination is accepted; the nominators are told of the month.",
        "%(n)s nominations are accepted; the nominators are told of the months.",
        count,
    )
    return words % {"n": count}
