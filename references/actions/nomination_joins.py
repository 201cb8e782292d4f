"""Two nominations of one customer become one: whose word it was, and what each believed, stays with each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.models import User
from references.actions.nomination_history import day_of, lock, move, note
from references.actions.nomination_notices import in_words
from references.choices import NominationDeed, NominationState, Willingness
from references.models import Dimension, NominatedDimension, Nomination, Nominator

Willing = Mapping[Dimension, str]


def join(
    nomination: Nomination, values: Mapping[str, Any], willingness: Willing, *, by: User, at: datetime
) -> Nomination:
    """Another colleague nominates the customer of an open nomination; refused of who has done so already."""
    current = lock(nomination)
    refuse_empty(values, willingness)
    kinds, words = _told_of_kinds(_said(current), willingness), _in_words(values)
    story = _lines(words, kinds)
    _credit, is_new = Nominator.objects.get_or_create(
        nomination=current, user=by, defaults={"nominated_at": at, "story": story}
    )
    if not is_new:
        told = {"customer": current, "state": current.get_state_display().lower()}
        raise RuleBroken(_("You have nominated %(customer)s already; the nomination is %(state)s.") % told)
    add_missing(current, willingness)
    _vouch(current, on=day_of(at))
    # The history holds 500 characters of it: the kinds, which became part of the nomination, come first.
    note(current, NominationDeed.JOINED, reason=_lines(kinds, words), by=by, at=at)
    return current


def refuse_empty(values: Mapping[str, Any], willingness: Willing) -> None:
    """Whoever nominates, first or later, names a speaker, a reason and a kind of reference."""
    if not (values.get("contact") or str(values.get("contact_name") or "").strip()):
        raise RuleBroken(_("Say who at the customer would speak."))
    if not str(values.get("story") or "").strip():
        raise RuleBroken(_("Say why this customer would be a good reference."))
    if not willingness:
        raise RuleBroken(_("Say for at least one kind of reference whether the contact would give it."))


def hand_over(ended: Nomination, other: Nomination, *, by: User | None, at: datetime, **changes: Any) -> Nomination:
    """End a locked nomination whose customer has another open one, which is returned: with its nominators, with what
    each of them said, and with the kinds of reference that only the ended one speaks of.

    `changes` are columns of the one that ends.
    """
    current = lock(other)
    rows = list(ended.nominators.select_related("user"))
    kinds = _told_of_kinds(_said(current), _said(ended))
    if kinds and len(rows) > 1:
        kinds = _("Together they say: %s") % kinds
    # Told before they are among its nominators: nobody hears of his own words.
    _note_each(rows, ended, current, kinds=kinds, by=by, at=at)
    for row in rows:
        _credit_for(row, current, story=_lines(_words_of(row, ended), _kinds_of(row, ended, kinds)), at=at)
    add_missing(current, _said(ended))
    _vouch(current, on=ended.verified_on)
    reason = _("%(ended)s is the same customer as %(kept)s, whose nomination goes on (%(state)s); you keep the credit.")
    told = {"ended": str(ended), "kept": current, "state": _state_in_words(current)}
    move(ended, NominationDeed.WITHDRAWN, NominationState.WITHDRAWN, reason=reason % told, by=by, at=at, **changes)
    return current


def add_missing(nomination: Nomination, willingness: Willing) -> None:
    """Make kinds of reference that a nomination does not speak of yet part of it."""
    said = _said(nomination)
    NominatedDimension.objects.bulk_create(
        NominatedDimension(nomination=nomination, dimension=dimension, willingness=will)
        for dimension, will in willingness.items()
        if dimension not in said
    )


def _vouch(nomination: Nomination, *, on: date) -> None:
    """Somebody else believes in it too: who has it open to change it is told so, instead of dropping what was added."""
    if on >= nomination.verified_on:
        nomination.verified_on, nomination.asked_at = on, None
    nomination.version += 1
    nomination.save(update_fields=["verified_on", "asked_at", "version"])


def _note_each(
    rows: Sequence[Nominator], ended: Nomination, current: Nomination, *, kinds: str, by: User | None, at: datetime
) -> None:
    there = set(current.nominators.values_list("user_id", flat=True))
    for row in rows:
        deed = NominationDeed.COMPLETED if row.user_id in there else NominationDeed.JOINED
        whose = _("From the nomination of %(ended)s by %(person)s:") % {"ended": ended, "person": row.user}
        told = _lines(_kinds_of(row, ended, kinds), _words_of(row, ended))
        note(current, deed, reason=f"{whose} {told}", causes=[f"nomination {ended.pk}"], by=by, at=at)


def _credit_for(row: Nominator, current: Nomination, *, story: str, at: datetime) -> None:
    joined_at = None if current.accepted_at is None else at
    given = {"nominated_at": row.nominated_at, "joined_at": joined_at, "story": story}
    credit, is_new = Nominator.objects.get_or_create(nomination=current, user=row.user, defaults=given)
    if not is_new:
        credit.story = _lines(credit.story, story)
        credit.save(update_fields=["story"])


def _is_first(row: Nominator, nomination: Nomination) -> bool:
    return row.user_id == nomination.submitted_by_id


def _kinds_of(row: Nominator, nomination: Nomination, kinds: str) -> str:
    return kinds if _is_first(row, nomination) else ""


def _words_of(row: Nominator, nomination: Nomination) -> str:
    """What a nominator said: the first one's words are the nomination itself, the others' stand beside their names."""
    if not _is_first(row, nomination):
        return row.story
    names = ("contact", "contact_name", "contact_email", "story", "results", "relationship", "relationship_holder")
    return _lines(_in_words({name: getattr(nomination, name) for name in names}), row.story)


def _state_in_words(nomination: Nomination) -> str:
    state = nomination.get_state_display().lower()
    if nomination.planned_month is None:
        return state
    return _("%(state)s, planned for %(month)s") % {"state": state, "month": in_words(nomination.planned_month)}


def _said(nomination: Nomination) -> dict[Dimension, str]:
    return {row.dimension: row.willingness for row in nomination.dimensions.select_related("dimension")}


def _told_of_kinds(said: Willing, willingness: Willing) -> str:
    """What another nominator believes of kinds that nobody had spoken of, and where the two believe differently."""
    added = {one: will for one, will in willingness.items() if one not in said}
    differing = {one: will for one, will in willingness.items() if said.get(one, will) != will}
    told = [f"{_kinds_in_words(added)}."] if added else []
    told += [_("Differently: %s.") % _kinds_in_words(differing)] if differing else []
    return " ".join(told)


def _kinds_in_words(willingness: Willing) -> str:
    return ", ".join(f"{one}: {str(Willingness(will).label).lower()}" for one, will in willingness.items())


def _in_words(values: Mapping[str, Any]) -> str:
    """All that another nominator said, as it stands beside the name."""
    speaker = values.get("contact") or " ".join(filter(None, [values.get("contact_name"), values.get("contact_email")]))
    holder = values.get("relationship_holder")
    results, relationship = values.get("results"), values.get("relationship")
    said = [values.get("story", "")]
    said += [_("Results: %s") % results] if results else []
    said += [_("Relationship: %s") % relationship] if relationship else []
    said += [_("Holds the relationship: %s") % holder] if holder else []
    said += [_("Would speak: %s") % speaker] if speaker else []
    return _lines(*map(str, said))


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text.strip())
