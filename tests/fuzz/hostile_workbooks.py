"""Workbooks that no spreadsheet program would write, by name, put together part by part."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.core.workbooks import repacked, with_shared_strings, workbook

MIB = 2**20
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
NAMES, NAME = b"<definedNames>%s</definedNames>", b'<definedName name="n">Customers!$A$1</definedName>'
PLAIN = workbook(["Name", "Website", "Logo", "Reference call"], ["Acme", "acme.com", "G", "R"], ["Bluth", "", "A", ""])
BILLION = (
    b"<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
Change = Callable[[bytes], bytes]


def workbooks(*, whole: bool) -> dict[str, bytes]:
    """The files; `whole` makes the large ones as large as the limits allow, else a tenth of it."""
    size = 10 if whole else 1
    return _packages(size) | _sheets(size) | _parts(size)


def in_sheet(change: Change) -> bytes:
    return repacked(PLAIN, SHEET, change)


def rows(inside: str) -> bytes:
    """The plain workbook with these rows below its own."""
    return in_sheet(lambda xml: xml.replace(b"</sheetData>", inside.encode() + b"</sheetData>"))


def cell(inside: str, row: int = 9) -> bytes:
    return rows(f'<row r="{row}">{inside}</row>')


def with_parts(parts: dict[str, bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The plain workbook with parts added, or put in the place of its own."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(file, "w", packed) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return file.getvalue()


def _packages(size: int) -> dict[str, bytes]:
    bomb = with_parts({"xl/media/image1.png": b"\0" * (size * 30 * MIB)})
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<x/>")
    letter = io.BytesIO()
    with zipfile.ZipFile(letter, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    nested = with_parts({f"xl/embeddings/{n}.zip": bomb for n in range(3)})
    return {
        "zip_bomb.xlsx": bomb,
        "zip_bomb_that_lies.xlsx": _lying(bomb),
        "zip_in_a_zip.xlsx": nested,
        "overlapping_parts.xlsx": _overlapping(400),
        "cut_in_half.xlsx": PLAIN[: len(PLAIN) // 2],
        "cut_directory.xlsx": PLAIN[:-30],
        "damaged_bytes.xlsx": PLAIN[:300] + bytes(200) + PLAIN[500:],
        "only_an_end.xlsx": b"PK\x05\x06" + bytes(18),
        "only_a_beginning.xlsx": b"PK\x03\x04" + b"\xff" * 5000,
        "names_that_lead_out.xlsx": with_parts(
            {"../../../../tmp/evil.xml": b"<x/>", "/etc/cron.d/evil": b"x", "C:\\evil": b"x"}
        ),
        "many_parts.xlsx": with_parts({f"xl/media/{n}": b"" for n in range(10_500)}, packed=zipfile.ZIP_STORED),
        "packed_with_lzma.xlsx": with_parts({"xl/media/1": b"x" * 1000}, packed=zipfile.ZIP_LZMA),
        "packed_unknown.xlsx": PLAIN.replace(b"\x08\x00", b"\x63\x00"),
        "said_to_be_encrypted.xlsx": _encrypted(PLAIN),
        "encrypted.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000,
        "binary.xlsb": with_parts({"xl/workbook.bin": b"\0" * 100}),
        "document.ods": document.getvalue(),
        "letter.docx": letter.getvalue(),
        "no_parts.xlsx": _no_parts(),
    }


def _lying(content: bytes) -> bytes:
    """The same, every size in its directory made small."""
    lying = bytearray(content)
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(signature)
        while at >= 0:
            lying[at + offset : at + offset + 4] = struct.pack("<I", 1000)
            at = content.find(signature, at + 1)
    return bytes(lying)


def _overlapping(times: int) -> bytes:
    """Many names in the directory for one part, so that little is packed and much unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = b" " * MIB
    packed = packer.compress(plain) + packer.flush()
    facts = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, zlib.crc32(plain), len(packed), len(plain))
    part = b"PK\x03\x04" + facts + struct.pack("<HH", 4, 0) + b"xl/a" + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHHHII", 4, 0, 0, 0, 0, 0, 0) + b"xl/a"
    directory = entry * times
    end = struct.pack("<HHHHIIH", 0, 0, times, times, len(directory), len(part), 0)
    return part + directory + b"PK\x05\x06" + end


def _encrypted(content: bytes) -> bytes:
    """Every part marked as encrypted."""
    marked = bytearray(content)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(signature)
        while at >= 0:
            marked[at + offset] |= 1
            at = content.find(signature, at + 1)
    return bytes(marked)


