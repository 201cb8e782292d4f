"""Many guesses at once against all workers: no more are judged than the limit allows, however they are spelt."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

from tests.security.scan.program import Program
from tests.security.scan.tools import Outcome

GUESSES, ALLOWED, AT_ONCE = 28, 5, 8
SPELLINGS = ("guessed.person@example.com", "Guessed.Person@Example.com", "GUESSED.PERSON@EXAMPLE.COM")


def guesses(program: Program) -> Outcome:
    """Wrong passwords for one address; what the log-in page says of each tells whether it was looked at."""
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        said = list(threads.map(lambda email: _guess(program, email), islice(cycle(SPELLINGS), GUESSES)))
    judged = said.count("judged")
    found = [] if judged <= ALLOWED and "?" not in said else [f"{judged} of {GUESSES} guesses were judged: {said}"]
    tried = f"{GUESSES} guesses, {AT_ONCE} at once, {judged} judged, {said.count('waits')} told to wait"
    return Outcome("guesses of one password", tried, found, [], time.monotonic() - began)


def _guess(program: Program, email: str) -> str:
    """What became of one guess, made by a browser of its own."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = f"{program.url}/accounts/login/"
    try:
        browser.open(page, timeout=30).close()
        form = {"login": email, "password": "wrong", "csrfmiddlewaretoken": next(one.value for one in jar)}
        with browser.open(page, urllib.parse.urlencode(form).encode(), timeout=30) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return "waits" if refusal.code == 429 else "?"
    if re.search("Too many failed", text):
        return "waits"
    return "judged" if "password you specified are not correct" in text else "?"
