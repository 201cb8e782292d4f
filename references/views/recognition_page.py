"""The page of one letter: what may be done with it, and a deed that was refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy

from core.models import User
from core.requests import PersonRequest
from references.actions import recognitions as actions
from references.choices import RecognitionState as State
from references.forms.nominations import EmptyForm, ReasonForm
from references.forms.recognitions import HandOverForm
from references.models import Recognition
from references.reports import recognitions as report
from references.reports.nominations import taken_back_since
from references.views.refusals import Refused


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


def offers(user: User, letter: Recognition, *, refused: Refused | None = None) -> list[tuple[Deed, Form]]:
    """What the person may do with the letter as it stands, each with its form: an empty one, or the one that was
    refused just now."""
    shown = [
        deed
        for deed in DEEDS.values()
        if letter.state in deed.states
        and (deed.name != "take_down" or letter.is_on_the_board)
        and (deed.name != "hand_over" or letter.is_stranded)
        and user.has_perm(deed.permission, letter)
    ]
    typed = {refused.name: refused.form} if refused else {}
    return [(deed, typed.get(deed.name) or deed.form(auto_id=f"id_{deed.name}_%s")) for deed in shown]


def show(request: PersonRequest, pk: int, *, refused: Refused | None = None) -> HttpResponse:
    """One letter, and what this person can do with it now; 422 with a panel open if that was refused."""
    rows = report.listed(Recognition.objects.visible_to(request.user)).select_related("taken_down_by")
    letter = get_object_or_404(rows, pk=pk)
    deeds = offers(request.user, letter, refused=refused)
    context = {
        "letter": letter,
        "deeds": deeds,
        "is_signing": letter.state == State.TO_SIGN and letter.signer_id == request.user.pk,
        "may_edit": request.user.has_perm("references.edit_recognition", letter),
        "may_hand_over": request.user.has_perm("references.draft_recognition", letter),
        "is_involved": request.user.has_perm("references.return_recognition", letter),
        "is_taken_back": _is_taken_back(letter),
        "others": _others(request.user, letter),
        "refused": refused,
        "has_panel": refused is not None and refused.name in [deed.name for deed, _form in deeds],
    }
    return render(request, "references/recognition_detail.html", context, status=422 if refused else 200)


def _is_taken_back(letter: Recognition) -> bool:
    """Whether what a signed letter thanks for was taken back since, be the customer enrolled again or not."""
    if letter.nomination is None or letter.signed_at is None:
        return False
    return taken_back_since(letter.nomination, since=letter.signed_at)


def _others(user: User, letter: Recognition) -> list[report.Alike]:
    """Other letters about the same, for who still can keep this one from being sent too."""
    if not (letter.is_editable and user.has_perm("references.return_recognition", letter)):
        return []
    about, quarter = letter.nomination, letter.quarter
    return report.alike(letter.person, nomination=about, quarter=quarter, user=user, besides=letter.pk)
