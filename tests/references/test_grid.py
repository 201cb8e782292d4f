"""The page of the grid: who sees what, narrowed how, and at what price."""

import gzip
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from core.choices import Role
from core.models import Programme, User
from customers.actions import customers
from customers.choices import Lifecycle
from customers.models import Customer, Product, ProductUse
from references.actions import cells
from references.filters import GridFilter
from references.filters import grid as grid_filter
from references.models import Cell, Dimension
from references.reports import grid
from references.reports.grid_choices import grid_choices
from tests.factories import ContactFactory, customer, person
from tests.query_counts import assert_query_count
from tests.references.ledger import write

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def acme(maria):
    return customer("Acme", csm=maria, region="EMEA", industry="Medical", size_band="50-249")


@pytest.fixture
def bluth(jonas):
    return customer("Bluth & Sons <b>", csm=jonas, region="APAC", industry="Retail")


def names(client, query=""):
    page = client.get(f"/grid/?{query}").context["page"]
    return [row.name for row in page.rows]


def test_every_active_customer_is_a_row_and_every_dimension_a_column(client, maria, acme, bluth):
    customer("Prospect", lifecycle=Lifecycle.PROSPECTIVE)
    left = customer("Left")
    customers.set_lifecycle(left, lifecycle=Lifecycle.CHURNED, on=date(2026, 1, 9), reason="Moved on", by=None, at=NOW)
    write(acme, "logo", status="amber", note="Legal reads it.", next_action="Ask", next_action_due=date(2020, 1, 1))
    ContactFactory(customer=acme, evangelist_level="prompted")
    client.force_login(maria)

    html = client.get("/grid/").content.decode()

    assert names(client) == ["Acme", "Bluth & Sons <b>"]
    assert html.count('class="cell"') - html.count('<span class="cell"') == 24
    assert 'aria-label="Amber, note, action overdue">A</a>' in html
    assert "Bluth &amp; Sons &lt;b&gt;" in html
    assert "★</span> 1" in html
    assert "The customer's logo stands on our web site." in html.replace("&#x27;", "'")
    assert names(client, "lifecycle=all") == ["Acme", "Bluth & Sons <b>", "Left", "Prospect"]
    assert names(client, "lifecycle=churned") == ["Left"]


def test_only_scripts_tell_that_edits_by_others_appear(client, maria, acme):
    client.force_login(maria)
    assert '<span id="grid-live" class="grid-live" hidden>' in client.get("/grid/").text


def test_the_footer_counts_greens_of_all_filtered_customers(client, maria, acme, bluth):
    write(acme, "logo", status="green")
    write(bluth, "logo", status="green")
    client.force_login(maria)
    logo = Dimension.objects.get(key="logo").pk
    assert client.get("/grid/").context["footer"].greens == {logo: 2}
    assert client.get("/grid/?region=APAC").context["footer"].greens == {logo: 1}
    figures = client.get("/grid/figures/?mine=true").json()
    assert (figures["customers"], figures["greens"]["logo"], figures["greens"]["quotation"]) == (1, 1, 0)
    assert figures["noun"] == "customer"
    assert client.get("/grid/figures/").json()["noun"] == "customers"


def test_filters_stand_in_the_address(client, maria, jonas, acme, bluth):
    product = Product.objects.create(name="Atlas")
    ProductUse.objects.create(customer=bluth, product=product)
    write(acme, "logo", status="red")
    write(bluth, "logo", status="amber", next_action="Ask legal", next_action_due=date(2020, 1, 1))
    client.force_login(maria)
    expected = {
        "mine=true": ["Acme"],
        f"csm={jonas.pk}": ["Bluth & Sons <b>"],
        f"owner={jonas.pk}": ["Bluth & Sons <b>"],
        "region=EMEA": ["Acme"],
        "industry=Retail": ["Bluth & Sons <b>"],
        f"product={product.pk}": ["Bluth & Sons <b>"],
        "size=50-249": ["Acme"],
        "dimension=logo&status=red": ["Acme"],
        "dimension=quotation&status=blank": ["Acme", "Bluth & Sons <b>"],
        "dimension=logo&status=blank&status=amber": ["Bluth & Sons <b>"],
        "dimension=logo&status=blank&status=amber&status=green&status=red": ["Acme", "Bluth & Sons <b>"],
        "no_action=true": ["Acme"],
        "overdue=true": ["Bluth & Sons <b>"],
        "overdue=true&dimension=quotation": [],
        "expiring=true": [],
        "q=acm": ["Acme"],
        "sort=-name": ["Bluth & Sons <b>", "Acme"],
        "sort=csm": ["Bluth & Sons <b>", "Acme"],
        "sort=logo": ["Bluth & Sons <b>", "Acme"],
        "sort=-logo": ["Acme", "Bluth & Sons <b>"],
        "region=Nowhere&size=huge&csm=99999999999999999999&sort=nonsense": [],
    }
    assert {query: names(client, query) for query in expected} == expected
    assert client.get("/grid/").context["overdue"] == 1


