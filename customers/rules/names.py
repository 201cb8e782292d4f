"""When two companies or two web addresses are written differently and yet are the same."""

import re
import unicodedata

LEGAL_FORMS = frozenset(
    re.findall(
        r"\w+",
        "inc incorporated corp corporation co company llc llp lp ltd limited plc gmbh ag kg ohg se sa sas sarl srl "
        "spa bv nv ab oy oyj as asa aps pty pte kk sl",
    )
)


LONGEST = 200


def system_key(name: str) -> str:
    """What another system is called, however it is written: `"SAP "` and `"sap"` are one."""
    return name.strip().casefold()


def name_key(name: str) -> str:
    """The name as it is compared: lower case, without accents, punctuation, what cannot be seen and a legal form at
    the end.

    `"Müller & Söhne GmbH"` and `"mueller & soehne"` differ; `"Acme, Inc."` and `"ACME"` are the same. A name made
    of signs only is compared as it stands.
    """
    # Signs such as ™ hold capital letters, so they are taken apart before and after the letters are made small.
    plain = _apart(_apart(name).casefold())
    if not plain.isascii():
        plain = "".join(
            char for char in plain if not (unicodedata.combining(char) or unicodedata.category(char) == "Cf")
        )
    words = _named(re.findall(r"\w+", plain.replace("&", " and ").replace("'", "").replace("’", "")))
    key = " ".join(words) or name.strip().casefold()
    return key if len(key) <= LONGEST else " ".join(_named(key[:LONGEST].split()))


def _apart(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


def _named(words: list[str]) -> list[str]:
    """The words without the legal forms at their end."""
    end = len(words)
    while end > 1 and words[end - 1] in LEGAL_FORMS:
        end -= 1
    return words[:end]


def domain_of(address: str) -> str:
    """The bare domain of a web or e-mail address: `https://www.Acme.com/eu` is `acme.com`; empty if there is none."""
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", address.strip().casefold()).rsplit("@", 1)[-1]
    host = re.sub(r"^(www\.)+", "", re.split(r"[/?#:\s]", host, maxsplit=1)[0].strip("."))
    return host if re.fullmatch(r"[\w-]+(\.[\w-]+)+", host) and len(host) <= 253 else ""
