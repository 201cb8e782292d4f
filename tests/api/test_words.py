"""What a program is told when something it names is not there says what to do, not how the framework looks for it."""

import pytest

from core.choices import Role
from customers.models import Customer
from references.actions import nomination_decisions, nomination_invitations, nominations
from references.models import Dimension
from tests.api.calling import client_of, patch, post, told
from tests.factories import LONG_AGO, customer, person

ENROL = "/api/v1/nominations/{}/enrol/"


@pytest.fixture
def api(db):
    return client_of(person("Omar Haddad", Role.PROGRAMME_MANAGER))


@pytest.fixture
def bluth(db):
    return customer("Bluth Company")


@pytest.fixture
def invited(bluth, priya):
    """Bluth has been asked and has said yes."""
    said = {"contact_name": "Lucille", "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    nomination = nominations.submit(customer=bluth, values=said, willingness=will, by=priya, at=LONG_AGO)
    nomination = nomination_decisions.accept(nomination, by=priya, at=LONG_AGO)
    return nomination_invitations.invite(nomination, by=priya, at=LONG_AGO)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (["nosuch"], "There is no dimension called nosuch."),
        (["nosuch", "never"], "There are no dimensions called never, nosuch."),
        (["50%", "{0}"], "There are no dimensions called 50%, {0}."),
    ],
)
def test_a_dimension_that_nobody_knows_is_named(api, bluth, invited, named, words):
    will = {"willingness": dict.fromkeys(["logo", *named], "willing")}
    said = {"customer": bluth.pk, "contact_name": "Lucille", "story": "Big.", "source": "sales"}
    assert told(post(api, "/api/v1/nominations/", said | will)) == {"willingness": words}
    sent = {"agreed": dict.fromkeys(["logo", *named], "amber")}
    assert told(post(api, ENROL.format(invited.pk), sent)) == {"agreed": words}


def test_somebody_or_something_that_is_not_there_is_told_in_words(api, bluth):
    nobody = "No colleague who can log in has the e-mail address abc{0}%s."
    url = f"/api/v1/customers/{bluth.pk}/"
    assert told(patch(api, url, {"csm": "abc{0}%s"})) == {"csm": nobody}
    assert told(patch(api, f"{url}cells/logo/", {"version": 0, "owner": "abc{0}%s"})) == {"owner": nobody}
    sent = {"customer": bluth.pk, "owner": "abc{0}%s", "dimensions": ["logo", "nosuch"]}
    words = told(post(api, "/api/v1/recruiting-plans/", sent))
    assert words == {"owner": nobody, "dimensions": "There is no dimension called nosuch."}


def test_what_holds_nothing_or_is_no_object_is_told_in_words(api, bluth, invited):
    assert told(post(api, ENROL.format(invited.pk), {"agreed": {}})) == {"agreed": "Say at least one, with its value."}
    no_object = "Send names with their values, as an object in JSON."
    assert told(post(api, ENROL.format(invited.pk), {"agreed": ["logo"]})) == {"agreed": no_object}
    assert told(patch(api, f"/api/v1/customers/{bluth.pk}/", {"attributes": 5})) == {"attributes": no_object}


@pytest.mark.parametrize("odd", [5, "call", ["call"]])
def test_evidence_that_is_none_is_named_as_the_field_it_was_sent_in(api, bluth, odd):
    sent = {"version": 0, "status": "green", "evidence": odd}
    words = told(patch(api, f"/api/v1/customers/{bluth.pk}/cells/logo/", sent))
    assert words == {"evidence": "Send the names of fields with their values, as an object in JSON."}


def test_a_body_that_is_not_utf_8_is_told_so(api):
    answer = api.post("/api/v1/customers/", b'{"name": "Caf\xe9"}', content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == "The body is not UTF-8 text."
    assert not Customer.objects.exists()
