"""A file writes retail where everybody writes Retail: no filter and no line of the dashboard stands there twice."""

from datetime import UTC, datetime

import pytest

from customers.actions import customers
from customers.actions.spellings import spelled
from customers.models import Contact, Customer
from tests.customers.taking import counts, take
from tests.factories import customer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COLUMNS = {"Name": "name", "Sector": "industry", "Area": "region", "Land": "country"}
FILE = "Name,Sector,Area,Land\nCancity,retail,emea,germany\nDunder,PAPER,emea,Germany\nEntemp,Paper,Emea,GERMANY\n"


def two_spellings():
    """As they stand here from before spellings were looked at."""
    for name in ("Acme", "Bluth", "Sitwell"):
        customer(name, industry="Retail")
    Customer.objects.filter(name="Sitwell").update(industry="retail")


def words(column):
    return sorted(Customer.objects.order_by().values_list(column, flat=True).distinct())


def test_what_stands_here_with_other_capitals_is_taken_as_it_is_spelled_here():
    for name in ("Acme", "Bluth"):
        customer(name, industry="Retail", region="EMEA", country="Germany")
    tally = take(FILE, COLUMNS)
    assert counts(tally) == {"created": 3}
    assert (words("industry"), words("region"), words("country")) == (["PAPER", "Retail"], ["EMEA"], ["Germany"])
    assert [note for note in tally.notes if note.startswith("New in")] == [
        "New in Industry: “PAPER” (2). They become filters and lines of the dashboard; look for slips."
    ]
    assert counts(take(FILE, COLUMNS)) == {"unchanged": 3}, "the same file again changes nothing"


def test_of_two_spellings_that_stand_here_each_stays_and_a_third_is_taken_as_most_have_it():
    """What was exported can be imported again and changes nothing."""
    two_spellings()
    exported = "Name,Sector\nAcme,Retail\nBluth,Retail\nSitwell,retail\n"
    assert counts(take(exported, {"Name": "name", "Sector": "industry"})) == {"unchanged": 3}
    take("Name,Sector\nCancity,RETAIL\n", {"Name": "name", "Sector": "industry"})
    assert Customer.objects.get(name="Cancity").industry == "Retail"


def test_a_check_tells_what_the_import_does():
    customer("Acme", industry="Retail")
    told = take(FILE, COLUMNS, write=False)
    assert Customer.objects.count() == 1
    done = take(FILE, COLUMNS)
    assert (told.counts, told.shown, told.notes) == (done.counts, done.shown, done.notes)


def test_a_person_and_a_program_spell_them_so_too_but_may_respell_what_nobody_else_has(maria):
    customer("Acme", industry="Retail", region="EMEA")
    bluth = customers.enter(name="Bluth", values={"industry": "retail", "region": "emea"}, by=maria, at=NOW)
    assert (bluth.industry, bluth.region) == ("Retail", "EMEA")
    changed = customers.edit(bluth, seen_version=1, changes={"industry": "RETAIL"}, by=maria, at=NOW)
    assert (changed.industry, changed.version) == ("Retail", 1), "nothing differs"
    changed = customers.edit(bluth, seen_version=1, changes={"industry": "paper"}, by=maria, at=NOW)
    changed = customers.edit(changed, seen_version=2, changes={"industry": "Paper"}, by=maria, at=NOW)
    assert Customer.objects.get(pk=bluth.pk).industry == "Paper"


def test_a_word_that_stands_here_just_so_needs_no_look_at_all_the_others(django_assert_num_queries):
    """The spelling with fewer customers stays one too; only a new word is compared with every word of its column."""
    two_spellings()
    with django_assert_num_queries(1):
        assert spelled({"industry": "retail"}) == {"industry": "retail"}
    with django_assert_num_queries(2):
        assert spelled({"industry": "RETAIL"}) == {"industry": "Retail"}


def test_a_contact_in_other_capitals_is_the_same_contact_and_keeps_its_name():
    customer("Acme")
    columns = {"Company": "customer_name", "Name": "name", "Mail": "email"}
    file = "Company,Name,Mail\nAcme,Zed Zulu,zed@acme.com\nAcme,zed zulu,Zed@acme.com\n"
    assert counts(take(file, columns, kind="contacts")) == {"created": 1, "unchanged": 1}
    loud = "Company,Name,Mail\nAcme,ZED ZULU,zed@acme.com\n"
    assert counts(take(loud, columns, kind="contacts")) == {"unchanged": 1}
    assert Contact.objects.get().name == "Zed Zulu"
