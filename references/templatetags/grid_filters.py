"""The chips above the grid: what narrows it now, and what could."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple, Protocol

from django import template
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from customers.choices import ACTIVE, SizeBand
from customers.models.attribute import FIELD_PREFIX, USE_CASE
from references.models import Dimension
from references.reports.grid_choices import GridChoices

register = template.Library()

RARE = ("csm", "owner", "size", "lifecycle", "impact")
# What a menu shows while nothing is chosen in it: its empty choice stands for that, and it is not offered twice.
UNCHOSEN = {"lifecycle": ACTIVE}


class GridFilter(Protocol):
    """What the chips ask of the page's filter: the address as it was read, and which filters of it are on."""

    data: Any
    lifecycles: Sequence[tuple[str, Any]]
    impacts: Sequence[tuple[str, Any]]

    @property
    def chosen(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Menu:
    """A chip that opens a list of links; `shown` is the label of what is chosen, `clear` the query without it.

    The rarer ones stand together behind one chip while nothing is chosen in them.
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
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


class Sort(NamedTuple):
    """A heading's link: it sorts by the column, or turns the order round; `direction` is for aria-sort."""

    query: str
    direction: str


class Heading(NamedTuple):
    """The head of a dimension's column."""

    key: str
    name: str
    definition: str
    needs_evidence: bool
    pays: bool
    query: str
    direction: str


class Columns(NamedTuple):
    """What the row of headings says, as values: equal when it says the same."""

    name: Sort
    csm: Sort
    evangelists: Sort
    impact: Sort
    dimensions: tuple[Heading, ...]


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
        ("impact", _("Impact"), grid_filter.impacts),
    ]
    lists += [(one.field_name, one.name, [(value, value) for value in one.values]) for one in choices.attributes]
    return [_menu(grid_filter, name, label, values) for name, label, values in lists if values]


@register.simple_tag
def menu_links(menu: Menu) -> SafeString:
    """The page with each value chosen, in one pass: there may be hundreds, and a template loop is slow."""
    rest = escape(f"{menu.clear}&" if len(menu.clear) > 1 else "?")
    links = (
        f'<a class="menu-item" href="{rest}{escape(urlencode({menu.name: value}))}">{escape(text)}</a>'
        for value, text in menu.options
    )
    return mark_safe("".join(links))  # noqa: S308  escaped part by part


@register.simple_tag
def menu_options(menu: Menu) -> SafeString:
    """The same as the options of a form, where one may be chosen already."""
    options = (
        f'<option value="{escape(value)}"{" selected" if value == menu.chosen else ""}>{escape(text)}</option>'
        for value, text in menu.options
        if value != UNCHOSEN.get(menu.name)
    )
    return mark_safe("".join(options))  # noqa: S308  escaped part by part


@register.simple_tag
def grid_switches(grid_filter: GridFilter) -> list[Switch]:
    """The chips that are on or off."""
    labels = {"no_action": _("No next action"), "overdue": _("Action overdue"), "expiring": _("Evidence expiring")}
    switches = [_switch(grid_filter, name, label) for name, label in labels.items()]
    return [switch for switch in switches if switch.is_on or switch.name != "expiring"]


@register.simple_tag
def dimension_options(dimensions: Sequence[Dimension], pay_trigger: int) -> list[tuple[str, str, bool]]:
    """Key and name of each, and whether it is offered first."""
    return [(one.key, one.name, one.pk == pay_trigger) for one in dimensions]


@register.simple_tag
def mine_switch(grid_filter: GridFilter) -> Switch:
    return _switch(grid_filter, "mine", _("My customers"))


@register.simple_tag
def grid_without(grid_filter: GridFilter, *names: str) -> str:
    """The query string of the page without these parameters."""
    return _query(grid_filter, dict.fromkeys(names))


@register.simple_tag
def grid_kept(grid_filter: GridFilter, *names: str, asked: Sequence[Menu] = ()) -> list[tuple[str, str]]:
    """The parameters a form must carry along as hidden fields: all but these and the rare ones, if it asks for them."""
    return _left(grid_filter, [*names, *(menu.name for menu in asked if menu.is_rare)])


@register.simple_tag
def grid_columns(grid_filter: GridFilter, dimensions: Sequence[Dimension], pay_trigger: int) -> Columns:
    """The row of headings, by which the page is sorted."""
    current = str(grid_filter.data.get("sort", "name"))

    def sort(column: str) -> Sort:
        direction = {column: "ascending", f"-{column}": "descending"}.get(current, "")
        return Sort(_query(grid_filter, {"sort": f"-{column}" if current == column else column}), direction)

    headings = (
        Heading(one.key, one.name, one.definition, one.needs_evidence, one.pk == pay_trigger, *sort(one.key))
        for one in dimensions
    )
    return Columns(sort("name"), sort("csm"), sort("evangelists"), sort("impact"), tuple(headings))


def _menu(grid_filter: GridFilter, name: str, label: str, options: Sequence[tuple[str, Any]]) -> Menu:
    chosen = str(grid_filter.data.get(name, "")) if name in grid_filter.chosen else ""
    worded = tuple((str(value), str(text)) for value, text in options)
    shown = next((text for value, text in worded if value == chosen), chosen)
    return Menu(name, label, worded, chosen, shown, _query(grid_filter, {name: None}), _is_rare(name))


def _is_rare(name: str) -> bool:
    """Attributes that a company has added stand behind the use case."""
    return name in RARE or (name.startswith(FIELD_PREFIX) and name != f"{FIELD_PREFIX}{USE_CASE}")


def _switch(grid_filter: GridFilter, name: str, label: str) -> Switch:
    is_on = bool(grid_filter.chosen.get(name))
    return Switch(name, label, is_on, _query(grid_filter, {name: None if is_on else "true"}))


def _left(grid_filter: GridFilter, names: Iterable[str]) -> list[tuple[str, str]]:
    left_out = {"cursor", *names}
    return [(name, value) for name, values in grid_filter.data.lists() if name not in left_out for value in values]


def _query(grid_filter: GridFilter, changes: dict[str, str | None]) -> str:
    set_to = [(name, value) for name, value in changes.items() if value is not None]
    return f"?{urlencode(_left(grid_filter, changes) + set_to)}"