def _no_parts() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/none.xml", "<x/>")
    return file.getvalue()


def _sheets(size: int) -> dict[str, bytes]:
    text = '<c r="A9" t="inlineStr"><is><t>{}</t></is></c>'
    wide = "".join(f"<c><v>{n}</v></c>" for n in range(100_000))
    return {
        "dimension_of_all_cells.xlsx": in_sheet(lambda xml: xml.replace(b'ref="A1:D3"', b'ref="A1:XFD1048576"')),
        "last_cell.xlsx": rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "row_of_100000_columns.xlsx": cell(wide),
        "cell_beyond_the_last_column.xlsx": cell('<c r="ZZZ9"><v>1</v></c>'),
        "row_without_number.xlsx": rows(f"<row>{text.format('Cancity')}</row>" * 5),
        "row_of_a_huge_number.xlsx": rows(f'<row r="{"9" * 400}"><c><v>1</v></c></row>'),
        "row_of_a_number_too_long_to_read.xlsx": rows(f'<row r="{"9" * 5000}"><c><v>1</v></c></row>'),
        "row_of_a_negative_number.xlsx": rows('<row r="-5"><c r="A-5"><v>1</v></c></row>'),
        "cell_of_10_mb.xlsx": cell(text.format("x" * (10 * MIB))),
        "million_empty_rows.xlsx": rows("<row/>" * (100_000 * size)),
        "million_empty_cells.xlsx": rows("<row>" + "<c/>" * (100_000 * size) + "</row>"),
        "many_rows_of_one_cell.xlsx": rows("<row><c><v>1</v></c></row>" * (60_000 * size)),
        "all_columns_hidden_many_times.xlsx": in_sheet(
            lambda xml: xml.replace(
                b"<sheetData>",
                b"<cols>" + b'<col min="1" max="16384" hidden="1"/>' * (50_000 * size) + b"</cols><sheetData>",
            )
        ),
        "deeply_nested.xlsx": cell("<x>" * 100_000 + "</x>" * 100_000),
        "huge_attribute.xlsx": cell(f'<c r="A9" x="{"y" * (3 * MIB)}"><v>1</v></c>'),
        "many_attributes.xlsx": cell("<c " + " ".join(f'a{n}="1"' for n in range(30_000)) + "><v>1</v></c>"),
        "million_comments_in_the_xml.xlsx": cell("<!-- -->" * (50_000 * size)),
        "text_outside_of_cells.xlsx": rows("z" * MIB),
        "numbers_that_are_none.xlsx": cell(
            "".join(f"<c><v>{n}</v></c>" for n in ("NaN", "inf", "1e999", "abc", "²", "٣", ""))
        ),
        "days_beyond_all_calendars.xlsx": cell(
            "".join(f'<c t="d"><v>{n}</v></c>' for n in ("9999-99-99", "0", "", "2026"))
        ),
        "kinds_of_cells_unknown.xlsx": cell('<c t="zzz"><v>1</v></c><c t="b"><v>7</v></c><c t="e"><v>#EVIL!</v></c>'),
        "style_that_is_not_there.xlsx": cell('<c s="99999"><v>1.5</v></c><c s="-1"><v>1.5</v></c>'),
        "style_that_is_no_number.xlsx": cell('<c s="x"><v>1.5</v></c>'),
        "string_that_is_not_there.xlsx": cell('<c t="s"><v>99999</v></c>'),
        "string_before_the_first.xlsx": cell('<c t="s"><v>-1</v></c>'),
        "formulas.xlsx": cell('<c r="A9" t="str"><f>cmd|"/C calc"!A0</f><v>=cmd|\' /C calc\'!A0</v></c>'),
        "formulas_without_values.xlsx": cell(
            '<c r="A9"><f>A9</f></c><c r="B9"><f>WEBSERVICE("http://evil.example")</f></c>'
        ),
        "nul_by_its_code.xlsx": cell(text.format("Ac_x0000_me")),
        "surrogate_by_its_code.xlsx": cell(text.format("_xD800_ Acme _xDFFF_")),
        "control_characters_by_their_code.xlsx": cell(text.format("_x0001__x001B_[31mAcme_xFFFF_")),
        "right_to_left.xlsx": cell(text.format("\u202egnp.exe\u2066")),
        "billion_laughs.xlsx": in_sheet(lambda xml: BILLION + xml.replace(b">Acme<", b">&a9;<")),
        "entity_from_a_file.xlsx": in_sheet(lambda xml: OUTSIDE + xml.replace(b">Acme<", b">&a;<")),
        "entities_in_utf16.xlsx": in_sheet(
            lambda xml: (
                '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16")
                + (BILLION + xml).decode().encode("utf-16-le")
            )
        ),
        "entities_behind_a_long_comment.xlsx": in_sheet(lambda xml: b"<!--" + b"x" * 70_000 + b"-->" + BILLION + xml),
        "entities_behind_many_blanks.xlsx": in_sheet(lambda xml: b" " * 70_000 + BILLION + xml),
        "xinclude.xlsx": cell(
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
        ),
    }


