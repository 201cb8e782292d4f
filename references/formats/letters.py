"""The first draft of a letter of recognition: the facts in the programme's words. People edit it before it goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class LetterFacts:
    """What is known. Without a `customer` the letter is about the quarter, without a `quarter` about the customer."""

    first_name: str
    company: str
    customer: str = ""
    agreed: str = ""
    quarter: str = ""
    submitted: int = 0
    accepted: int = 0
    enrolled: int = 0
    high_impact: int = 0
    place: int | None = None


def subject(facts: LetterFacts) -> str:
    """One line for the mail and the board."""
    if facts.customer:
        return _("Thank you for winning %(customer)s as a reference") % {"customer": facts.customer}
    return _("Thank you for your references in %(quarter)s") % {"quarter": facts.quarter}


def text(facts: LetterFacts) -> str:
    """The paragraphs, without the signature: whose name stands below is the signer's."""
    parts = [
        _("Dear %(name)s,") % {"name": facts.first_name},
        *_of_customer(facts),
        *_of_quarter(facts),
        _("A customer who speaks for us opens doors that we cannot open ourselves. Thank you for asking."),
        _("With my thanks and those of everybody at %(company)s") % {"company": facts.company},
    ]
    return "\n\n".join(parts)


def _of_customer(facts: LetterFacts) -> Sequence[str]:
    if not facts.customer:
        return []
    told = {"customer": facts.customer, "agreed": facts.agreed}
    said = _("You told us that %(customer)s would speak for us, and you were right.") % told
    agreed = _("They agreed to: %(agreed)s.") % told if facts.agreed else ""
    return [f"{said} {agreed}".strip()]


def _of_quarter(facts: LetterFacts) -> Sequence[str]:
    counted = _counted(facts)
    if not facts.quarter or not counted:
        return []
    told = {"quarter": facts.quarter, "figures": ", ".join(counted)}
    lines = [_("In %(quarter)s your word brought about: %(figures)s.") % told]
    if facts.high_impact:
        words = ngettext(
            "%(count)d of the customers you nominated is among those that matter most to us.",
            "%(count)d of the customers you nominated are among those that matter most to us.",
            facts.high_impact,
        )
        lines.append(words % {"count": facts.high_impact})
    if facts.place is not None:
        lines.append(_("That is place %(place)d among all who nominate.") % {"place": facts.place})
    return [" ".join(lines)]


def _counted(facts: LetterFacts) -> list[str]:
    """The figures in words, those that are nothing left out."""
    words = [
        (ngettext("%d customer nominated", "%d customers nominated", facts.submitted), facts.submitted),
        (ngettext("%d accepted", "%d accepted", facts.accepted), facts.accepted),
        (ngettext("%d enrolled as a reference", "%d enrolled as references", facts.enrolled), facts.enrolled),
    ]
    return [text % count for text, count in words if count]
