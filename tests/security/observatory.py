"""The score that Mozilla's HTTP Observatory gives an answer, by the rules it publishes, as far as they can apply here.

From 100 points, losses come off first; gains are added if 90 or more remain, up to 145 in all.

- Content security policy: none at all 25 off; script from anywhere or inline 20 off; evaluation 10 off; only inline
  style nothing; none of these 5 gained, 10 if besides `default-src` is 'none'.
- Cookies: one without Secure 20 off, 40 for that of the session; that of the session without HttpOnly 30 off; all of
  them right with SameSite 5 gained.
- Other origins may read (CORS): from anywhere with cookies 50 off.
- Redirection: the first answer over plain http does not lead to https on the same host 20 off.
- Referrer policy: one that tells other sites the whole address 5 off; one that keeps it from them 5 gained.
- Strict transport security: none 20 off; shorter than six months 10 off; ready for the preload list 5 gained.
- Script from other hosts without a checksum: 5 off over https, 50 over http.
- Sniffing of types not turned off: 5 off.
- May be framed by others: 20 off; forbidden by `frame-ancestors` 5 gained.
- Cross-origin resource policy `same-origin` or `same-site`: 10 gained.
"""

import re
from collections.abc import Mapping
from http.cookies import SimpleCookie

KEPT_FROM_OTHERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
SIX_MONTHS = 15_768_000


def directives(policy: str) -> dict[str, list[str]]:
    """The directives of a content security policy with their sources."""
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name: sources for name, *sources in parts}


def score(headers: Mapping[str, str], cookies: SimpleCookie, *, page: str, first: tuple[int, str]) -> int:
    """`first` is the status of the answer over plain http and where it leads."""
    lost, gained = 0, 0
    for part in (_policy(headers), _cookies(cookies), _transport(headers, first), _sharing(headers), _loading(page)):
        lost, gained = lost + part[0], gained + part[1]
    return 100 - lost + (gained if lost <= 10 else 0)


def _policy(headers: Mapping[str, str]) -> tuple[int, int]:
    rules = directives(headers.get("Content-Security-Policy", ""))
    if not rules:
        return 25 + 20, 0
    scripts = rules.get("script-src", rules.get("default-src", ["*"]))
    framed = rules.get("frame-ancestors") == ["'none'"]
    wide = {"*", "http:", "https:", "data:", "'unsafe-inline'"} & {*scripts}
    lost = 20 * bool(wide) + 10 * ("'unsafe-eval'" in scripts) + 20 * (not framed)
    clean = not lost and "unsafe" not in str(rules)
    return lost, (10 if rules.get("default-src") == ["'none'"] else 5) * clean + 5 * framed


def _cookies(cookies: SimpleCookie) -> tuple[int, int]:
    lost = 0
    for name, cookie in cookies.items():
        lost += 0 if cookie["secure"] else (40 if name == "sessionid" else 20)
        lost += 30 * (name == "sessionid" and not cookie["httponly"])
    right = bool(cookies) and all(cookie["samesite"] in ("Lax", "Strict") for cookie in cookies.values())
    return lost, 5 * (right and not lost)


def _transport(headers: Mapping[str, str], first: tuple[int, str]) -> tuple[int, int]:
    told = headers.get("Strict-Transport-Security", "")
    age = int(found[1]) if (found := re.search(r"max-age=(\d+)", told)) else 0
    lost = 20 if not told else 10 * (age < SIX_MONTHS)
    lost += 20 * (first[0] not in (301, 302, 307, 308) or not first[1].startswith("https://"))
    return lost, 5 * ("preload" in told and "includeSubDomains" in told)


def _sharing(headers: Mapping[str, str]) -> tuple[int, int]:
    open_to_all = headers.get("Access-Control-Allow-Origin") == "*"
    kept = headers.get("Referrer-Policy") in KEPT_FROM_OTHERS
    lost = 50 * open_to_all + 5 * (not kept) + 5 * (headers.get("X-Content-Type-Options") != "nosniff")
    return lost, 5 * kept + 10 * (headers.get("Cross-Origin-Resource-Policy") in ("same-origin", "same-site"))


def _loading(page: str) -> tuple[int, int]:
    foreign = re.findall(r'<script[^>]+src="(?:https?:)?//', page)
    return (50 if 'src="http://' in page else 5) * bool(foreign), 0
