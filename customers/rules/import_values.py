"""What a cell of a foreign file means: days, amounts, yes and no, sizes, words of the glossary.

Every function takes the text as it stands and returns the value, or raises `Unreadable` with words for the person who
brought the file. Empty texts never come here: a blank cell says nothing.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core import texts
from core.words import Sentence, gettext_noop
from customers.choices import (
    Adoption,
    CaseSeverity,
    ContactRole,
    EvangelistLevel,
    EvangelistScope,
    Lifecycle,
    SizeBand,
)


class Unreadable(ValueError):
    """The text is not what its column promises; the sentence says what it is taken for and what would do."""

    def __init__(self, words: str, **about: Any) -> None:
        super().__init__(Sentence(words, about))


PLACEHOLDERS = frozenset({"-", "--", "–", "—", "n/a", "#n/a", "null", "none", "(none)", "(blank)", "nil"})
YES = frozenset({"yes", "y", "true", "t", "1", "x", "on", "ja", "wahr", "oui", "vrai"})
NO = frozenset({"no", "n", "false", "f", "0", "off", "nein", "falsch", "non", "faux"})
DAY_ORDERS = ("auto", "dmy", "mdy")
NO_AMOUNT = gettext_noop("“%(text)s” is not an amount; write it like 12500.00.")
EITHER = gettext_noop("“%(text)s” is %(one)s or %(other)s; write it without a thousands point, or with cents.")
# One to three digits, a point and three more: 12.345 is twelve thousand in one country and twelve in another.
POINTED = re.compile(r"[1-9]\d{0,2}\.\d{3}")
NO_SIZE = gettext_noop("“%(text)s” is not a number of employees.")

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[ ,].*)?")
NAMED = re.compile(r"(\d{1,2})[-/ .]+([a-z]{3,9})[-/ .,]+(\d{4}|\d{2})(?: .*)?", re.IGNORECASE)
NAMED_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2}),? (\d{4})(?:,? .*)?", re.IGNORECASE)
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
FACTORS = {"": 1, "k": 1_000, "m": 1_000_000, "mio": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000}
AMOUNT = re.compile(r"([+-]?)([\d.,]+)(k|m|mio|bn?|)", re.IGNORECASE)

BANDS = ((10, SizeBand.MICRO), (50, SizeBand.SMALL), (250, SizeBand.MEDIUM), (1000, SizeBand.LARGE))
LIFECYCLES = {
    Lifecycle.PROSPECTIVE: "prospective prospect lead opportunity subscriber marketingqualifiedlead "
    "salesqualifiedlead mql sql",
    Lifecycle.ONBOARDING: "onboarding implementation implementing",
    Lifecycle.LIVE: "live customer active client current production evangelist",
    Lifecycle.CHURNED: "churned lost former inactive cancelled canceled left",
}
LEVELS = {
    EvangelistLevel.NONE: "no none false 0",
    EvangelistLevel.PROMPTED: "prompted whenasked asked",
    EvangelistLevel.UNPROMPTED: "unprompted withoutbeingasked yes spontaneous",
}
SCOPES = {EvangelistScope.INSIDE: "inside internal internally", EvangelistScope.OUTSIDE: "outside external externally"}
ADOPTIONS = {
    Adoption.CHOSE: "chose chosen choseit theirchoice voluntary",
    Adoption.WON_OVER: "wonover cametolikeit convinced likesit",
    Adoption.IMPOSED: "imposed forced haditchosenforthem chosenforthem mandated",
}
SEVERITIES = {
    CaseSeverity.LOW: "low p4 minor trivial 4",
    CaseSeverity.MEDIUM: "medium normal p3 moderate major 3",
    CaseSeverity.HIGH: "high p2 severe urgent 2",
    CaseSeverity.CRITICAL: "critical p1 blocker emergency 1 sev1",
}
STATES = {
    True: "open new working inprogress pending onhold hold escalated reopened waiting waitingoncustomer todo",
    False: "closed solved resolved done completed",
}
RATINGS = {5: "good verygood excellent 5", 4: "satisfied 4", 3: "neutral 3", 2: "dissatisfied 2", 1: "bad verybad 1"}
UNRATED = frozenset({"offered", "unoffered", "notoffered"})
ROLES = {
    ContactRole.CHAMPION: "champion",
    ContactRole.DECISION_MAKER: "decisionmaker",
    ContactRole.BUDGET_HOLDER: "budgetholder economicbuyer",
    ContactRole.EXECUTIVE: "executive executivesponsor",
    ContactRole.USER: "user enduser businessuser",
    ContactRole.TECHNICAL: "technical technicalbuyer evaluator",
    ContactRole.PURCHASING: "purchasing procurement",
}


def cleaned(text: str) -> str:
    """The text without control characters and doubled spaces; empty if it is only a mark for "nothing"."""
    words = " ".join(texts.plain(text, line_break=" ").split())
    return "" if words.casefold() in PLACEHOLDERS else words


def yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word not in YES | NO:
        raise Unreadable(gettext_noop("“%(text)s” is neither yes nor no."), text=text)
    return word in YES


def day(text: str, *, order: str) -> date:
    """A day in any usual way of writing. Where day and month could be swapped, `order` (dmy, mdy) decides."""
    try:
        if found := YEAR_FIRST.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := NAMED.fullmatch(text):
            return date(_year(found[3]), _month(found[2]), int(found[1]))
        if found := NAMED_FIRST.fullmatch(text):
            return date(int(found[3]), _month(found[1]), int(found[2]))
        if found := YEAR_LAST.fullmatch(text):
            return _year_last(text, int(found[1]), found[2], int(found[3]), _year(found[4]), order)
        if found := SERIAL.fullmatch(text):
            return (datetime(1899, 12, 30) + timedelta(days=int(found[1]))).date()
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable(gettext_noop("“%(text)s” is not a day of the calendar."), text=text)
    raise Unreadable(gettext_noop("“%(text)s” is not a day; write it like 2026-11-20."), text=text)


def _year_last(text: str, first: int, mark: str, second: int, year: int, order: str) -> date:
    if mark == "." or first > 12:
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    if order == "auto" and first != second:
        words = gettext_noop("“%(text)s” is %(one)s or %(other)s: say whether the day or the month comes first.")
        raise Unreadable(words, text=text, one=date(year, second, first), other=date(year, first, second))
    return date(year, first, second) if order == "mdy" else date(year, second, first)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(text: str) -> int:
    return MONTHS.index(text[:3].lower()) + 1


def amount(text: str) -> Decimal:
    """An amount with thousands separators of any kind, currency signs and k or m at its end."""
    plain = re.sub(r"[\s'’_]|(?!MIO|MLN|MRD|TSD|BIO|BLN)[A-Z]{3}\b|[€$£¥]", "", text)
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    found = AMOUNT.fullmatch(plain)
    if not found or not any(char.isdecimal() for char in found[2]):
        raise Unreadable(NO_AMOUNT, text=text)
    if POINTED.fullmatch(found[2]) and not found[3]:
        whole, rest = found[2].split(".")
        raise Unreadable(EITHER, text=text, one=f"{whole}{rest}", other=f"{whole}.{rest}")
    try:
        value = Decimal(found[1] + _digits(found[2])) * FACTORS[found[3].lower()]
    except ArithmeticError:
        raise Unreadable(NO_AMOUNT, text=text)
    if abs(value) >= 10**12:
        raise Unreadable(gettext_noop("“%(text)s” is more than the program can hold."), text=text)
    return value.quantize(Decimal("0.01"))


def revenue(text: str) -> Decimal:
    """An amount that a customer pays."""
    value = amount(text)
    if value < 0:
        raise Unreadable(gettext_noop("“%(text)s” is negative, and revenue cannot be."), text=text)
    return value


def _digits(text: str) -> str:
    """The digits with a point as decimal separator: the last separator decides, unless it only groups thousands."""
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text
    mark = text[last]
    groups = text.split(mark)
    grouped = all(len(group) == 3 for group in groups[1:]) and (len(groups) > 2 or mark == ",")
    other = "," if mark == "." else "."
    if grouped and other not in text:
        return text.replace(mark, "")
    if len(groups) > 2 or any(len(group) != 3 for group in groups[0].split(other)[1:]):
        raise Unreadable(NO_AMOUNT, text=text)
    return f"{groups[0].replace(other, '')}.{groups[1]}"


def size_band(text: str) -> str:
    """The band of a number of employees, of a range such as 51-200, or of a band's own name."""
    plain = text.replace(",", "").replace(" ", "").replace("–", "-").casefold().removesuffix("employees")
    if plain in SizeBand.values:
        return plain
    if found := re.fullmatch(r"(\d{1,9})-(\d{1,9})", plain):
        return _band((int(found[1]) + int(found[2])) // 2)
    if found := re.fullmatch(r"(?:>|over|morethan)?(\d{1,9})(?:\.0{1,2})?\+?(?:andmore)?", plain):
        return _band(int(found[1]))
    try:
        return _band(int(amount(text)))
    except Unreadable:
        raise Unreadable(NO_SIZE, text=text)


def _band(employees: int) -> str:
    if employees < 0:
        raise Unreadable(NO_SIZE, text=str(employees))
    for below, band in BANDS:
        if employees < below:
            return band.value
    return SizeBand.VERY_LARGE.value if employees < 5000 else SizeBand.GIANT.value


def lifecycle(text: str) -> str:
    words = gettext_noop("“%(text)s” is not a stage of a customer (prospective, onboarding, live, churned).")
    return _word(text, LIFECYCLES, words)


def evangelist_level(text: str) -> str:
    return _word(text, LEVELS, gettext_noop("“%(text)s” is not a level of an evangelist (no, prompted, unprompted)."))


def evangelist_scope(text: str) -> str:
    return _word(text, SCOPES, gettext_noop("“%(text)s” is not “inside” or “outside”."))


def adoption(text: str) -> str:
    words = gettext_noop("“%(text)s” does not say how a contact came to us (chose it, came to like it, imposed).")
    return _word(text, ADOPTIONS, words)


def case_severity(text: str) -> str:
    return _word(text, SEVERITIES, gettext_noop("“%(text)s” is not a severity (low, medium, high, critical)."))


def is_open_case(text: str) -> bool:
    """Whether the state of a case, in any case of letters, says that somebody still works on it."""
    return _word(text, STATES, gettext_noop("“%(text)s” is not a state of a case (open, closed).")) == str(True)


def satisfaction(text: str) -> int | None:
    """1 (bad) to 5 (very good), or a word for it; None where the customer was not asked or has not answered."""
    if re.sub(r"[\W_]", "", text.casefold()) in UNRATED:
        return None
    return int(_word(text, RATINGS, gettext_noop("“%(text)s” is not a satisfaction (1 to 5, good, bad).")))


def contact_roles(text: str) -> list[str]:
    """Roles separated by semicolons or commas, each once, in the order of the glossary."""
    words = gettext_noop("“%(text)s” is not a role of a contact.")
    named = {_word(part, ROLES, words) for part in parts(text)}
    return [role for role in ContactRole.values if role in named]


def parts(text: str) -> list[str]:
    """The entries of a cell that holds several, separated by semicolons, commas or line breaks."""
    found = [part.strip() for part in re.split(r"[;,\n|]", text)]
    return [part for part in dict.fromkeys(found) if part]


def _word(text: str, known: Mapping[Any, str], complaint: str) -> str:
    plain = re.sub(r"[\W_]", "", text.casefold())
    for value, spellings in known.items():
        if plain in spellings.split():
            return str(value)
    raise Unreadable(complaint, text=text)
