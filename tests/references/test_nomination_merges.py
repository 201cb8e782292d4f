"""Priya and Sam complete one nomination at the same time, each something else of it: the second press keeps both."""

import json

import pytest
from django.utils import timezone

from references.actions import nominations
from references.models import Dimension
from tests.factories import ContactFactory
from tests.references.test_nomination_edits import edit_of, kinds_of, nominate, rows_of

STANDS = "The form shows it as it stands now, with what you changed in it; press again to save. They changed: "


@pytest.fixture
def nomination(bluth, jonas):
    return nominate(bluth, jonas, logo="maybe")


def will(key):
    return f"will-{Dimension.objects.get(key=key).pk}"


def sent_by(form):
    """What a browser sends of a form in which nothing is typed."""
    return {field.html_name: field.value() if field.value() is not None else "" for field in form}


def opened(client, nomination, who):
    client.force_login(who)
    page = client.get(edit_of(nomination))
    assert '<input type="hidden" name="seen"' in page.text
    return sent_by(page.context["form"])


def completed(nomination, by, *, kinds, **changes):
    values = {"contact": nomination.contact, "contact_name": "", "story": nomination.story, "source": "sales"}
    found = {Dimension.objects.get(key=key): said for key, said in kinds.items()}
    done = {"seen_version": nomination.version, "changes": values | changes, "willingness": found}
    nominations.complete(nomination, **done, by=by, at=timezone.now())


def test_priya_changes_only_why_and_the_kind_with_which_sam_joined_stays(client, nomination, bluth, priya, sam):
    form = opened(client, nomination, priya)
    nominate(bluth, sam, user_group="willing")
    answer = client.post(edit_of(nomination), form | {"story": "Priya's words."})
    assert (answer.status_code, rows_of(answer)) == (409, {})
    assert f"{STANDS}User group<" in answer.text
    again = sent_by(answer.context["form"])
    assert (again["story"], again[will("user_group")]) == ("Priya's words.", "willing")
    assert client.post(edit_of(nomination), again).status_code == 302
    nomination.refresh_from_db()
    assert nomination.story == "Priya's words."
    assert kinds_of(nomination) == {"logo": "maybe", "user_group": "willing"}


def test_what_both_changed_is_shown_with_both_sides_and_the_rest_is_taken(client, nomination, bluth, priya, sam):
    form = opened(client, nomination, priya)
    george = ContactFactory(customer=bluth, name="George Bluth")
    kinds = {"logo": "willing", "user_group": "maybe"}
    completed(nomination, sam, kinds=kinds, story="Sam's words.", contact=george, results="Sam's 48 %")
    mine = {"story": "Priya's words.", will("logo"): "unwilling", "relationship": "Since school."}
    answer = client.post(edit_of(nomination), form | mine)
    assert rows_of(answer) == {
        "Why this customer?": ("Sam's words.", "Priya's words."),
        "Logo": ("Would do it", "Would not"),
    }
    assert f"{STANDS}Results in numbers, Who would speak?, User group<" in answer.text
    again = sent_by(answer.context["form"])
    assert (again["contact"], again["results"]) == (str(george.pk), "Sam's 48 %")
    assert client.post(edit_of(nomination), again).status_code == 302
    nomination.refresh_from_db()
    assert (nomination.story, nomination.contact, nomination.results) == ("Priya's words.", george, "Sam's 48 %")
    assert nomination.relationship == "Since school."
    assert kinds_of(nomination) == {"logo": "unwilling", "user_group": "maybe"}


def test_a_new_contact_is_one_person_whose_name_and_address_come_from_one_side(client, nomination, priya, sam):
    named = {"contact": None, "contact_name": "Buster", "contact_email": "buster@bluth.example"}
    completed(nomination, sam, kinds={"logo": "maybe"}, **named)
    form = opened(client, nomination, priya)
    nomination.refresh_from_db()
    completed(nomination, sam, kinds={"logo": "maybe"}, **named | {"contact_email": "b@bluth.example"})
    answer = client.post(edit_of(nomination), form | {"contact_name": "Byron"})
    assert set(rows_of(answer)) == {"Name of the new contact", "E-mail"}
    again = sent_by(answer.context["form"])
    assert (again["contact_name"], again["contact_email"]) == ("Byron", "buster@bluth.example")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_text_of_several_lines_comes_back_from_a_browser_as_seen(client, nomination, priya, sam, line_end):
    completed(nomination, sam, kinds={"logo": "maybe"}, story=f"One.{line_end}Two. ")
    form = opened(client, nomination, priya)
    nomination.refresh_from_db()
    completed(nomination, sam, kinds={"logo": "maybe"}, story="Sam's words.")
    answer = client.post(edit_of(nomination), form | {"story": "One.\r\nTwo.", "results": "48 %"})
    assert rows_of(answer) == {}
    assert answer.context["form"]["story"].value() == "Sam's words."


@pytest.mark.parametrize("seen", [None, "", "x", "7", "[]", "null", "\0", "[" * 100_000, '{"story": {"a": NaN}}'])
def test_where_it_is_not_known_what_was_seen_all_that_differs_is_shown(client, nomination, bluth, priya, sam, seen):
    form = opened(client, nomination, priya) | {"seen": seen}
    if seen is None:
        del form["seen"]
    nominate(bluth, sam, user_group="willing")
    answer = client.post(edit_of(nomination), form)
    assert answer.status_code == 409
    assert rows_of(answer) == {"User group": ("Would do it", "Not talked about")}
    assert answer.context["form"][will("user_group")].value() == ""
    assert json.loads(answer.context["form"]["seen"].value())[will("user_group")] == "willing"


def test_what_is_said_to_be_seen_writes_nothing_by_itself(client, nomination, priya):
    form = opened(client, nomination, priya)
    forged = json.dumps(json.loads(form["seen"]) | {"story": "Forged.", "state": "accepted"})
    assert client.post(edit_of(nomination), form | {"seen": forged, "story": "Priya's."}).status_code == 302
    nomination.refresh_from_db()
    assert (nomination.story, nomination.state) == ("Priya's.", "submitted")
