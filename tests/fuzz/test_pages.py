"""Hedda, who may do everything, sends whatever can be sent to every address: no answer is a failure, none is slow."""

from http.cookies import SimpleCookie

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import values
from tests.fuzz.addresses import Address, known, learn
from tests.fuzz.calls import check
from tests.fuzz.cases import THOROUGH, cases
from tests.fuzz.world import NOW, PDF, World, world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "sent")]
FILES = st.sampled_from(
    [b"", b"Name\nAcme\n", PDF, b"PK\x03\x04", b"\x00" * 50, b"Name,Logo\nAcme,G\n", b"\xff\xfe\x00"]
)
FILE_NAMES = st.sampled_from(["a.csv", "a.pdf", "a.xlsx", "\u202egpj.exe", "n" * 400 + ".csv", "=1+1.csv", "a"])
# A half for each core of the machine; the suite has the rows made only once.
PARTS = [slice(0, None, 2), slice(1, None, 2)] if THOROUGH else [slice(None)]
# Each whole number of an address at its edges, each word as anybody might write it.
ODD_ARGUMENTS = {int: st.sampled_from([0, 1, 2**31, 2**63 - 1, 2**63, 10**40]), str: values.hostile}


@pytest.fixture
def made(db):
    with time_machine.travel(NOW, tick=True):
        yield world()


@pytest.fixture
def hedda(client, made):
    TOTP.activate(made.hero, generate_totp_secret())
    client.force_login(made.hero)
    client.kept = SimpleCookie(client.cookies.output(header="", sep=";"))
    return client


@pytest.fixture
def found(hedda, made) -> dict[str, Address]:
    """Every address; each of ours with a row behind it, as otherwise "there is none" alone would be tried."""
    found = known(made)
    missing = learn(hedda, found)
    assert not [name for name in missing if made.of(name)]
    assert len([name for name in found if made.of(name)]) > 100
    assert len([name for name, address in found.items() if address.sent]) > 45
    return found


@pytest.mark.parametrize("part", PARTS)
def test_whatever_is_sent_to_or_asked_of_any_address_it_answers(found, hedda, slow_after, record_property, part):
    places = [address for name, address in sorted(found.items()) if not name.startswith("api:")][part]
    told = {"slow_after": slow_after, "record": record_property}
    try_each(places, hedda, posts, few=2, share=0.7 / len(found), **told)
    try_each(places, hedda, gets, few=1, share=0.3 / len(found), **told)


def try_each(places, client, calls, *, few, share, slow_after, record) -> None:
    """So many calls of each address; what breaks one of them is told when all have been tried."""
    wrong, tried = [], 0
    for address in places:

        @cases(few, share)
        @given(made_up=calls(address))
        def answers(made_up):
            nonlocal tried
            tried += 1
            method, path, sent, headers = made_up
            check(client, method, path, sent, headers=headers, slow_after=slow_after)

        try:
            answers()
        except AssertionError as broken:
            wrong.append(str(broken))
    record("cases", tried)
    assert not wrong, "\n".join(wrong)


HEADERS = st.sampled_from([{}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Target": "job-progress"}])


@st.composite
def posts(draw, address: Address):
    """A form as the page shows it, with some fields spoilt, left out, repeated or added."""
    form = draw(st.sampled_from(address.sent)) if address.sent else {}
    sent = {name: draw(st.sampled_from(kept)) if kept else "" for name, kept in form.items()}
    if draw(st.booleans()) or not sent:
        sent |= {name: draw(plausible(name)) for name in sent}
    for name in draw(st.lists(st.sampled_from([*sent, "q", "next", "file", "version"]), max_size=4, unique=True)):
        sent[name] = draw(spoilt)
    for name in draw(st.lists(st.sampled_from([*sent] or [""]), max_size=2)):
        sent.pop(name, None)
    return "post", draw(a_path(address)), sent, draw(HEADERS)


spoilt = st.one_of(
    values.text,
    values.written_day,
    st.lists(values.hostile, min_size=2, max_size=4),
    st.builds(SimpleUploadedFile, FILE_NAMES, FILES),
)


def plausible(name: str):
    """Something that such a field may well take, so that the call gets as far as the action."""
    if name.endswith(("_on", "_due", "since", "until", "on")):
        return values.written_day
    if name == "file":
        return st.builds(SimpleUploadedFile, st.just("a.csv"), FILES)
    return st.sampled_from(["1", "5", "on", "yes", "green", "call", "Acme", "2026-Q4"]) | values.text


@st.composite
def gets(draw, address: Address):
    names = draw(st.lists(st.sampled_from(sorted(address.asked)), max_size=4, unique=True))
    asked = {name: draw(values.text | st.lists(values.hostile, min_size=2, max_size=3)) for name in names}
    return draw(st.sampled_from(["get", "get", "get", "head"])), draw(a_path(address)), asked, draw(HEADERS)


@st.composite
def a_path(draw, address: Address):
    """The address with its row, now and then with an argument that nobody would write."""
    if not address.arguments or draw(st.integers(0, 5)):
        return address.path()
    name = draw(st.sampled_from(sorted(address.arguments)))
    odd = draw(ODD_ARGUMENTS[type(address.arguments[name])])
    try:
        return address.path(**{name: odd})
    except NoReverseMatch:
        return address.path()


def test_an_answer_that_breaks_is_told(hedda, monkeypatch, made: World):
    """The check itself: a view that raises is a finding, with its traceback."""
    monkeypatch.setattr("references.views.grid.GridFilter", lambda *_arguments, **_more: 1 / 0)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        check(hedda, "get", "/grid/", {}, slow_after=5)
