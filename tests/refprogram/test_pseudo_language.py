"""In a language in which every text of the catalogue stands in brackets, nothing a page says stands outside them."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from core.choices import Role
from core.models import User
from customers.actions import products
from customers.models import Attribute
from references.actions import cells
from references.models import Cell, Definition, Dimension
from tests.factories import ContactFactory, customer, person

pytestmark = pytest.mark.static
NOW = datetime.now(UTC)
# No words: names, keys of the keyboard, an example of an address, letters of statuses and initials of people.
NAMES = re.compile(
    r"[\w+-]+/[\w/+-]+|RefProgram|\b(Ctrl|Enter|Home|End|Esc|Del|Backspace|Page (Up|Down))\b|acme\.com|\.csv"
    r"|\b[A-Z]{1,2}\b|[\w.]+@example\.com|\bEUR\b|\bUTC\b"
)
UNREAD = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
READ_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')
LINK = re.compile(r'\b(?:href|hx-get)="([^"]+)"')
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture
def brackets(monkeypatch):
    """The catalogue answers every text in brackets."""
    catalogue = translation._trans
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        real = getattr(catalogue, name)
        monkeypatch.setattr(catalogue, name, lambda *asked, real=real: f"⟦{real(*asked)}⟧" if asked[0] else "")
    # What a process writes once, it writes once for each language.
    for keeps in ("core.templatetags.kept", "references.templatetags.grid"):
        monkeypatch.setattr(f"{keeps}.get_language", lambda: "brackets")


@pytest.fixture
def programme(maria):
    """A customer with a contact, a cell and an owner, all called in words that no page would use."""
    for number, dimension in enumerate(Dimension.objects.all()):
        Dimension.objects.filter(pk=dimension.pk).update(name=f"Qdim{number}", definition="Qdef")
    Attribute.objects.update(name="Qattribute")
    who = customer("Qcustomer", csm=maria, domain="qcustomer.qq", industry="Qindustry", region="Qregion", at=NOW)
    ContactFactory(customer=who, name="Qcontact")
    due = (NOW - timedelta(days=2)).date()
    values = {"status": "red", "note": "Qnote", "next_action": "Qaction", "next_action_due": due}
    cells.edit(Cell.objects.of(who, Dimension.objects.first()), seen_version=0, changes=values, by=maria, at=NOW)
    router = products.create(name="Qproduct", by=maria, at=NOW)
    products.set_use(who, product=router, since=due, by=maria, at=NOW)
    return [person("Priya Nair", Role.PROGRAMME_MANAGER), maria, person("Alex Kim", Role.ADMINISTRATOR)]


def outside(text: str) -> str:
    """What stands outside the brackets, which may stand in each other."""
    depth, left = 0, []
    for char in text:
        depth += {"⟦": 1, "⟧": -1}.get(char, 0)
        left.append(char if depth == 0 and char != "⟧" else " ")
    return "".join(left)


def said(page: str) -> str:
    body = UNREAD.sub(" ", page)
    return html.unescape("\n".join([re.sub(r"<[^>]*>", "\n", body), *READ_ATTRIBUTE.findall(body)]))


def pages(user: User) -> Iterator[tuple[str, str]]:
    """The pages and fragments that links lead this person to, one of each kind."""
    client, seen, waiting = Client(), {"home", "account_logout"}, ["/"]
    client.force_login(user)
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address, follow=True)
        if answer.streaming:
            b"".join(answer.streaming_content)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = answer.content.decode()
        yield address, page
        for link in map(html.unescape, LINK.findall(page)):
            name = name_of(link)
            if name and name not in seen:
                seen.add(name)
                waiting.append(link)


def name_of(address: str) -> str:
    path = urlsplit(address).path
    if not path.startswith("/") or path.startswith(("/static/", "/api/", "/admin/")):
        return ""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def test_every_word_of_every_page_comes_from_the_catalogue(programme, brackets):
    texts = [*User.objects.values_list("name", flat=True), *Definition.objects.values_list("reason", flat=True)]
    typed = {word for text in texts for word in WORD.findall(text)}
    found: dict[str, set[str]] = {}
    visited = 0
    for user in programme:
        for address, page in pages(user):
            visited += 1
            words = set(WORD.findall(NAMES.sub(" ", outside(said(page))))) - typed
            words = {word for word in words if not word.startswith(("Q", "q"))}
            if words:
                found.setdefault(urlsplit(address).path, set()).update(words)
    assert visited > 3 * len(("home", "customers", "grid", "quarter", "notices"))
    assert not found
