"""By which states the list of nominations is narrowed: those that rows can have, and what old addresses meant; and
which state is named when it forbids what was asked."""

import pytest
from django.utils import timezone

from core.errors import RuleBroken
from references.actions import nomination_decisions as decisions
from references.actions import nominations
from references.models import Dimension
from tests.api.calling import client_of
from tests.references.nominated import accepted


def test_accepted_ones_stand_in_the_queue_and_an_old_address_finds_them_there(client, sam, priya, maria):
    accepted("Bluth Company", csm=maria, by=sam, priya=priya, at=timezone.now())
    client.force_login(sam)
    offered = client.get("/nominations/").text.split('id="filter-state"')[1].split("</select>")[0]
    assert '<option value="queued">In the queue</option>' in offered
    assert 'value="accepted"' not in offered
    for state in ("queued", "accepted"):
        page = client.get(f"/nominations/?state={state}").text
        assert '<option value="queued" selected>In the queue</option>' in page
        assert ("Bluth Company" in page, "No nomination matches" in page) == (True, False)
        lines = b"".join(client.get(f"/nominations/export.csv?state={state}")).decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        [row] = client_of(sam).get(f"/api/v1/nominations/?state={state}").json()["results"]
        assert row["state"] == "queued"


def test_a_company_that_was_accepted_already_is_said_to_be_in_the_queue_when_it_is_accepted_again(sam, priya, maria):
    now, values = timezone.now(), {"contact_name": "Stan", "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    proposed = nominations.submit(proposed_customer="Fakeblock", values=values, willingness=will, by=sam, at=now)
    said = {"lifecycle": "onboarding", "csm": maria, "by": priya, "at": now}
    decisions.accept(proposed, **said)
    with pytest.raises(RuleBroken, match="The nomination of Fakeblock is in the state “In the queue” now"):
        decisions.accept(proposed, **said)
