"""What is done with a letter: one address for each deed."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleBroken, StaleVersion
from core.models import User
from core.permissions import View, permit, requires
from core.requests import PersonRequest
from references.choices import RecognitionState as State
from references.models import Recognition
from references.views.recognition_page import DEEDS, Deed, show
from references.views.refusals import Refused, refused


def refuse_other_signers(user: User, letter: Recognition) -> None:
    """Refuse with the reason: it is not the role that is missing, the letter waits for somebody else."""
    if letter.state == State.TO_SIGN and letter.signer_id != user.pk:
        raise PermissionDenied(waits_for(letter))


def waits_for(letter: Recognition) -> str:
    """Why nobody else changes or signs a letter that waits for a signature."""
    words = _("This letter waits for the signature of %(signer)s, who alone changes and signs it.")
    if letter.is_stranded:
        words = _("This letter waits for %(signer)s, who cannot sign any more. Give it to another executive.")
    return words % {"signer": letter.signer}


def _do(request: PersonRequest, pk: int, *, deed: Deed) -> HttpResponse:
    letter = get_object_or_404(Recognition.objects.visible_to(request.user), pk=pk)
    if deed.name == "sign":
        refuse_other_signers(request.user, letter)
    permit(request, deed.permission, letter)
    form = deed.form(request.POST, auto_id=f"id_{deed.name}_%s")
    if not form.is_valid():
        return _refuse(request, letter, refused(deed.name, deed.label, form), deed=deed)
    try:
        _refuse_stale(request, letter)
        deed.act(letter, **form.cleaned_data, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        return _refuse(request, letter, refused(deed.name, deed.label, form, str(refusal)), deed=deed)
    messages.success(request, deed.done)
    return redirect("references:recognition_detail", pk)


def _refuse_stale(request: PersonRequest, letter: Recognition) -> None:
    if request.POST.get("version", str(letter.version)) != str(letter.version):
        raise StaleVersion(_("The letter was changed since you opened it. Read it again."), current=letter)


def _refuse(request: PersonRequest, letter: Recognition, refused: Refused, *, deed: Deed) -> HttpResponse:
    """The page with the panel open where something was typed; else the refusal stands above the page."""
    if deed.asks:
        return show(request, letter.pk, refused=refused)
    messages.error(request, refused.words)
    return redirect("references:recognition_detail", letter.pk)


def view_of(name: str) -> View:
    """The view that does one deed, for those who may."""
    return require_POST(requires(DEEDS[name].permission)(partial(_do, deed=DEEDS[name])))


sign, ask, hand_over, return_to_draft, withdraw, take_down = (
    view_of(name) for name in ("sign", "ask", "hand_over", "return", "withdraw", "take_down")
)
