"""What is done with a letter: one address for each deed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.models import User
from core.permissions import View, permit, requires
from core.requests import PersonRequest
from references.actions import recognitions as actions
from references.choices import RecognitionState as State
from references.forms.nominations import EmptyForm, ReasonForm
from references.forms.recognitions import HandOverForm
from references.models import Recognition


@dataclass(frozen=True)
class Deed:
    """One deed: who may do it, in which states, what is asked, what does it, and the words of its button."""

    name: str
    permission: str
    states: frozenset[State]
    form: type[Form]
    act: Callable[..., Recognition]
    label: Any
    done: Any
    is_main: bool = False
    asks: Any = ""

    @property
    def url_name(self) -> str:
        return f"references:recognition_{self.name}"


def _sign(letter: Recognition, **options: Any) -> Recognition:
    """Sign what the page showed; the version was compared before."""
    return actions.sign(letter, seen_version=letter.version, **options)


DRAFT, RETURN = "references.draft_recognition", "references.return_recognition"
DEEDS = {
    deed.name: deed
    for deed in (
        Deed("sign", "references.sign_recognition", frozenset([State.TO_SIGN]), EmptyForm, _sign,
             gettext_lazy("Sign and send"), gettext_lazy("Signed; the letter is on its way."), is_main=True),
        Deed("ask", DRAFT, frozenset([State.DRAFT]), EmptyForm, actions.ask, gettext_lazy("Ask for the signature"),
             gettext_lazy("The executive is asked to sign."), is_main=True),
        Deed("hand_over", DRAFT, frozenset([State.TO_SIGN]), HandOverForm, actions.hand_over,
             gettext_lazy("Give it to another executive"), gettext_lazy("The executive is asked to sign."),
             asks=gettext_lazy("Who signs instead?")),
        Deed("return", RETURN, frozenset([State.TO_SIGN]), ReasonForm, actions.return_to_draft,
             gettext_lazy("Return to draft"), gettext_lazy("It is a draft again."),
             asks=gettext_lazy("What should be changed?")),
        Deed("withdraw", DRAFT, frozenset([State.DRAFT, State.TO_SIGN]), ReasonForm, actions.withdraw,
             gettext_lazy("Give it up"), gettext_lazy("Given up."), asks=gettext_lazy("Why is it not sent?")),
        Deed("take_down", "references.take_down_recognition", frozenset([State.SIGNED]), ReasonForm, actions.take_down,
             gettext_lazy("Take it off the board"), gettext_lazy("Taken off the board."),
             asks=gettext_lazy("Why? The letter itself was sent and stays.")),
    )
}  # fmt: skip


def offers(user: User, letter: Recognition) -> list[tuple[Deed, Form]]:
    """What the person may do with the letter as it stands, each with its empty form."""
    return [
        (deed, deed.form(auto_id=f"id_{deed.name}_%s"))
        for deed in DEEDS.values()
        if letter.state in deed.states
        and (deed.name != "take_down" or letter.is_on_the_board)
        and (deed.name != "hand_over" or letter.is_stranded)
        and user.has_perm(deed.permission, letter)
    ]


def refuse_other_signers(user: User, letter: Recognition) -> None:
    """Refuse with the reason: it is not the role that is missing, the letter waits for somebody else."""
    if letter.state == State.TO_SIGN and letter.signer_id != user.pk:
        words = _("This letter waits for the signature of %(signer)s, who alone changes and signs it.")
        if letter.is_stranded:
            words = _("This letter waits for %(signer)s, who cannot sign any more. Give it to another executive.")
        raise PermissionDenied(words % {"signer": letter.signer})


def _do(request: PersonRequest, pk: int, *, deed: Deed) -> HttpResponse:
    letter = get_object_or_404(Recognition.objects.visible_to(request.user), pk=pk)
    if deed.name == "sign":
        refuse_other_signers(request.user, letter)
    permit(request, deed.permission, letter)
    form = deed.form(request.POST)
    if request.POST.get("version", str(letter.version)) != str(letter.version):
        messages.error(request, _("The letter was changed since you opened it. Read it again."))
    elif not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    else:
        try:
            deed.act(letter, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, deed.done)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
    return redirect("references:recognition_detail", pk)


def view_of(name: str) -> View:
    """The view that does one deed, for those who may."""
    return require_POST(requires(DEEDS[name].permission)(partial(_do, deed=DEEDS[name])))


sign, ask, hand_over, return_to_draft, withdraw, take_down = (
    view_of(name) for name in ("sign", "ask", "hand_over", "return", "withdraw", "take_down")
)
