"""Workbooks made for a test, whole and broken, and tables read from bytes."""

import io
import zipfile

from openpyxl import Workbook

from core.tables import open_table


def read(content: bytes, **options):
    with open_table(io.BytesIO(content), **options) as table:
        rows = list(table.rows)
    return table, rows


def values(content: bytes, **options):
    return [row.values for row in read(content, **options)[1]]


def workbook(*rows, title="Customers") -> bytes:
    return workbook_of({title: rows})


def workbook_of(sheets) -> bytes:
    """A workbook with these rows in each sheet, by its title."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_shared_strings(content: bytes, *strings: str) -> bytes:
    """The workbook with a table of shared strings, as spreadsheet programs write it; numbers become its indexes."""
    name = "xl/sharedStrings.xml"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    items = "".join(f"<si><t>{string}</t></si>" for string in strings)
    file = io.BytesIO(
        repacked(
            repacked(
                content,
                "[Content_Types].xml",
                lambda xml: xml.replace(
                    b"</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
                ),
            ),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(b't="n"', b't="s"'),
        )
    )
    with zipfile.ZipFile(file, "a") as package:
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        package.writestr(name, f'<sst xmlns="{space}">{items}</sst>')
    return file.getvalue()


def repacked(content: bytes, part: str, change) -> bytes:
    """The workbook with one part of its package changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return file.getvalue()
