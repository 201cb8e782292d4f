"""Every address of the program with what it can be asked and sent, read from the resolver and from the pages' forms."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve, reverse

from customers.filters import CustomerFilter, EvangelistFilter, ReferralFilter
from references.filters import GridFilter, NominationFilter, RecognitionFilter, RecruitingPlanFilter
from references.models import Dimension
from tests.fuzz.calls import call
from tests.fuzz.world import World
from tests.permission_subjects import subject
from tests.test_permissions_table import TABLE, addresses

# Where a person would leave, and where another program would be called.
LEFT_OUT = re.compile(r"socialaccount|saml|openid|webauthn")
FIELD = ("input", "select", "textarea", "button")
GENERAL = ("q", "page", "cursor", "sort", "show", "kind", "next", "format", "at", "since", "limit", "quarter", "of")


@dataclass
class Address:
    """One address: `sent` are the forms that lead to it, each as values by name; `asked` the names of its queries."""

    name: str
    arguments: dict[str, object]
    sent: list[dict[str, list[str]]] = field(default_factory=list)
    asked: set[str] = field(default_factory=lambda: set(GENERAL))

    def path(self, **changed: object) -> str:
        return reverse(self.name, kwargs=self.arguments | changed)


def known(world: World) -> dict[str, Address]:
    """Every address that can be built, by name."""
    table = {line.split()[0]: rule.get("with", {}) for line, rule in TABLE.items()}
    found: dict[str, Address] = {}
    for route, name, _view in addresses():
        if name == "None" or LEFT_OUT.search(name) or "^" in route or name in found:
            continue
        wanted = re.findall(r"<(?:\w+:)?(\w+)>", route)
        given = world.of(name) or {}
        if {*wanted} <= {*given}:
            found[name] = Address(name, {one: given[one] for one in wanted})
        elif {*wanted} <= {*table.get(name, {})}:
            people = dict.fromkeys(("maria", "jonas", "priya", "elena", "sam"), world.hero)
            found[name] = Address(name, {one: subject(table[name][one], people) for one in wanted})
    return found


def learn(client, found: dict[str, Address]) -> list[str]:
    """Open every page; keep its forms and links with what they lead to; tell the names of what is not there."""
    missing = []
    for address in [*found.values()]:
        if address.name.startswith("api:") or "logout" in address.name:
            continue
        called = call(client, "get", address.path())
        missing += [address.name] if called.status == 404 else []
        if called.status == 200 and called.page:
            page = Page(address.path())
            page.feed(called.page)
            for method, to, values in page.forms:
                _keep(found, method, to, values)
    for name, form in _scripted().items():
        found[name].sent.append(form)
    narrowed = {
        "references:grid": GridFilter,
        "customers:customer_index": CustomerFilter,
        "customers:evangelist_index": EvangelistFilter,
        "customers:referral_index": ReferralFilter,
        "references:nomination_index": NominationFilter,
        "references:recognition_index": RecognitionFilter,
        "references:recruiting_plan_index": RecruitingPlanFilter,
    }
    for name, filters in narrowed.items():
        found[name].asked |= {*filters.base_filters}
    return missing


def _keep(found: dict[str, Address], method: str, to: str, values: dict[str, list[str]]) -> None:
    try:
        match = resolve(urlsplit(to).path)
    except Resolver404:
        return
    address = found.get(match.view_name)
    if address is None:
        return
    if method == "get":
        address.asked |= {*values}
    elif values not in address.sent:
        address.sent.append(values)


def _scripted() -> dict[str, dict[str, list[str]]]:
    """What the scripts of the grid send, which no form of a page shows."""
    keys = ",".join(Dimension.objects.shown().values_list("key", flat=True))
    block = {
        "text": ["G\tA\nnote\tR"], "customers": ["1,2"], "following": ["3"], "next": [""], "query": ["region=EMEA"],
        "dimensions": [keys], "mode": ["auto", "status", "note"], "source": ["paste", "fill"],
    }  # fmt: skip
    proof = {
        "seen": ["[[1,1,0,1],[1,2,0,0]]"], "greens": ["evidence", "amber"], "kind": ["email"],
        "agreed_on": ["2026-11-01"],
        "valid_until": ["2027-11-01"], "url": ["https://example.com/proof"], "rest_amber": ["on"], "agreed_by_1": ["1"],
    }  # fmt: skip
    return {
        "references:paste_preview": block,
        "references:paste_apply": block | proof,
        "references:cell_status": {"status": ["green", "amber", "red", ""], "version": ["0", "1"]},
        "core:saved_view_save": {
            "page": ["references:grid"], "query": ["q=a"], "name": ["Mine"], "is_shared": ["on"],
        },
    }  # fmt: skip


class Page(HTMLParser):
    """The forms and the links with a query on one page, as (method, address, values by name)."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[tuple[str, str, dict[str, list[str]]]] = []
        self.open: dict[str, list[str]] | None = None
        self.select = ""

    def handle_starttag(self, tag, attrs):
        given = {key: value or "" for key, value in attrs}
        if tag == "a" and "?" in given.get("href", ""):
            self._link(given["href"])
        elif tag == "form":
            self.open = defaultdict(list)
            method = "post" if "hx-post" in given else given.get("method", "get").lower()
            to = given.get("hx-post") or given.get("action") or given.get("hx-get") or self.path
            self.forms.append((method, to, self.open))
        elif "hx-post" in given or "formaction" in given:
            self.forms.append(("post", given.get("hx-post") or given["formaction"], defaultdict(list)))
        if tag in FIELD and given.get("name") and self.open is not None:
            self.select = given["name"]
            self.open[given["name"]] += [given["value"]] if "value" in given else []
        elif tag == "option" and self.select and self.open is not None:
            self.open[self.select].append(given.get("value", ""))

    def _link(self, href: str) -> None:
        parts = urlsplit(href)
        keep = partial(self.forms.append)
        if not parts.netloc:
            keep(("get", parts.path or self.path, {name: [value] for name, value in parse_qsl(parts.query)}))

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
