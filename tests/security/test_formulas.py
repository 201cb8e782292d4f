"""Hostile names everywhere: no export of the program hands a spreadsheet a formula."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core.actions import people
from core.choices import Role
from core.models import User
from customers.models import Contact, Customer
from references.models import Cell, Dimension
from tests.cast import NOW, cast
from tests.factories import customer
from tests.test_permissions_table import lines_of

BAIT = ["=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://evil")', "'=1+1"]
STARTS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def exports(db, own_files) -> dict[str, str]:
    """Every address that answers a GET with a table, in a company where everything has a hostile name."""
    everyone = cast()
    priya = everyone["priya"]
    people.set_roles(priya, roles=[Role.PROGRAMME_MANAGER, Role.ADMINISTRATOR], by=None, at=NOW)
    found = {line: reverse(line.split()[0], kwargs=arguments) for line, _rule, arguments in lines_of(everyone)
             if "export" in line and "start" not in line}  # fmt: skip
    for number, bait in enumerate(BAIT):
        made = customer(f"Victim {number}", industry=bait, region=bait, country=bait)
        Customer.objects.filter(pk=made.pk).update(name=bait)
        User.objects.filter(pk=list(everyone.values())[number].pk).update(name=bait)
        Cell(customer=made, dimension=Dimension.objects.get(key="reference_call"), status="amber", note=bait, version=1,
             next_action=bait, blocker=bait, updated_at=NOW, owner=priya, forecast_confidence="commit",
             forecast_on=NOW.date()).save()  # fmt: skip
    Contact.objects.update(name=BAIT[0])
    Dimension.objects.filter(key="logo").update(name=BAIT[0])
    return found


def cells_of(answer) -> list[list[object]]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "spreadsheetml" in answer["Content-Type"]:
        sheets = load_workbook(io.BytesIO(body)).worksheets
        assert not [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        return [[cell.value for cell in row] for sheet in sheets for row in sheet.iter_rows()]
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdecimal()


def test_no_export_hands_out_a_formula(exports):
    client = Client()
    client.force_login(User.objects.get(email="priya.nair@example.com"))
    baited, formats = set(), ("", "?format=csv")
    for line, address in exports.items():
        for query in formats if line == "references:grid_export" else ("",):
            texts = [value for row in cells_of(client.get(address + query)) for value in row if isinstance(value, str)]
            bad = [text for text in texts if text.startswith(STARTS) and not is_number(text)]
            assert not bad, (line, query, bad)
            baited |= {line} if any(bait in text for text in texts for bait in BAIT) else set()
    assert len(exports) >= 10
    assert {"customers:customer_export", "people:person_export", "people:event_export", "references:grid_export",
            "references:forecast_export"} <= baited  # fmt: skip
