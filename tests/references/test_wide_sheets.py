"""A sheet with more columns than are read: what stands beyond them is told of, by both importers alike."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from core.models import Job
from tests.factories import customer
from tests.references.test_rag_import_pages import upload

pytestmark = pytest.mark.usefixtures("own_files")


def wide(*header):
    """The same sheet as CSV and as a workbook, under this header."""
    book, last = Workbook(), len(header)
    for row in (header, ["G" if name == "Logo" else "Acme" for name in header]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    assert book.active.max_column == last
    return {"old.csv": f"{','.join(header)}\n{','.join(['Acme'] * last)}\n".encode(), "old.xlsx": file.getvalue()}


@pytest.mark.parametrize("name", ["old.csv", "old.xlsx"])
def test_columns_beyond_those_that_are_read_are_not_left_out_in_silence(client, maria, name):
    """Customer and logo stand behind a thousand columns of another program: both importers say that it is too much."""
    client.force_login(maria)
    content = wide(*(f"Filler {number}" for number in range(1_000)), "Customer", "Logo")[name]
    answers = [upload(client, content, name)]
    sent = {"kind": "customers", "file": SimpleUploadedFile(name, content)}
    answers.append(client.post(reverse("customers:import_create"), sent))
    for answer in answers:
        assert (answer.status_code, "Row 1: The header has more than 900 columns." in answer.text) == (422, True)
    assert not Job.objects.exists()


@pytest.mark.parametrize("name", ["old.csv", "old.xlsx"])
def test_as_many_columns_as_are_read_are_taken(client, maria, name):
    client.force_login(maria)
    content = wide("Customer", *(f"Filler {number}" for number in range(898)), "Logo")[name]
    assert upload(client, content, name).status_code == 302
    assert len(Job.objects.get().parameters["headers"]) == 900


def test_a_sheet_that_is_too_wide_is_named_where_another_one_is_read(client, maria):
    book = Workbook()
    book.active.title = "All"
    book.active.append([*(f"Filler {number}" for number in range(1_000)), "Customer", "Logo"])
    small = book.create_sheet("Few")
    small.append(["Customer", "Logo"])
    small.append(["Acme", "G"])
    file = io.BytesIO()
    book.save(file)
    customer("Acme", csm=maria)
    client.force_login(maria)
    page = client.get(upload(client, file.getvalue()).url)
    words = "The sheet “All” was left out. Row 1: The header has more than 900 columns."
    assert ("Few" in page.text, words in page.text) == (True, True)