def test_evidence_that_ends_soon_is_found(client, maria, acme):
    today = timezone.now().date()
    agreed = cells.NewEvidence(
        kind="call",
        agreed_on=today - timedelta(days=9),
        contact=ContactFactory(customer=acme),
        valid_until=today + timedelta(days=9),
    )
    cells.edit(
        Cell.objects.of(acme, Dimension.objects.get(key="reference_call")),
        seen_version=0,
        changes={"status": "green"},
        evidence=agreed,
        by=maria,
        at=timezone.now(),
    )
    client.force_login(maria)
    assert names(client, "expiring=true") == ["Acme"]
    assert client.get("/grid/").context["figures"].now == 1


@pytest.mark.parametrize("sort", ["name", "-name", "csm", "evangelists", "logo"])
def test_pages_follow_each_other_without_gap_or_repeat(client, maria, sort):
    Customer.objects.bulk_create(
        Customer(name=f"Row {number:03}", name_key=f"row {number:03}", created_at=NOW) for number in range(205)
    )
    client.force_login(maria)
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get("/grid/", {"sort": sort, "cursor": cursor}).context["page"]
        seen += [row.name for row in page.rows]
        cursor = page.next
    assert sorted(seen) == [f"Row {number:03}" for number in range(205)]
    back = client.get("/grid/", {"sort": sort, "cursor": page.previous}).context["page"]
    assert [row.name for row in back.rows] == seen[100:200]


def test_the_number_of_queries_does_not_depend_on_the_number_of_customers(client, maria, acme):
    client.force_login(maria)
    for number in range(30):
        write(customer(f"More {number}", csm=maria), "logo", status="red", note="Asked")
    client.get("/grid/")
    assert_query_count(client, "/grid/", "references:grid")
    assert_query_count(client, "/grid/figures/", "references:grid_figures")
    assert_query_count(client, f"/grid/{acme.pk}/logo/", "references:cell_detail", **{"HX-Request": "true"})


def test_a_csm_edits_a_colleagues_cells_only_if_the_programme_allows_it(client, maria, acme, bluth):
    client.force_login(maria)
    assert [row.may_edit for row in client.get("/grid/").context["page"].rows] == [True, True]
    Programme.objects.update(colleagues_may_edit=False)
    assert [row.may_edit for row in client.get("/grid/").context["page"].rows] == [True, False]
    assert client.post(f"/grid/{acme.pk}/logo/status/", {"status": "red", "version": 0}).status_code == 200
    assert client.post(f"/grid/{bluth.pk}/logo/status/", {"status": "red", "version": 0}).status_code == 403
    assert client.post(f"/grid/{bluth.pk}/logo/edit/", {"status": "red", "version": 0}).status_code == 403
    assert not Cell.objects.filter(customer=bluth).exists()


def test_a_sales_rep_reads_everything_and_is_offered_no_edit(client, sam, acme):
    client.force_login(sam)
    html = client.get("/grid/").content.decode()
    assert 'aria-readonly="true"' in html
    assert "data-editable" not in html
    panel = client.get(f"/grid/{acme.pk}/logo/", headers={"HX-Request": "true"}).content.decode()
    assert "<form" not in panel
    for address in ("status/", "edit/"):
        assert client.post(f"/grid/{acme.pk}/logo/{address}", {"status": "red", "version": 0}).status_code == 403
    for address in ("/grid/paste/", "/grid/paste/apply/", "/grid/undo/1/"):
        assert client.post(address).status_code == 403


@pytest.mark.parametrize("sort", ["csm", "-csm", "logo", "-logo"])
@pytest.mark.parametrize(("size", "groups"), [(1, 4), (2, 1), (3, 4), (50, 4), (50, 1)])
def test_orders_without_an_index_are_those_of_sorting_everybody(client, maria, jonas, sort, size, groups, monkeypatch):
    namesake, nameless = (
        User.objects.create_user(f"{number}@example.com", name=name) for number, name in enumerate([maria.name, ""])
    )
    owners, statuses = [None, maria, jonas, namesake, nameless], ["green", "amber", "red", ""]
    for number in range(20):
        row = customer(f"Row {number:02}", csm=owners[number % 5])
        if statuses[number % 4]:
            write(row, "logo", status=statuses[number % 4])
    client.force_login(maria)
    with monkeypatch.context() as sorting:
        sorting.setattr(GridFilter, "leading", None)
        sorted_at_once = names(client, f"sort={sort}")
    monkeypatch.setattr(grid, "PAGE_SIZE", size)
    monkeypatch.setattr(grid_filter, "MOST_GROUPS", groups)
    seen, back, cursor = [], [], ""
    while cursor is not None:
        page = client.get("/grid/", {"sort": sort, "cursor": cursor}).context["page"]
        seen += [row.name for row in page.rows]
        cursor = page.next
    assert seen == sorted_at_once
    assert len(seen) == 20
    last = [row.name for row in page.rows]
    while page.previous is not None:
        page = client.get("/grid/", {"sort": sort, "cursor": page.previous}).context["page"]
        back = [row.name for row in page.rows] + back
    assert back + last == sorted_at_once


