"""Maria and Jonas have one row open at the same time; who saves second takes nothing back that the other entered."""

from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from core.both_sides import three_way
from customers.actions import attributes, contacts, customers, invoices, occasions, referrals, support_cases
from customers.models import Contact, Customer, Invoice, Occasion, Referral, SupportCase
from tests.factories import ContactFactory, customer

STANDS = "The form shows it as it stands now, with what you changed in it; press again to save. They changed: "
COMPARE = "Somebody else changed this while you were editing"
DAY, NOW = date(2026, 9, 1), datetime(2026, 10, 1, 12, tzinfo=UTC)
# What Jonas enters, and how its form calls it, while Maria types something else.
MEANWHILE = {
    "contact": (contacts.edit, Contact, {"title": "Chair"}, "Title", {"phone": "+49 30 1234"}),
    "evangelist": (
        contacts.edit,
        Contact,
        {"evangelist_level": "prompted"},
        "Evangelist",
        {"evangelist_scope": "outside"},
    ),
    "invoice": (invoices.edit, Invoice, {"paid_on": date(2026, 9, 20)}, "Paid on", {"amount": "250.00"}),
    "case": (support_cases.edit, SupportCase, {"closed_on": date(2026, 9, 3)}, "Solved on", {"is_escalated": True}),
    "occasion": (occasions.edit, Occasion, {"note": "Bring\nslides"}, "What it is about", {"title": "Webinar two"}),
    "referral": (referrals.edit, Referral, {"told_company": "Sitwell"}, "Company", {"told_name": "Stan Sitwell"}),
}


class Sent(HTMLParser):
    """What a browser sends of the forms of a page in which nobody types: of a name, the last one."""

    def __init__(self, text):
        super().__init__()
        self.values, self.within, self.options = {}, "", []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        name = told.get("name", "")
        if tag in ("select", "textarea"):
            self.within, self.values[name] = name, ""
        elif tag == "option" and "selected" in told:
            self.values[self.within] = told["value"]
        elif tag == "input" and told.get("type") not in ("checkbox", "radio"):
            self.values[name] = told.get("value", "")
        elif tag == "input" and "checked" in told:
            self.values[name] = told.get("value", "on")

    def handle_data(self, data):
        if self.within and self.get_starttag_text().startswith("<textarea"):
            # A browser drops the first break, and ends lines its own way.
            self.values[self.within] += data.removeprefix("\n").replace("\n", "\r\n")

    def handle_endtag(self, tag):
        if tag in ("select", "textarea"):
            self.within = ""


@pytest.fixture
def bluth(maria, sam):
    return customer("Bluth Company", domain="bluth.com", industry="Housing", region="EMEA", csm=maria, opener=sam)


@pytest.fixture
def rows(bluth, maria):
    """A row of every kind, by its kind."""
    lucille = ContactFactory(customer=bluth, name="Lucille", evangelist_level="unprompted", evangelist_scope="inside")
    by = {"by": maria, "at": NOW}
    bill = {"number": "R-1", "amount": "100.00", "currency": "EUR", "issued_on": DAY, "due_on": DAY}
    told = {"told_name": "Stan", "referred_on": DAY, "outcome": "open"}
    return {
        "contact": lucille,
        "evangelist": lucille,
        "invoice": invoices.record(bluth, values=bill, **by),
        "case": support_cases.record(bluth, values={"number": "C-1", "severity": "low", "opened_on": DAY}, **by),
        "occasion": occasions.create(title="Webinar", kind="webinar", held_on=DAY, note="First", **by),
        "referral": referrals.record(lucille, values=told, **by),
    }


@pytest.fixture(autouse=True)
def _logged_in(client, maria):
    client.force_login(maria)


def edit_of(kind, pk):
    return reverse(f"customers:{kind}_edit", args=[pk])


def opened(client, address):
    return Sent(client.get(address).content.decode()).values


def test_what_jonas_entered_in_other_fields_of_a_customer_stays(client, bluth, jonas):
    address = edit_of("customer", bluth.pk)
    page = opened(client, address)
    customers.edit(bluth, seen_version=1, changes={"region": "APAC", "is_well_known": True}, by=jonas, at=NOW)
    answer = client.post(address, page | {"industry": "Retail"})
    text = answer.content.decode()
    told = f"{STANDS}Region, Well-known brand<"
    assert (answer.status_code, told in text, COMPARE in text) == (409, True, False)
    again = Sent(text).values
    assert (again["industry"], again["region"], again["is_well_known"]) == ("Retail", "APAC", "on")
    assert client.post(address, again).status_code == 302
    saved = Customer.objects.get()
    assert (saved.industry, saved.region, saved.is_well_known) == ("Retail", "APAC", True)


