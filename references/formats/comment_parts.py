"""The comments of a sheet that is being written: kept in files, as a library keeps them in memory, 8 KB for each."""

import shutil
import tempfile
from typing import Any, BinaryIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.packaging.manifest import Override
from openpyxl.packaging.relationship import Relationship
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

TEXTS, SHAPES = "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"
TEXTS_START = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<authors><author>{author}</author></authors><commentList>"
)
TEXT = '<comment ref="{place}" authorId="0" shapeId="0"><text><t xml:space="preserve">{text}</t></text></comment>'
TEXTS_END = "</commentList></comments>"
SHAPES_START = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" fillcolor="#ffffe1" o:insetmode="auto" '
    'style="position:absolute;margin-left:59pt;margin-top:1pt;width:280px;height:{height}px;z-index:1;visibility:hidden">'
    '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
SHAPES_END = "</xml>"
FIRST_NUMBER = 1026


class CommentParts:
    """The comments of the one sheet of a workbook, in the order in which they come."""

    def __init__(self, sheet: Any, *, author: str) -> None:
        self.sheet, self.count = sheet, 0
        self.texts, self.shapes = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        self.texts.write(TEXTS_START.format(author=escape(author)).encode())
        self.shapes.write(SHAPES_START.encode())

    def add(self, row: int, column: int, text: str) -> None:
        """A comment on the cell; rows and columns are counted from 1."""
        # The sheet must know of its drawing before its end is written.
        self.sheet.legacy_drawing = SHAPES
        place, height = f"{get_column_letter(column)}{row}", 90 + min(300, len(text) // 2)
        number, self.count = FIRST_NUMBER + self.count, self.count + 1
        self.texts.write(TEXT.format(place=place, text=escape(text)).encode())
        self.shapes.write(SHAPE.format(number=number, height=height, row=row - 1, column=column - 1).encode())

    def save(self, book: Workbook, file: BinaryIO) -> None:
        """Write the workbook with these comments."""
        self.texts.write(TEXTS_END.encode())
        self.shapes.write(SHAPES_END.encode())
        with self.texts, self.shapes, ZipFile(file, "w", ZIP_DEFLATED, allowZip64=True) as archive:
            _Writer(book, archive, self).write_data()


class _Writer(ExcelWriter):
    """Puts the comments beside the sheet they belong to."""

    def __init__(self, book: Workbook, archive: ZipFile, comments: CommentParts) -> None:
        super().__init__(book, archive)
        self.archive, self.comments = archive, comments

    def write_worksheet(self, ws: Any) -> None:
        super().write_worksheet(ws)
        if not self.comments.count:
            return
        for name, part in ((TEXTS, self.comments.texts), (SHAPES, self.comments.shapes)):
            part.seek(0)
            with self.archive.open(name, "w", force_zip64=True) as target:
                shutil.copyfileobj(part, target)
        self.manifest.Override.append(Override(f"/{TEXTS}", CommentSheet.mime_type))
        ws._rels.append(Relationship(Id="comments", type="comments", Target=f"/{TEXTS}"))