def _parts(size: int) -> dict[str, bytes]:
    link = '<Relationship Id="e" Type="http://x/externalLink" Target="http://evil.example/x" TargetMode="External"/>'
    return {
        **_strings(size),
        **_comments(size),
        "huge_styles.xlsx": inside(
            STYLES, "cellXfs", '<xf numFmtId="14" fontId="0" fillId="0" borderId="0"/>', 30_000 * size
        ),
        "damaged_styles.xlsx": repacked(PLAIN, STYLES, lambda xml: xml[: len(xml) // 2]),
        "styles_of_something_else.xlsx": repacked(PLAIN, STYLES, lambda _xml: b"<svg/>"),
        "many_sheets.xlsx": inside(
            BOOK, "sheets", f'<sheet name="s" sheetId="9" r:id="rId1" {RELATED}/>', 2_000 * size
        ),
        "sheet_with_a_hostile_name.xlsx": repacked(
            PLAIN, BOOK, lambda xml: xml.replace(b'name="Customers"', b'name="&lt;script&gt;../%s&#10;"')
        ),
        "many_names.xlsx": repacked(
            PLAIN, BOOK, lambda xml: xml.replace(b"</sheets>", b"</sheets>" + NAMES % (NAME * 20_000 * size))
        ),
        "no_workbook_part.xlsx": repacked(PLAIN, BOOK, lambda _xml: b"<x/>"),
        "links_to_elsewhere.xlsx": inside(RELATIONS, "Relationships", link, 1),
        "sheet_that_is_elsewhere.xlsx": repacked(
            PLAIN, RELATIONS, lambda xml: xml.replace(b"worksheets/sheet1.xml", b"../../../etc/passwd")
        ),
        "theme_with_entities.xlsx": repacked(PLAIN, "xl/theme/theme1.xml", lambda xml: OUTSIDE + xml),
    }


def inside(part: str, element: str, text: str, times: int) -> bytes:
    """The plain workbook with the text so many times before the end of an element of a part."""
    end = f"</{element}>".encode()
    return repacked(PLAIN, part, lambda xml: xml.replace(end, text.encode() * times + end))


def _strings(size: int) -> dict[str, bytes]:
    strings = with_shared_strings(PLAIN, "Acme")

    def of(items: str) -> bytes:
        return repacked(strings, STRINGS, lambda _xml: f"<sst {SPACE}>{items}</sst>".encode())

    return {
        "huge_shared_strings.xlsx": of("".join(f"<si><t>{n * 7919 % 999_983}</t></si>" for n in range(150_000 * size))),
        "shared_string_of_30_mb.xlsx": of(f"<si><t>{'ab' * (3 * size * MIB // 2)}</t></si>"),
        "entities_in_shared_strings.xlsx": repacked(strings, STRINGS, lambda xml: BILLION + xml),
    }


def _comments(size: int) -> dict[str, bytes]:
    note = '<comment ref="A2" authorId="{}"><text><t>{}</t></text></comment>'
    odd = note.format(0, "_xD800_ \u202e") + note.format("²", "x")
    many = note.format(0, "x" * 100) * (8_000 * size)
    authors = "<authors><author>(a+)+$</author></authors>"
    return {
        "comments.xlsx": _commented(f"<comments {SPACE}>{authors}<commentList>{odd}</commentList></comments>"),
        "comments_without_end.xlsx": _commented(f"<comments {SPACE}>{authors}<commentList>{many}"),
        "entities_in_comments.xlsx": _commented(
            f"{BILLION.decode()}<comments {SPACE}>{note.format(0, '&a9;')}</comments>"
        ),
    }


def _commented(comments: str) -> bytes:
    relation = '<Relationship Id="c" Type="http://x/comments" Target="../comments1.xml"/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return with_parts({
        "xl/comments1.xml": comments.encode(),
        "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{space}">{relation}</Relationships>'.encode(),
    })  # fmt: skip