def test_without_customers_the_page_says_what_to_do(client, maria, db):
    client.force_login(maria)
    assert "There are no active customers yet." in client.get("/grid/").content.decode()
    assert "No customer fits these filters." in client.get("/grid/?q=zzz").content.decode()


def test_the_page_goes_over_the_wire_compressed_and_never_twice_alike(client, maria, acme):
    client.force_login(maria)

    first, second = (client.get("/grid/", headers={"accept-encoding": "gzip"}) for _time in range(2))

    assert first["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in first["Vary"]
    assert b"Acme" in gzip.decompress(first.content)
    assert gzip.decompress(first.content) != gzip.decompress(second.content), "the token is masked anew"


def test_words_of_menus_are_kept_for_a_while_for_all_of_the_same_roles(maria, priya, acme, django_assert_num_queries):
    colleague = person("Ken Ito", Role.CSM)
    assert [word for word, _label in grid_choices(maria).region] == ["EMEA"]
    with django_assert_num_queries(2):
        assert [word for word, _label in grid_choices(colleague).region] == ["EMEA"]
    with django_assert_num_queries(4):
        grid_choices(priya)


@pytest.mark.parametrize("sort", ["", "-name", "csm", "-csm", "impact", "evangelists", "logo", "-logo"])
def test_a_cell_opened_by_its_address_stands_beside_its_row(client, monkeypatch, maria, jonas, sort):
    monkeypatch.setattr(grid, "PAGE_SIZE", 2)
    rows = [customer(f"Customer {n}", csm=(maria, jonas, None)[n % 3]) for n in range(7)]
    write(rows[5], "logo", status="amber")
    client.force_login(maria)
    for row in rows:
        page = client.get(f"/grid/{row.pk}/logo/", {"sort": sort}).context["page"]
        assert row.name in [one.name for one in page.rows]
    opened = client.get(f"/grid/{rows[6].pk}/logo/", {"q": "Customer 1"})
    assert [one.name for one in opened.context["page"].rows] == ["Customer 1"], "the filters leave it out"
    assert "Customer 6 has no row here: it is not among the customers asked for." in opened.text
    assert "has no row here" not in client.get(f"/grid/{rows[6].pk}/logo/").text


def test_without_scripts_the_filters_stand_after_a_save(client, maria):
    row = customer("Bluth Company", csm=maria)
    client.force_login(maria)
    saved = client.post(f"/grid/{row.pk}/logo/edit/?q=bluth&sort=-name", {"status": "amber", "version": 0})
    assert saved.url == f"/grid/{row.pk}/logo/?q=bluth&sort=-name"


def test_from_a_cell_opened_by_its_address_the_pages_before_and_after_are_reached(client, monkeypatch, maria):
    monkeypatch.setattr(grid, "PAGE_SIZE", 2)
    rows = [customer(f"Customer {n}") for n in range(7)]
    client.force_login(maria)

    def shown(address):
        page = client.get(address)
        links = re.findall(r'rel="(prev|next)" href="([^"]+)"', page.text)
        return [one.name[-1] for one in page.context["page"].rows], {rel: unescape(href) for rel, href in links}

    opened, links = shown(f"/grid/{rows[4].pk}/logo/")
    assert opened == ["3", "4"]
    assert shown(links["prev"])[0] == ["1", "2"]
    assert shown(links["next"])[0] == ["5", "6"]
    last, links = shown(f"/grid/{rows[6].pk}/logo/")
    assert (last, set(links)) == (["5", "6"], {"prev"})
    # Where the panel is open and its address kept, another page is still another page.
    assert shown(f"/grid/{rows[6].pk}/logo/?{links['prev'].partition('?')[2]}")[0] == ["3", "4"]


@pytest.mark.parametrize(
    ("query", "chosen"), [("", []), ("?lifecycle=active", []), ("?lifecycle=churned", ["churned"])]
)
def test_the_menu_of_the_lifecycle_offers_active_once(client, maria, acme, query, chosen):
    client.force_login(maria)
    html = client.get(f"/grid/{query}").text
    menu = html.split('id="filter-lifecycle"')[1].split("</select>")[0]
    options = re.findall(r'<option value="(\w*)"( selected)?>([^<]*)<', menu)
    assert [label for _value, _selected, label in options].count("Active") == 1
    assert options[:2] == [("", "", "Active"), ("all", "", "All")]
    assert [value for value, selected, _label in options if selected] == chosen
    assert ("Lifecycle: Active" in html) == (query == "?lifecycle=active"), "the chip says what the address asks for"
