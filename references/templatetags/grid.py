"""The rows of the grid in one pass, and the menus that narrow it."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from references.choices import Status
from references.models import Dimension
from references.reports.grid import Face, Footer, GridPage, GridRow

register = template.Library()

LETTERS = {Status.BLANK: "", Status.RED: "R", Status.AMBER: "A", Status.GREEN: "G"}
BY_LETTER = {letter or "-": status for status, letter in LETTERS.items()}
# A cell has few shapes, so each is written once per column and filled with numbers, which need no escaping.
Shape = tuple[str, bool, bool, bool]


@register.simple_tag
def grid_rows(page: GridPage) -> SafeString:
    """All rows of the page: a template loop over 1,200 cells would cost five times the rest of the page."""
    customers, root = _customer_link(), reverse("references:grid")
    columns = [_Column(dimension, root) for dimension in page.dimensions]
    return mark_safe("".join(_row(row, columns, customers) for row in page.rows))  # noqa: S308  escaped part by part


def face_label(status: str, *, has_note: bool, is_overdue: bool) -> str:
    """What a screen reader says of a cell."""
    words = [str(Status(status).label)]
    words += [_("note")] if has_note else []
    words += [_("action overdue")] if is_overdue else []
    return ", ".join(words)


@register.filter
def letter(status: str) -> str:
    """R, A or G, and a dash for blank."""
    return LETTERS[Status(status)] or "–"


@register.simple_tag
def status_strip(statuses: str, names: list[str]) -> SafeString:
    """The cells of one customer in a closing as small squares, read out as one picture."""
    shown = [(Status(BY_LETTER[letter]), name) for letter, name in zip(statuses, names, strict=False)]
    said = ", ".join(f"{name} {status.label}" for status, name in shown if status) or _("all blank")
    squares = format_html_join(
        "", '<span class="rag-{}" title="{}: {}">{}</span>',
        ((status or "blank", name, status.label, LETTERS[status]) for status, name in shown),
    )  # fmt: skip
    return format_html('<span class="status-strip" role="img" aria-label="{}">{}</span>', said, squares)


@register.simple_tag
def green_count(footer: Footer, dimension: Dimension) -> str:
    """The number under a column, in the reader's writing; dots where it is counted after the page."""
    if footer.greens is None:
        return "…"
    return number_format(footer.greens.get(dimension.pk, 0), use_l10n=True, force_grouping=True)


@register.simple_tag
def grid_texts() -> dict[str, Any]:
    """What the page says from JavaScript, in the reader's language."""
    return {
        "labels": {value: str(label) for value, label in Status.choices},
        "letters": {str(value): letter for value, letter in LETTERS.items()},
        "note": _("note"),
        "overdue": _("action overdue"),
        "set": _("{customer} · {dimension} is {status}."),
        "set_anyway": _("Set it anyway:"),
        "saved": _("Cells saved: {count}."),
        "undo": _("Undo"),
        "open": _("Open the cell"),
        "reload": _("Reload"),
        "gone": _("Not saved: this customer is no longer in the grid. Load the page again."),
        "offline": _("Not saved: the server does not answer. Your change was taken back; try again."),
        "unreadable": _("Not saved: the program could not read this; it may be too long. Send it in parts."),
        "refused": _("Not saved: you may not edit this cell."),
        "expired": _("Not saved: you have been logged out. Log in again, then repeat the change."),
        "nothing_to_undo": _("There is nothing to undo on this page."),
        "read_only": _("You can read this cell; its customer's CSM edits it."),
        "leave": _("You have unsaved text in the cell. Leave without saving?"),
        "many": _("Many cells have changed."),
        "copied": _("Cells copied: {count}."),
        "paused": _("live updates are interrupted; trying again …"),
        "live": _("edits by others appear live"),
        "changed_by": _("{name} changed this cell while it is open here. Your text is kept."),
        "changed_lately": _("Changed just now by {name}"),
        "somebody": _("The program"),
        "show": _("Show the new version"),
        "select_more": _("Select the cells to fill first: Shift and the arrow keys."),
    }


class _Column:
    """The cells of one dimension, by shape."""

    def __init__(self, dimension: Dimension, root: str) -> None:
        self.key, self.root = dimension.key, root
        self.shapes: dict[Shape, str] = {}

    def cell(self, customer_id: int, face: Face, *, may_edit: bool) -> str:
        shape = (face.status, face.has_note, face.is_overdue, may_edit)
        markup = self.shapes.get(shape)
        if markup is None:
            markup = self.shapes[shape] = self._markup(face, may_edit=may_edit)
        return markup % (customer_id, customer_id, face.version)

    def _markup(self, face: Face, *, may_edit: bool) -> str:
        label = face_label(face.status, has_note=face.has_note, is_overdue=face.is_overdue)
        marks = SafeString((" data-note" if face.has_note else "") + (" data-overdue" if face.is_overdue else ""))
        return format_html(
            '<td{}><a id="rag-cell-%d-{}" href="{}%d/{}/" class="cell" data-status="{}" data-version="%d"{}'
            ' tabindex="-1" aria-label="{}">{}</a></td>',
            "" if may_edit else SafeString(' aria-readonly="true"'),
            self.key,
            self.root,
            self.key,
            face.status,
            marks,
            label.replace("%", "%%"),
            LETTERS[Status(face.status)],
        )


def _row(row: GridRow, columns: list[_Column], customers: str) -> str:
    place = " · ".join(part for part in (row.industry, row.region) if part)
    head = format_html(
        '<tr data-customer="{}"{}><th scope="row"><a class="grid-customer" id="grid-customer-{}" href="{}"'
        ' tabindex="-1">{}</a><span class="grid-place">{}</span></th><td class="grid-side">{}</td>'
        '<td class="grid-side">–</td><td class="grid-side">{}</td>',
        row.customer_id,
        SafeString(" data-editable") if row.may_edit else "",
        row.customer_id,
        customers.replace("/0/", f"/{row.customer_id}/"),
        row.name,
        place,
        _csm(row),
        _evangelists(row.evangelists),
    )
    return head + "".join(_cells(row, columns)) + "</tr>"


def _cells(row: GridRow, columns: list[_Column]) -> Iterator[str]:
    for column, face in zip(columns, row.faces, strict=True):
        yield column.cell(row.customer_id, face, may_edit=row.may_edit)


def _csm(row: GridRow) -> str:
    if not row.csm:
        return "–"
    return format_html(
        '<span class="avatar avatar-small" title="{}" role="img" aria-label="{}">{}</span>',
        row.csm,
        row.csm,
        row.csm_initials,
    )


def _evangelists(number: int) -> str:
    return format_html('<span class="grid-star" aria-hidden="true">★</span> {}', number) if number else "–"


def _customer_link() -> str:
    try:
        return reverse("customers:customer_detail", args=[0])
    except NoReverseMatch:
        return "/customers/0/"
