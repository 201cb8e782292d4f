"""Which column of a sheet is which dimension: by key, name, or what companies usually write over it."""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence

from django.utils.translation import gettext

from core.words import gettext_noop
from references.formats.grid_sheets import AFTER, BEFORE

CUSTOMER, DOMAIN, IDENTIFIER = "customer", "domain", "id"
WHO = {
    CUSTOMER: gettext_noop("Customer"),
    DOMAIN: gettext_noop("Web domain"),
    IDENTIFIER: gettext_noop("RefProgram id"),
}
NOTE = " note"
# What sheets call a column beside the one of a dimension; `NOTE` is how we call it.
DERIVED = (NOTE, " notes", " status")

SYNONYMS: dict[str, tuple[str, ...]] = {
    "press_release": ("press release on purchase", "press", "pr", "purchase press release"),
    "quotation": ("quote", "quotations", "quotes", "boiler plate", "quotation in boiler plate", "analyst quote"),
    "logo": ("logos", "logo on web site", "logo on website", "website logo", "web logo", "logo use", "logo usage"),
    "case_study": ("case studies", "case study on web site", "success story", "written case study", "customer story"),
    "public_speech": (
        "speech mention at public show",
        "public speaking",
        "speech",
        "conference",
        "public show",
        "speaker",
        "public event",
    ),
    "social_media": ("social", "social media mentions", "social media mention", "linkedin", "tweet"),
    "showcase_visit": ("showcase", "site visit", "reference visit", "visit", "prospect visit", "showcase site visit"),
    "prospect_seminar": ("seminar", "speech at private prospect seminar", "prospect event", "private seminar"),
    "user_group": ("user groups", "speech at private user group", "user conference", "user group speech"),
    "reference_call": (
        "reference",
        "reference calls",
        "reference call or email",
        "reference email",
        "phone reference",
        "private reference call or email accepted",
        "private reference",
        "call reference",
    ),
    "private_material": ("private materials", "mention in private material", "private mention", "nda material"),
    "investor_material": ("investor", "investors", "investor relations", "private investment materials"),
}
ABBREVIATED = {"ref": "reference", "refs": "reference", "cust": "customer", "acct": "account"}
CUSTOMERS = (
    "customer",
    "customer name",
    "customers",
    "company",
    "company name",
    "account",
    "account name",
    "client",
    "client name",
    "organisation",
    "organization",
    "name",
    "kunde",
    "firma",
)
DOMAINS = ("domain", "web domain", "website", "web site", "url", "company domain")
IDENTIFIERS = ("refprogram id",)


def plain(header: str) -> str:
    """The header as it is compared: lower case words without accents and signs."""
    text = unicodedata.normalize("NFKD", header.casefold().replace("_", " "))
    words = re.findall(r"[^\W_]+", "".join(char for char in text if not unicodedata.combining(char)))
    return " ".join(ABBREVIATED.get(word, word) for word in words)


def built_in() -> dict[str, str]:
    """What a column of the program is called, by the headers, as they are compared, that are never a dimension's."""
    read = {plain(header): header for header in (*BEFORE, *AFTER)}
    for label, phrases in zip(WHO.values(), (CUSTOMERS, DOMAINS, IDENTIFIERS), strict=True):
        read |= {plain(phrase): label for phrase in phrases}
    return read


def told_alike(headers: Sequence[str], *, said: Container[int] = ()) -> list[str]:
    """In words which headers mean the same column, so that none of them is guessed; not where a person has said what
    one of them holds, by its position."""
    groups: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        groups.setdefault(plain(header) or header, []).append(position)
    open_ones = [group for group in groups.values() if len(group) > 1 and not any(one in said for one in group)]
    words = gettext("The headers %(headers)s mean the same column; none of them is taken unless you say which.")
    return [words % {"headers": ", ".join(f"“{headers[one]}”" for one in group)} for group in open_ones]


def guess(headers: Sequence[str], names: Mapping[str, str]) -> dict[int, str]:
    """What the columns hold, by position: a dimension's key, `key note`, `customer`, `domain` or `id`.

    `names` maps the keys of the dimensions in use to their names. Each meaning is given once, the best match first:
    the program's own columns, then names, then keys, as one dimension may be called like the key of another.
    """
    written = [plain(header) for header in headers]
    found: dict[int, str] = {}
    for meaning, phrases in ((CUSTOMER, CUSTOMERS), (DOMAIN, DOMAINS), (IDENTIFIER, IDENTIFIERS)):
        _take(found, written, meaning, [plain(phrase) for phrase in phrases])
    ours = built_in()
    written = ["" if header in ours else header for header in written]
    _take_dimensions(found, written, names)
    _take_dimensions(found, written, names, of=NOTE)
    for key, name in names.items():
        if key not in found.values():
            _take_inside(found, written, key, [plain(phrase) for phrase in (key, name, *SYNONYMS.get(key, ()))])
    return found


def _take_dimensions(found: dict[int, str], written: Sequence[str], names: Mapping[str, str], *, of: str = "") -> None:
    """Columns of statuses, or `of` something else beside them, by all names, then all keys, then other phrases."""
    settled: set[str] = set()
    by_key = {key: (key,) for key in names}
    by_name = {key: (name,) for key, name in names.items()}
    for known in (by_name, by_key, SYNONYMS):
        for key in (key for key in names if key not in settled):
            phrases = [f"{plain(phrase)}{of}" for phrase in known.get(key, ())]
            if _take(found, written, f"{key}{of}", phrases):
                settled.add(key)


def _take(found: dict[int, str], written: Sequence[str], meaning: str, phrases: Sequence[str]) -> bool:
    """The first phrase that stands over a free column; over two, it is for a person to say which of them is meant.

    Whether any of them stands there.
    """
    for phrase in phrases:
        free = [position for position, header in enumerate(written) if header == phrase and position not in found]
        if phrase and len(free) == 1:
            found[free[0]] = meaning
        if phrase and free:
            return True
    return False


def _take_inside(found: dict[int, str], written: Sequence[str], meaning: str, phrases: Sequence[str]) -> None:
    """A header that contains a name of two words or more, if no other header does."""
    for phrase in (phrase for phrase in phrases if " " in phrase):
        at = [position for position, header in enumerate(written) if f" {phrase} " in f" {header} "]
        free = [position for position in at if position not in found]
        if len(at) == 1 and free and not written[free[0]].endswith(" note"):
            found[free[0]] = meaning
            return
