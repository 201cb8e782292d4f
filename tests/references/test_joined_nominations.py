"""Sam joins Jonas's nomination of Bluth: what each believed stays theirs."""

import pytest
from django.urls import reverse
from django.utils import timezone

from references.actions import nominations
from references.models import Dimension
from tests.factories import customer


def nominate(who, by, **willingness):
    will = {Dimension.objects.get(key=key): will for key, will in willingness.items()}
    values = {"contact_name": "Lucille", "story": f"{by} knows them.", "source": "sales"}
    return nominations.submit(customer=who, values=values, willingness=will, by=by, at=timezone.now())


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


def test_what_sam_added_and_where_he_differs_stands_in_the_history_and_beside_his_name(client, bluth, jonas, sam):
    nomination = nominate(bluth, jonas, reference_call="willing", logo="maybe")
    nominate(bluth, sam, reference_call="unwilling", logo="maybe", press_release="unwilling")
    told = "Press release: would not. Differently: Reference call: would not."
    joined = nomination.events.get(deed="joined").reason
    assert joined.startswith(f"{told}\nSam Ortiz knows them.")
    assert nomination.nominators.get(user=sam).story.endswith(f"\n{told}")
    client.force_login(jonas)
    shown = client.get(reverse("references:nomination_detail", args=[nomination.pk])).text
    assert shown.count("Differently: Reference call: would not.") == 2
    said = {row.dimension.key: row.willingness for row in nomination.dimensions.all()}
    assert said == {"reference_call": "willing", "logo": "maybe", "press_release": "unwilling"}


def test_who_adds_nothing_of_the_kind_is_not_said_to(bluth, jonas, sam):
    nomination = nominate(bluth, jonas, logo="maybe")
    nominate(bluth, sam, logo="maybe")
    assert nomination.events.get(deed="joined").reason.startswith("Sam Ortiz knows them.")