def test_both_values_are_shown_only_of_what_both_changed(client, bluth, jonas):
    address = edit_of("customer", bluth.pk)
    page = opened(client, address)
    changes = {"industry": "Banking", "region": "APAC"}
    customers.edit(bluth, seen_version=1, changes=changes, by=jonas, at=NOW)
    answer = client.post(address, page | {"industry": "Retail", "country": "Germany"})
    assert [(one.label, one.theirs, one.yours) for one in answer.context["conflicts"]] == [
        ("Industry", "Banking", "Retail")
    ]
    assert f"{STANDS}Region<" in answer.content.decode()
    again = Sent(answer.content.decode()).values
    assert client.post(address, again).status_code == 302
    saved = Customer.objects.get()
    assert (saved.industry, saved.region, saved.country) == ("Retail", "APAC", "Germany")


def test_an_attribute_that_came_meanwhile_keeps_what_jonas_entered(client, bluth, jonas):
    address = edit_of("customer", bluth.pk)
    page = opened(client, address)
    use_case = attributes.create(name="Deployment", by=jonas, at=NOW)
    customers.edit(bluth, seen_version=1, changes={}, attributes={use_case.key: "Cloud"}, by=jonas, at=NOW)
    answer = client.post(address, page | {"industry": "Retail"})
    again = Sent(answer.content.decode()).values
    assert (answer.status_code, again[use_case.field_name]) == (409, "Cloud")
    assert client.post(address, again).status_code == 302
    assert list(bluth.attribute_values.values_list("value", flat=True)) == ["Cloud"]


def test_who_opened_the_page_before_it_told_what_it_showed_sees_all_that_differs(client, bluth, jonas):
    address = edit_of("customer", bluth.pk)
    page = opened(client, address) | {"seen": "{", "industry": "Retail"}
    customers.edit(bluth, seen_version=1, changes={"region": "APAC"}, by=jonas, at=NOW)
    answer = client.post(address, page)
    assert [one.label for one in answer.context["conflicts"]] == ["Industry", "Region"]
    assert Sent(answer.content.decode()).values["region"] == "EMEA"


@pytest.mark.parametrize("kind", MEANWHILE)
def test_what_the_other_entered_stays_in_rows_of_every_kind(client, kind, rows, jonas):
    row = rows[kind]
    edit, model, theirs, label, mine = MEANWHILE[kind]
    page = opened(client, edit_of(kind, row.pk))
    edit(model.objects.get(pk=row.pk), changes=theirs, by=jonas, at=NOW)
    typed = {name: "on" if value is True else value for name, value in mine.items()}
    answer = client.post(edit_of(kind, row.pk), page | typed)
    assert (answer.status_code, f"{STANDS}{label}<" in answer.content.decode()) == (409, True)
    assert client.post(edit_of(kind, row.pk), Sent(answer.content.decode()).values).status_code == 302
    saved = model.objects.get(pk=row.pk)
    told = {name: str(getattr(saved, name)).replace("\r\n", "\n") for name in theirs | mine}
    assert told == {name: str(value) for name, value in (theirs | mine).items()}


def test_another_customer_that_came_of_a_referral_is_shown_beside_the_one_that_was_typed(client, rows, jonas):
    row = rows["referral"]
    sitwell, gobias = customer("Sitwell"), customer("Gobias")
    page = opened(client, edit_of("referral", row.pk))
    referrals.edit(Referral.objects.get(), changes={"customer": sitwell}, by=jonas, at=NOW)
    answer = client.post(edit_of("referral", row.pk), page | {"customer_name": "Gobias"})
    assert [(one.theirs, one.yours) for one in answer.context["conflicts"]] == [("Sitwell", "Gobias")]
    client.post(edit_of("referral", row.pk), Sent(answer.content.decode()).values)
    assert Referral.objects.get().customer == gobias


@pytest.mark.parametrize(
    ("seen", "typed", "theirs", "taken", "both"),
    [
        ({"a": 1}, {"a": 1}, {"a": 1}, {}, set()),
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}, set()),
        ({"a": 1}, {"a": 2}, {"a": 1}, {}, set()),
        ({"a": 1}, {"a": 2}, {"a": 2}, {}, set()),
        ({"a": 1}, {"a": 2}, {"a": 3}, {}, {"a"}),
        ({}, {"a": 1}, {"a": 2}, {}, {"a"}),
        ({}, {"a": 1}, {"a": 1}, {}, set()),
        ({"b": 1}, {"a": 1}, {"a": 1}, {}, set()),
    ],
)
def test_who_changed_what_is_told_from_what_was_seen(seen, typed, theirs, taken, both):
    assert three_way(seen, typed, theirs) == (taken, both)
