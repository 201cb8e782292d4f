"""Which column of a sheet is which dimension: by key, name, or what companies usually write over it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

CUSTOMER, DOMAIN, IDENTIFIER = "customer", "domain", "id"
NOTE = " note"

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
    words = re.findall(r"[a-z0-9]+", "".join(char for char in text if not unicodedata.combining(char)))
    return " ".join(ABBREVIATED.get(word, word) for word in words)


def guess(headers: Sequence[str], names: Mapping[str, str]) -> dict[int, str]:
    """What the columns hold, by position: a dimension's key, `key note`, `customer`, `domain` or `id`.

    `names` maps the keys of the dimensions in use to their names. Each meaning is given once, the best match first.
    """
    written = [plain(header) for header in headers]
    found: dict[int, str] = {}
    for meaning, phrases in _phrases(names).items():
        _take(found, written, meaning, [plain(phrase) for phrase in phrases])
    for key, phrases in _phrases(names).items():
        if key in names:
            _take(found, written, f"{key}{NOTE}", [f"{plain(phrase)} note" for phrase in phrases])
    for key, phrases in _phrases(names).items():
        if key in names and key not in found.values():
            _take_inside(found, written, key, [plain(phrase) for phrase in phrases])
    return found


def _phrases(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    dimensions = {key: (key, name, *SYNONYMS.get(key, ())) for key, name in names.items()}
    return dimensions | {CUSTOMER: CUSTOMERS, DOMAIN: DOMAINS, IDENTIFIER: IDENTIFIERS}


def _take(found: dict[int, str], written: Sequence[str], meaning: str, phrases: Sequence[str]) -> None:
    """The first phrase that stands over a free column; over two, it is for a person to say which of them is meant."""
    for phrase in phrases:
        free = [position for position, header in enumerate(written) if header == phrase and position not in found]
        if phrase and len(free) == 1:
            found[free[0]] = meaning
        if phrase and free:
            return


def _take_inside(found: dict[int, str], written: Sequence[str], meaning: str, phrases: Sequence[str]) -> None:
    """A header that contains a name of two words or more, if no other header does."""
    for phrase in (phrase for phrase in phrases if " " in phrase):
        at = [position for position, header in enumerate(written) if f" {phrase} " in f" {header} "]
        free = [position for position in at if position not in found]
        if len(at) == 1 and free and not written[free[0]].endswith(" note"):
            found[free[0]] = meaning
            return
