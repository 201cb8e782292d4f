"""The files that are imported: customers as another system exports them, and an old red-amber-green sheet."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import PatternFill

SOURCE = "bench"
CUSTOMER_COLUMNS = {
    "Id": "external_id",
    "Account": "name",
    "Website": "domain",
    "Industry": "industry",
    "Region": "region",
    "Country": "country",
    "Employees": "size_band",
    "ARR": "recurring_revenue",
    "Stage": "lifecycle",
    "Go-live": "in_production_since",
    "CSM": "csm",
    "Owner": "account_executive",
}
PLACES = (("EMEA", "Germany"), ("EMEA", "France"), ("Americas", "Canada"), ("APAC", "Japan"))
INDUSTRIES = ("Retail", "Finance", "Health", "Energy", "Software", "Media")
# The letter of a status and its colour, as sheets of this kind have them.
STATUSES = {"": "", "R": "FFF4A6A6", "A": "FFFFD978", "G": "FF9BDDB4"}


def write_customers(path: Path, count: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(CUSTOMER_COLUMNS)
        writer.writerows(_customer(number) for number in range(count))


def _customer(number: int) -> Sequence[str]:
    region, country = PLACES[number % len(PLACES)]
    return (
        f"B-{number:08d}",
        f"Imported {number} GmbH",
        f"imported-{number}.example",
        INDUSTRIES[number % len(INDUSTRIES)],
        region,
        country,
        str(10 + number % 4_000),
        f"{1_000 + number % 90_000}.50",
        "live",
        f"20{10 + number % 14}-0{1 + number % 9}-1{number % 9}",
        f"scale-csm-{1 + number % 40}@example.com",
        f"scale-sales_rep-{1 + number % 20}@example.com",
    )


def write_sheet(path: Path, count: int, dimensions: Sequence[str]) -> None:
    """Customers down, dimensions across; a letter in every cell, in a workbook on its colour."""
    header = ["Customer", "Web domain", *dimensions]
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *_sheet_rows(count, len(dimensions))])
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Grid")
    sheet.append(header)
    styles = {letter: _style(sheet, colour) for letter, colour in STATUSES.items() if colour}
    for name, domain, *letters in _sheet_rows(count, len(dimensions)):
        sheet.append([name, domain, *(_cell(sheet, letter, styles[letter]) for letter in letters)])
    book.save(path)


def _sheet_rows(count: int, width: int) -> Iterator[list[str]]:
    for number in range(count):
        letters = ["RAG"[(number + column) % 3] for column in range(width)]
        yield [f"Sheet {number} Ltd", f"sheet-{number}.example", *letters]


def _style(sheet: object, colour: str) -> object:
    cell = WriteOnlyCell(sheet)
    cell.fill = PatternFill("solid", fgColor=colour)
    return cell._style


def _cell(sheet: object, letter: str, style: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, letter)
    cell._style = style
    return cell
