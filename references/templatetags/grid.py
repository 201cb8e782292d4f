"""The rows of the grid in one pass, and the menus that narrow it."""

from functools import cache, lru_cache
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from references.choices import Status
from references.models import Dimension
from references.reports.grid import GridPage, GridRow
from references.reports.grid_footer import Footer
from references.templatetags.impact import tier

register = template.Library()

LETTERS = {Status.BLANK: "", Status.RED: "R", Status.AMBER: "A", Status.GREEN: "G"}
BY_LETTER = {letter or "-": status for status, letter in LETTERS.items()}
# Status, note, overdue. A cell has few looks: each is written once per column, and filled with numbers.
Look = tuple[str, bool, bool]


@register.simple_tag
def grid_rows(page: GridPage) -> SafeString:
    """All rows of the page: a template loop over 1,200 cells would cost five times the rest of the page."""
    return mark_safe("".join(map(_Rows(page).row, page.rows)))  # noqa: S308  escaped part by part


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
def customer_count(footer: Footer) -> str:
    """How many customers the filter lets through, as the reader writes it; dots where it is counted after the page."""
    return "…" if footer.customers is None else number_format(footer.customers, use_l10n=True, force_grouping=True)


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
        **_refusals(),
        "nothing_to_undo": _("There is nothing to undo on this page."),
        "read_only": _("You can read this cell; its customer's CSM edits it."),
        "leave": _("You have unsaved text in the cell. Leave without saving?"),
        "typed_meanwhile": _("What you wrote while the cell was being saved is not saved yet: save once more."),
        "many": _("Many cells have changed."),
        "copied": _("Cells copied: {count}."),
        "paused": _("live updates are interrupted; trying again …"),
        "live": _("edits by others appear live"),
        "logged_out": _("you are logged out; edits by others do not appear"),
        "changed_by": _("{name} changed this cell while it is open here. Your text is kept."),
        "changed_lately": _("Changed just now by {name}"),
        "somebody": _("The program"),
        "show": _("Show the new version"),
        "select_more": _("Select the cells to fill first: Shift and the arrow keys."),
    }


def _refusals() -> dict[str, Any]:
    """Why a change of a cell did not reach the server, or was not taken."""
    return {
        "gone": _("Not saved: this customer is no longer in the grid. Load the page again."),
        "offline": _(
            "The server does not answer. If it has saved the change, the cell shows it soon; if not, set it again."
        ),
        "offline_form": _("Not saved: the server does not answer. What you wrote is still here; save again."),
        "offline_open": _("The server does not answer, so the cell could not be opened. Try again."),
        "unreadable": _("Not saved: the program could not read this; it may be too long. Send it in parts."),
        "refused": _("Not saved: you may not edit this cell."),
        "expired": _(
            "Not saved: you have been logged out. Log in again in another tab, then save once more; "
            "what you typed is still here."
        ),
        "renewed": _(
            "Not saved: your browser has forgotten a part of your log-in. Open RefProgram in another tab, then save "
            "once more; what you typed is still here."
        ),
    }


class _Column(dict[Look, str]):
    """The markup of the cells of one dimension by what they show, with `%d` where a cell's numbers go."""

    def __init__(self, dimension: Dimension, root: str, language: str, *, may_edit: bool) -> None:
        super().__init__()
        self.key, self.root, self.language, self.may_edit = dimension.key, root, language, may_edit

    def __missing__(self, look: Look) -> str:
        markup = self[look] = _cell(self.language, self.key, self.root, look, self.may_edit)
        return markup


@lru_cache(maxsize=4096)
def _cell(language: str, key: str, root: str, look: Look, may_edit: bool) -> str:
    """The language is the active one: an argument, so that what is kept is kept for each."""
    status, has_note, is_overdue = look
    label = face_label(status, has_note=has_note, is_overdue=is_overdue)
    marks = SafeString((" data-note" if has_note else "") + (" data-overdue" if is_overdue else ""))
    key, root, label = (text.replace("%", "%%") for text in (key, root, label))
    return format_html(
        '<td{}><a id="rag-cell-%d-{}" href="{}%d/{}/" class="cell" data-status="{}" data-version="%d"{}'
        ' tabindex="-1" aria-label="{}">{}</a></td>',
        "" if may_edit else SafeString(' aria-readonly="true"'),
        key,
        root,
        key,
        status,
        marks,
        label,
        LETTERS[Status(status)],
    )


class _Rows:
    """Writes the rows of one page; what many of them share is written once."""

    def __init__(self, page: GridPage) -> None:
        root = reverse("references:grid")
        self.link, self.link_end = reverse("customers:customer_detail", args=[0]).rsplit("0", 1)
        self.language = get_language() or ""
        self.columns = {
            may_edit: [_Column(dimension, root, self.language, may_edit=may_edit) for dimension in page.dimensions]
            for may_edit in (True, False)
        }
        self.places, self.owners = cache(_place), _csm

    def row(self, row: GridRow) -> str:
        pk = row.customer_id
        editable = " data-editable" if row.may_edit else ""
        return (
            f'<tr data-customer="{pk}"{editable}><th scope="row"><a class="grid-customer" id="grid-customer-{pk}"'
            f' href="{self.link}{pk}{self.link_end}" tabindex="-1">{escape(row.name)}</a>'
            f'<span class="grid-place">{self.places(row.industry, row.region)}</span></th>'
            f'<td class="grid-side">{self.owners(row.csm, row.csm_initials)}</td><td class="grid-side">–</td>'
            f'<td class="grid-side">{_evangelists(row.evangelists)}</td>'
            f'<td class="grid-side">{_tier(row.tier, self.language)}</td>{self._cells(row)}</tr>'
        )

    def _cells(self, row: GridRow) -> str:
        pk = row.customer_id
        markup: list[str] = []
        numbers: list[int] = []
        for column, face in zip(self.columns[row.may_edit], row.faces, strict=True):
            markup.append(column[face[:3]])
            numbers += (pk, pk, face[3])
        return "".join(markup) % tuple(numbers)


def _place(industry: str, region: str) -> str:
    return escape(" · ".join(part for part in (industry, region) if part))


@lru_cache(maxsize=4096)
def _csm(name: str, initials: str) -> str:
    if not name:
        return "–"
    return format_html(
        '<span class="avatar avatar-small" title="{}" role="img" aria-label="{}">{}</span>', name, name, initials
    )


def _evangelists(number: int) -> str:
    return f'<span class="grid-star" aria-hidden="true">★</span> {number}' if number else "–"


@lru_cache(maxsize=64)
def _tier(value: str, language: str) -> str:
    """The language is the active one: an argument, so that what is kept is kept for each."""
    return tier(value)
