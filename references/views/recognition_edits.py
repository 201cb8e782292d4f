"""A letter's words are changed; where the letter has moved on meanwhile, nobody loses what they typed."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
from core.models import User
from core.permissions import permit, requires
from core.requests import PersonRequest
from customers.reports import conflicts
from references.actions import recognitions as actions
from references.choices import RecognitionState as State
from references.forms.recognitions import LetterForm
from references.models import Recognition
from references.reports import recognitions as report
from references.views.recognition_deeds import refuse_other_signers, waits_for

EDIT: Final = "references.edit_recognition"


@requires("core.log_in")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change the words; who is asked to sign may sign in the same go. The letter itself says who may: whoever lost the
    role while typing still gets the text back."""
    letter = _letter(request, pk)
    if not request.user.has_perm(EDIT, letter):
        return _kept(request, letter)
    is_signing = letter.state == State.TO_SIGN
    form = _form(request.POST if request.method == "POST" else None, letter, is_signing=is_signing)
    if form.is_bound and form.is_valid():
        typed = form.values()
        try:
            return _edited(request, form, letter)
        except StaleVersion as stale:
            both = form.press_again(_form(None, stale.current, is_signing=is_signing), stale)
            theirs = conflicts.of_row(stale.current, typed, among=both)
            return _page(request, form, letter, may_sign=is_signing, conflicts=theirs, status=409)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return _page(request, form, letter, may_sign=is_signing)


def _form(sent: QueryDict | None, letter: Recognition, *, is_signing: bool) -> LetterForm:
    initial = {name: getattr(letter, name) for name in ("signer", "subject", "text", "published", "version")}
    return LetterForm(sent, initial=initial, is_signing=is_signing)


def _letter(request: PersonRequest, pk: int) -> Recognition:
    """A letter that the person may read, or was to sign when they began to type."""
    letter = report.listed(Recognition.objects.filter(pk=pk)).first()
    if letter is None:
        raise Http404
    is_visible = Recognition.objects.visible_to(request.user).filter(pk=pk).exists()
    if not (is_visible or (_has_typed(request) and report.was_asked(request.user, letter))):
        raise Http404
    return letter


def _has_typed(request: PersonRequest) -> bool:
    return request.method == "POST" and bool(request.POST.get("text"))


def _kept(request: PersonRequest, letter: Recognition) -> HttpResponse:
    """What was typed, to be copied, and why it is not saved; 403 for who typed nothing or never could."""
    user = request.user
    could = letter.drafted_by_id == user.pk or user.has_perm("references.draft_recognition", letter)
    if not (_has_typed(request) and (could or report.was_asked(user, letter))):
        refuse_other_signers(user, letter)
        raise PermissionDenied
    form = LetterForm(request.POST, is_signing="signer" not in request.POST)
    form.seal()
    may_read = Recognition.objects.visible_to(user).filter(pk=letter.pk).exists()
    return _page(request, form, letter, moved_on=_moved_on(user, letter), may_read=may_read)


def _moved_on(user: User, letter: Recognition) -> str:
    """Why somebody who could change the letter a moment ago cannot any more."""
    if letter.state == State.TO_SIGN and letter.signer_id != user.pk:
        return waits_for(letter)
    if letter.state == State.DRAFT and letter.drafted_by_id != user.pk:
        return _("The letter is a draft again; %(drafter)s changes it now.") % {"drafter": letter.drafted_by}
    return {
        State.TO_SIGN: _("Only executives sign letters."),
        State.DRAFT: _("Only programme managers and sales management draft letters."),
        State.WITHDRAWN: _("The letter was given up meanwhile."),
        State.SIGNED: _("A signed letter is not changed any more."),
    }[State(letter.state)]


def _page(
    request: PersonRequest, form: LetterForm, letter: Recognition, *, status: int = 422, **more: Any
) -> HttpResponse:
    context = {"form": form, "letter": letter, "person": letter.person, "nomination": letter.nomination}
    context |= {"may_read": True} | more
    return render(request, "references/recognition_form.html", context, status=status if form.is_bound else 200)


def _edited(request: PersonRequest, form: LetterForm, letter: Recognition) -> HttpResponse:
    seen, now = form.cleaned_data["version"] or 0, timezone.now()
    if "sign" in request.POST:
        permit(request, "references.sign_recognition", letter)
        actions.sign(letter, seen_version=seen, changes=form.values(), by=request.user, at=now)
        messages.success(request, _("Signed; the letter is on its way."))
    else:
        actions.edit(letter, seen_version=seen, changes=form.values(), by=request.user, at=now)
        messages.success(request, _("The letter is saved."))
    return redirect("references:recognition_detail", letter.pk)
