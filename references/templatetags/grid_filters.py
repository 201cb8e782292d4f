"""The chips above the grid: what narrows it now, and what could."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from django import template
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from customers.choices import SizeBand
from references.reports.grid_choices import GridChoices

register = template.Library()

RARE = ("csm", "owner", "size", "lifecycle")


class GridFilter(Protocol):
    """What the chips ask of the page's filter: the address as it was read, and which filters of it are on."""

    data: Any
    lifecycles: Sequence[tuple[str, Any]]

    @property
    def chosen(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Menu:
    """A chip that opens a list of links; `shown` is the label of what is chosen, `clear` the query without it.

    The rarer ones stand together behind one chip while nothing is chosen in them.
    """

    name: str
    label: str
    options: Sequence[tuple[str, Any]]
    chosen: str
    shown: str
    clear: str
    is_rare: bool


@dataclass(frozen=True)
class Switch:
    """A chip that is on or off; `query` turns it over."""

    name: str
    label: str
    is_on: bool
    query: str


@register.simple_tag
def grid_menus(grid_filter: GridFilter, choices: GridChoices) -> list[Menu]:
    """The chips with a list, in the order in which they stand."""
    lists: list[tuple[str, str, Sequence[tuple[str, Any]]]] = [
        ("csm", _("CSM"), choices.csm),
        ("owner", _("Owner of any side"), choices.owner),
        ("region", _("Region"), choices.region),
        ("industry", _("Industry"), choices.industry),
        ("product", _("Product"), choices.product),
        ("size", _("Size"), SizeBand.choices),
        ("lifecycle", _("Lifecycle"), grid_filter.lifecycles),
    ]
    return [_menu(grid_filter, name, label, values) for name, label, values in lists if values]


@register.simple_tag
def menu_links(menu: Menu) -> SafeString:
    """The page with each value chosen, in one pass: there may be hundreds, and a template loop is slow."""
    rest = escape(f"{menu.clear}&" if len(menu.clear) > 1 else "?")
    links = (
        f'<a class="menu-item" href="{rest}{escape(urlencode({menu.name: value}))}">{escape(str(text))}</a>'
        for value, text in menu.options
    )
    return mark_safe("".join(links))  # noqa: S308  escaped part by part


@register.simple_tag
def menu_options(menu: Menu) -> SafeString:
    """The same as the options of a form, where one may be chosen already."""
    options = (
        f'<option value="{escape(value)}"{" selected" if value == menu.chosen else ""}>{escape(str(text))}</option>'
        for value, text in menu.options
    )
    return mark_safe("".join(options))  # noqa: S308  escaped part by part


@register.simple_tag
def grid_switches(grid_filter: GridFilter) -> list[Switch]:
    """The chips that are on or off."""
    labels = {"no_action": _("No next action"), "overdue": _("Action overdue"), "expiring": _("Evidence expiring")}
    switches = [_switch(grid_filter, name, label) for name, label in labels.items()]
    return [switch for switch in switches if switch.is_on or switch.name != "expiring"]


@register.simple_tag
def mine_switch(grid_filter: GridFilter) -> Switch:
    return _switch(grid_filter, "mine", _("My customers"))


@register.simple_tag
def grid_without(grid_filter: GridFilter, *names: str) -> str:
    """The query string of the page without these parameters."""
    return _query(grid_filter, dict.fromkeys(names))


@register.simple_tag
def grid_kept(grid_filter: GridFilter, *names: str) -> list[tuple[str, str]]:
    """The parameters a form must carry along as hidden fields: all but these."""
    left = _left(grid_filter, names)
    return [(name, value) for name in left for value in left.getlist(name)]


@register.simple_tag
def sort_query(grid_filter: GridFilter, column: str) -> str:
    """The query that sorts by the column, or turns the order round if it is sorted by already."""
    current = str(grid_filter.data.get("sort", "name"))
    return _query(grid_filter, {"sort": f"-{column}" if current == column else column})


@register.simple_tag
def sort_direction(grid_filter: GridFilter, column: str) -> str:
    """`ascending`, `descending` or nothing, for aria-sort."""
    current = str(grid_filter.data.get("sort", "name"))
    return {column: "ascending", f"-{column}": "descending"}.get(current, "")


def _menu(grid_filter: GridFilter, name: str, label: str, options: Sequence[tuple[str, Any]]) -> Menu:
    chosen = str(grid_filter.data.get(name, "")) if name in grid_filter.chosen else ""
    shown = next((str(text) for value, text in options if value == chosen), chosen)
    return Menu(name, label, options, chosen, shown, _query(grid_filter, {name: None}), name in RARE)


def _switch(grid_filter: GridFilter, name: str, label: str) -> Switch:
    is_on = bool(grid_filter.chosen.get(name))
    return Switch(name, label, is_on, _query(grid_filter, {name: None if is_on else "true"}))


def _left(grid_filter: GridFilter, names: Iterable[str]) -> QueryDict:
    data: QueryDict = grid_filter.data.copy()
    for name in ("cursor", *names):
        data.pop(name, None)
    return data


def _query(grid_filter: GridFilter, changes: dict[str, str | None]) -> str:
    data = _left(grid_filter, changes)
    for name, value in changes.items():
        if value is not None:
            data[name] = value
    return f"?{data.urlencode()}"
