"""Sam is told before typing that a company is a customer here, or that a colleague proposed it already."""

import pytest
from django.utils import timezone

from references.actions import nominations
from references.models import Dimension, Nomination
from tests.factories import ContactFactory, customer


@pytest.fixture
def typed(db):
    will = {f"will-{Dimension.objects.get(key='logo').pk}": "maybe"}
    return {"story": "They sing.", "source": "sales", "contact": "new", "contact_name": "Ann Veal", **will}


def nominate(by, **whom):
    values = {"contact_name": "Uma Thorne", "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    return nominations.submit(**whom, values=values, willingness=will, by=by, at=timezone.now())


def test_a_customer_that_is_here_is_named_on_opening_with_the_way_to_nominate_it(client, sam):
    here = customer("Quillmark Widgets Ltd")
    client.force_login(sam)
    page = client.get("/nominations/new/?new=QUILLMARK+widgets&dimension=logo").text
    assert "Quillmark Widgets Ltd is a customer here already." in page
    assert f'href="/nominations/new/?customer={here.pk}&amp;dimension=logo"' in page
    assert 'name="story"' not in page
    assert "A company that is not here yet" not in page
    assert "A company that is not here yet" in client.get("/nominations/new/?new=Fakeblock").text


def test_what_was_typed_goes_along_to_the_form_of_a_customer_that_was_entered_meanwhile(client, sam, typed):
    here = customer("Quillmark Widgets Ltd")
    ContactFactory(customer=here, name="Bob Loblaw")
    client.force_login(sam)
    refused = client.post("/nominations/new/?new=QUILLMARK+widgets&dimension=logo", typed)
    assert refused.status_code == 422
    address = f"/nominations/new/?customer={here.pk}&dimension=logo"
    assert f'action="{address.replace("&", "&amp;")}"' in refused.text
    assert [word in refused.text for word in ("They sing.", "Ann Veal", "Bob Loblaw")] == [True] * 3
    assert client.post(address, typed).status_code == 302
    assert Nomination.objects.get().customer == here


def test_with_two_of_the_name_what_was_typed_stays_and_both_are_named(client, sam, typed):
    twins = [customer("Quillmark Inc"), customer("QUILLMARK")]
    client.force_login(sam)
    refused = client.post("/nominations/new/?new=Quillmark", typed).text
    assert "They sing." in refused
    assert [f"/nominations/new/?customer={one.pk}" in refused for one in twins] == [True, True]
    assert not Nomination.objects.exists()


def test_a_company_that_a_colleague_proposed_under_another_spelling_is_joined_and_said_so(client, sam, jonas, typed):
    there = nominate(jonas, proposed_customer="Quillmark Widgets Ltd")
    client.force_login(sam)
    page = client.get("/nominations/new/?new=QUILLMARK+widgets").text
    assert "Jonas Weber proposed it already, as “Quillmark Widgets Ltd”. If you go on, you join" in page
    assert f'href="/nominations/{there.pk}/"' in page
    client.post("/nominations/new/?new=QUILLMARK+widgets", typed)
    assert {row.user for row in there.nominators.all()} == {jonas, sam}
    assert "You have nominated this customer already." in client.get("/nominations/new/?new=Quillmark+Widgets").text


def test_who_nominated_it_before_and_types_it_all_again_keeps_the_text(client, sam, typed):
    here = customer("Quillmark Widgets Ltd")
    nominate(sam, customer=here)
    client.force_login(sam)
    for address in ("?new=Quillmark+Widgets", f"?customer={here.pk}"):
        page = client.post(f"/nominations/new/{address}", typed).text
        assert "You have nominated this customer already." in page
        assert "They sing." in page
