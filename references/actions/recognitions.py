"""Letters of recognition: drafted, asked for, returned, signed, mailed, withdrawn, taken off the board."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.actions import notices
from core.choices import Role
from core.errors import Duplicate, RuleBroken, StaleVersion
from core.models import User
from customers.actions.customers import changed_meanwhile
from references.choices import NominationState, RecognitionState
from references.models import Nomination, Recognition
from references.reports.recognitions import agreed_to

State = RecognitionState
EDITABLE = frozenset(["signer", "subject", "text", "published"])


@transaction.atomic
def draft(
    person: User,
    *,
    values: Mapping[str, Any],
    nomination: Nomination | None = None,
    seen_version: int | None = None,
    quarter: str = "",
    asks: bool = False,
    by: User,
    at: datetime,
) -> Recognition:
    """Write the first draft of a letter to the person, and ask at once for the signature if `asks`. `values` maps names
    of EDITABLE, `seen_version` is the one of the nomination whose facts they put into words."""
    _refuse_unknown(values)
    if person.pk == by.pk:
        raise RuleBroken(_("Nobody drafts a letter to themselves; ask a colleague to."))
    if nomination is not None:
        _refuse_unearned(person, nomination, seen_version=seen_version)
    _refuse_twin(person, values=values, nomination=nomination, quarter=quarter, by=by)
    letter = Recognition(person=person, nomination=nomination, quarter=quarter, drafted_by=by, drafted_at=at, **values)
    _check(letter)
    letter.save()
    audit.record("recognition.drafted", letter, by=by, at=at, signer=letter.signer.email)
    return ask(letter, by=by, at=at) if asks else letter


@transaction.atomic
def edit(
    recognition: Recognition, *, seen_version: int, changes: Mapping[str, Any], by: User, at: datetime
) -> Recognition:
    """Change the words of a letter that is not signed yet; who signs changes only while it is a draft."""
    _refuse_unknown(changes)
    current = _lock(recognition)
    _refuse_unseen(current, seen_version)
    if _apply(current, changes):
        _save(current)
        audit.record("recognition.edited", current, by=by, at=at)
    return current


@transaction.atomic
def ask(recognition: Recognition, *, by: User, at: datetime) -> Recognition:
    """Ask the executive to sign."""
    current = _lock(recognition)
    if current.state != State.DRAFT:
        raise _refused(current)
    _check(current)
    current.state, current.asked_at, current.returned_reason = State.TO_SIGN, at, ""
    _save(current)
    audit.record("recognition.asked", current, by=by, at=at, signer=current.signer.email)
    words = gettext_noop("%(by)s asks you to sign a letter to %(person)s.")
    _tell([current.signer], current, "asked", words, by=by, at=at)
    return current


@transaction.atomic
def return_to_draft(recognition: Recognition, *, reason: str, by: User, at: datetime) -> Recognition:
    """The letter is not signed as it is: it goes back to who drafted it, or is taken back by them."""
    current = _lock(recognition)
    if current.state != State.TO_SIGN:
        raise _refused(current)
    current.returned_reason = _said(reason, _("Say what should be changed."))
    current.state = State.DRAFT
    _save(current)
    audit.record("recognition.returned", current, by=by, at=at, reason=current.returned_reason)
    words = gettext_noop("The letter to %(person)s is a draft again: %(reason)s")
    _tell([current.drafted_by, current.signer], current, "returned", words, by=by, at=at)
    return current


@transaction.atomic
def hand_over(recognition: Recognition, *, signer: User, by: User, at: datetime) -> Recognition:
    """Ask another executive to sign, where who was asked has left or is no executive any more."""
    current = _lock(recognition)
    if current.state != State.TO_SIGN:
        raise _refused(current)
    if not current.is_stranded:
        raise RuleBroken(_("It waits for a signature; take it back before somebody else is asked."))
    told = [current.signer.email, signer.email]
    current.signer, current.asked_at = signer, at
    _check(current)
    _save(current)
    audit.record("recognition.handed_over", current, by=by, at=at, signer=told)
    words = gettext_noop("%(by)s asks you to sign a letter to %(person)s.")
    _tell([current.signer], current, "asked", words, by=by, at=at)
    return current


@transaction.atomic
def sign(
    recognition: Recognition, *, seen_version: int, changes: Mapping[str, Any] | None = None, by: User, at: datetime
) -> Recognition:
    """Sign the letter as it stands with these changes. From now on it waits to be mailed, once, and says for ever what
    it says; it stands on the board if that is wished."""
    _refuse_unknown(changes or {})
    current = _lock(recognition)
    if current.state != State.TO_SIGN or current.signer_id != by.pk:
        raise _refused(current)
    _refuse_unseen(current, seen_version)
    if not current.person.is_active:
        raise RuleBroken(_("%(person)s has left; the letter would reach nobody.") % {"person": current.person})
    _apply(current, changes or {})
    current.state, current.signed_at = State.SIGNED, at
    current.published_at = at if current.published else None
    _save(current)
    audit.record("recognition.signed", current, by=by, at=at, published=current.published)
    words = gettext_noop("%(by)s signed the letter to %(person)s.")
    _tell([current.drafted_by], current, "signed", words, by=by, at=at)
    return current


@transaction.atomic
def withdraw(recognition: Recognition, *, reason: str, by: User, at: datetime) -> Recognition:
    """Give a letter up that was not signed."""
    current = _lock(recognition)
    if not current.is_editable:
        raise _refused(current)
    was_asked, current.state = current.state == State.TO_SIGN, State.WITHDRAWN
    current.withdrawn_reason = _said(reason, _("Say why the letter is given up."))
    _save(current)
    audit.record("recognition.withdrawn", current, by=by, at=at, reason=current.withdrawn_reason)
    told = {current.signer} if was_asked else set()
    words = gettext_noop("The letter to %(person)s need not be signed any more.")
    _tell(told, current, "withdrawn", words, by=by, at=at)
    words = gettext_noop("The letter to %(person)s was given up: %(given_up)s")
    _tell({current.drafted_by} - told, current, "given_up", words, by=by, at=at)
    return current


@transaction.atomic
def take_down(recognition: Recognition, *, reason: str, by: User, at: datetime) -> Recognition:
    """Take a signed letter off the board; it stays the letter that was sent."""
    current = _lock(recognition)
    if not current.is_on_the_board:
        raise RuleBroken(_("This letter does not stand on the board."))
    current.taken_down_reason = _said(reason, _("Say why it is taken off the board."))
    current.published, current.taken_down_at, current.taken_down_by = False, at, by
    _save(current)
    audit.record("recognition.taken_down", current, by=by, at=at, reason=current.taken_down_reason)
    told = [current.person, current.signer, current.drafted_by]
    words = gettext_noop("The letter to %(person)s was taken off the board: %(down)s")
    _tell(told, current, "taken_down", words, by=by, at=at)
    return current


def claim(recognition_id: int, *, at: datetime) -> Recognition | None:
    """The signed letter, if its mailing now belongs to the caller; None if it was mailed or another worker has it."""
    if not Recognition.objects.unmailed(at).filter(pk=recognition_id).update(claimed_at=at):
        return None
    return Recognition.objects.select_related("person", "signer").get(pk=recognition_id)


def release(recognition: Recognition) -> None:
    """Give a claimed letter back after the mail failed, so that the next run tries again."""
    Recognition.objects.filter(pk=recognition.pk, mailed_at__isnull=True).update(claimed_at=None)


@transaction.atomic
def note_mailed(recognition: Recognition, *, at: datetime) -> None:
    """The mail is out."""
    Recognition.objects.filter(pk=recognition.pk).update(mailed_at=at)
    audit.record("recognition.mailed", recognition, by=None, at=at)


def _lock(recognition: Recognition) -> Recognition:
    rows = Recognition.objects.select_for_update(of=("self",)).select_related("person", "signer", "drafted_by")
    return rows.get(pk=recognition.pk)


def _refuse_unearned(person: User, nomination: Nomination, *, seen_version: int | None) -> None:
    """Whoever takes the enrolment back at this moment waits, and finds the letter."""
    told = {"person": person, "customer": nomination}
    if not nomination.nominators.filter(user=person).exists():
        raise RuleBroken(_("%(person)s has not nominated %(customer)s.") % told)
    current = Nomination.objects.select_for_update().get(pk=nomination.pk)
    if current.state != NominationState.ENROLLED:
        raise RuleBroken(_("%(customer)s is not enrolled any more; there is nothing to thank for yet.") % told)
    if seen_version not in (None, current.version):
        words = _(
            "%(customer)s was enrolled anew since you began, for: %(agreed)s. Change your words, then press again."
        )
        raise RuleBroken(words % {**told, "agreed": agreed_to(current)})


def _refuse_unseen(current: Recognition, seen_version: int) -> None:
    if current.version != seen_version:
        raise StaleVersion(changed_meanwhile(current), current=current)


def _save(letter: Recognition) -> None:
    letter.version += 1
    letter.save()


def _refuse_twin(
    person: User, *, values: Mapping[str, Any], nomination: Nomination | None, quarter: str, by: User
) -> None:
    """The same words about the same, drafted by the same person, are one page that was sent twice."""
    # Of two that are sent at once the second waits here for the first.
    User.objects.select_for_update().get(pk=by.pk)
    mine = Recognition.objects.filter(person=person, nomination=nomination, quarter=quarter, drafted_by=by)
    said = {name: values[name] for name in ("signer", "subject", "text") if name in values}
    twin = mine.filter(**said).exclude(state=State.WITHDRAWN).first()
    if twin is not None:
        raise Duplicate(
            _("You have drafted just this letter to %(person)s already.") % {"person": person}, existing=[twin]
        )


def _apply(letter: Recognition, changes: Mapping[str, Any]) -> bool:
    """Write changed words into a locked letter; whether anything differs."""
    if not letter.is_editable:
        raise RuleBroken(_("A signed letter is not changed any more."))
    differing = {name: value for name, value in changes.items() if getattr(letter, name) != value}
    if "signer" in differing and letter.state != State.DRAFT:
        raise RuleBroken(_("It waits for a signature; take it back before somebody else is asked."))
    for name, value in differing.items():
        setattr(letter, name, value)
    _check(letter)
    return bool(differing)


def _check(letter: Recognition) -> None:
    if not letter.subject.strip() or not letter.text.strip():
        raise RuleBroken(_("A letter has a subject and a text."))
    if letter.signer_id == letter.person_id:
        raise RuleBroken(_("Nobody signs a letter to themselves; choose another executive."))
    if not letter.signer.is_active or not letter.signer.holds([Role.EXECUTIVE]):
        raise RuleBroken(_("%(signer)s is no executive; choose one who is.") % {"signer": letter.signer})
    if not letter.person.is_active:
        raise RuleBroken(_("%(person)s has left; the letter would reach nobody.") % {"person": letter.person})


def _refused(letter: Recognition) -> RuleBroken:
    told = {"person": letter.person, "state": letter.get_state_display()}
    words = _("The letter to %(person)s is in the state “%(state)s” now; look at it again.") % told
    return RuleBroken(f"{words} {letter.withdrawn_reason}".strip())


def _said(reason: str, complaint: str) -> str:
    if not reason.strip():
        raise RuleBroken(complaint)
    return reason.strip()[:500]


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = values.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not what a letter says: {', '.join(sorted(unknown))}")


def _tell(people: Iterable[User], letter: Recognition, deed: str, text: str, *, by: User, at: datetime) -> None:
    """A notice to each but the one who did it."""
    told = {
        "by": by,
        "person": letter.person,
        "reason": letter.returned_reason,
        "down": letter.taken_down_reason,
        "given_up": letter.withdrawn_reason,
    }
    url = reverse("references:recognition_detail", args=[letter.pk])
    others = {person for person in people if person.pk != by.pk and person.is_active}
    key = f"recognition:{letter.pk}:{deed}:{letter.version}"
    notices.tell(others, key=key, words=partial(_words, text, told), url=url, at=at)


def _words(text: str, told: Mapping[str, Any]) -> str:
    return _(text) % told
