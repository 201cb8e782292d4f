"""What Sam said when he joined Jonas's nomination of Bluth, as Jonas reads it line by line."""

import pytest
from django.urls import reverse
from django.utils import timezone

from references.actions import nomination_decisions as decisions
from references.actions import nominations
from references.models import Dimension
from tests.factories import customer

WORDS = ["The CFO speaks at every meeting.", "Results: Returns down by 48 %", "Relationship: Since 2019",
         "Holds the relationship: Sam Ortiz", "Would speak: Lucille"]  # fmt: skip


def nominate(who, by, *, at, **said):
    values = {"contact_name": "Lucille", "story": f"{by} knows them.", "source": "sales", **said}
    will = {Dimension.objects.get(key="logo"): "maybe"}
    return nominations.submit(customer=who, values=values, willingness=will, by=by, at=at)


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


def join(bluth, sam):
    words = {"story": "The CFO speaks at every meeting.", "results": "Returns down by 48 %"}
    words |= {"relationship": "Since 2019", "relationship_holder": sam}
    return nominate(bluth, sam, at=timezone.now(), **words)


def page_of(client, nomination, reader):
    client.force_login(reader)
    return client.get(reverse("references:nomination_detail", args=[nomination.pk])).text


def test_each_thing_that_sam_said_is_named_and_stands_on_a_line_of_its_own(client, bluth, jonas, sam):
    nomination = nominate(bluth, jonas, at=timezone.now())
    join(bluth, sam)
    assert nomination.events.get(deed="joined").reason.splitlines() == WORDS
    assert page_of(client, nomination, jonas).count("<br>".join(WORDS)) == 2, "in the history and beside his name"


def test_the_notice_keeps_the_lines_apart_in_the_list_and_on_the_home_page(client, bluth, jonas, sam):
    nominate(bluth, jonas, at=timezone.now())
    join(bluth, sam)
    client.force_login(jonas)
    for address in (reverse("people:notice_list"), "/"):
        assert "<br>".join(WORDS) in client.get(address).text


def test_who_merged_did_not_nominate(client, bluth, maria, jonas, sam, priya):
    twin, now = customer("Bluth Homes", csm=maria), timezone.now()
    nominate(bluth, jonas, at=now)
    kept = decisions.accept(nominate(twin, sam, at=now), by=priya, at=now)
    decisions.follow_merge(bluth, duplicate=twin, by=priya, at=now)
    page = page_of(client, kept, sam)
    head = 'Nominated by another colleague too <span class="muted small">· merged by Priya Nair,'
    assert head in page
    assert "From the nomination of Bluth Company by Jonas Weber: Jonas Weber knows them." in page


def test_what_one_person_said_twice_is_merged_too_and_what_a_program_merged_says_so(client, bluth, maria, sam, priya):
    twin, now = customer("Bluth Homes", csm=maria), timezone.now()
    nominate(bluth, sam, at=now)
    kept = decisions.accept(nominate(twin, sam, at=now), by=priya, at=now)
    decisions.follow_merge(bluth, duplicate=twin, by=None, at=now)
    assert 'Completed <span class="muted small">· merged by the program,' in page_of(client, kept, sam)


def test_who_joins_is_the_one_who_nominated(client, bluth, jonas, sam):
    nomination = nominate(bluth, jonas, at=timezone.now())
    join(bluth, sam)
    page = page_of(client, nomination, jonas)
    assert 'Nominated by another colleague too <span class="muted small">· Sam Ortiz,' in page
