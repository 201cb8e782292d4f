"""Whether a fill colour means Red, Amber or Green: by its hue, however light or dark it is."""

import colorsys
from typing import Any

from defusedxml.ElementTree import ParseError, fromstring
from openpyxl import Workbook
from openpyxl.styles.colors import COLOR_INDEX

from references.choices import Status

# The order in which `theme=` counts the colours of a workbook's theme.
THEME_ORDER = (
    *("lt1", "dk1", "lt2", "dk2"),
    *("accent1", "accent2", "accent3", "accent4", "accent5", "accent6"),
    *("hlink", "folHlink"),
)
DULLEST, DARKEST, LIGHTEST = 0.22, 0.08, 0.975


def status_of_rgb(rgb: str) -> Status | None:
    """The status a colour stands for, given as RRGGBB with or without two digits of alpha in front.

    Red runs from pink to orange red, Amber from orange to yellow, Green from lime to sea green. Greys, black, white
    and other hues stand for nothing.
    """
    digits = rgb[-6:]
    try:
        red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    except ValueError:
        return None
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < DULLEST or not DARKEST < lightness < LIGHTEST:
        return None
    degrees = hue * 360
    if degrees < 21 or degrees >= 330:
        return Status.RED
    if degrees <= 68:
        return Status.AMBER
    return Status.GREEN if degrees <= 170 else None


def tinted(rgb: str, tint: float) -> str:
    """The colour made lighter (tint above 0) or darker, as workbooks write shades of their theme."""
    red, green, blue = (int(rgb[-6:][at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lightness = lightness * (1 + tint) if tint < 0 else lightness + (1 - lightness) * tint
    channels = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness)), saturation)
    return "".join(f"{round(channel * 255):02X}" for channel in channels)


class Fills:
    """The statuses that a workbook's cell styles stand for, each looked up once."""

    def __init__(self, book: Workbook) -> None:
        self.book: Any = book
        self.theme = _theme_colours(book)
        self.known: dict[int, Status | None] = {}

    def status(self, style: int) -> Status | None:
        """What the fill of a cell style stands for; None if it has no fill, or one that stands for nothing."""
        if style not in self.known:
            self.known[style] = self._look_up(style)
        return self.known[style]

    def _look_up(self, style: int) -> Status | None:
        try:
            fill = self.book._fills[self.book._cell_styles[style].fillId]
        except (IndexError, AttributeError):
            return None
        if getattr(fill, "stop", None):
            return self._colour_status(fill.stop[0].color)
        if getattr(fill, "patternType", None) in (None, "none", "gray125"):
            return None
        return self._colour_status(fill.fgColor)

    def _colour_status(self, colour: Any) -> Status | None:
        rgb = self._rgb(colour)
        if not rgb:
            return None
        return status_of_rgb(tinted(rgb, colour.tint) if colour.tint else rgb)

    def _rgb(self, colour: Any) -> str:
        match colour.type:
            case "rgb":
                return str(colour.rgb)
            case "indexed":
                palette = getattr(self.book, "_colors", None) or COLOR_INDEX
                return str(palette[colour.indexed]) if colour.indexed < min(64, len(palette)) else ""
            case "theme":
                return self.theme.get(colour.theme, "")
        return ""


def _theme_colours(book: Workbook) -> dict[int, str]:
    source = getattr(book, "loaded_theme", None)
    if not source:
        return {}
    try:
        root = fromstring(source)
    except (ParseError, ValueError):
        return {}
    found: dict[int, str] = {}
    for scheme in (element for element in root.iter() if element.tag.endswith("}clrScheme")):
        for slot in scheme:
            name = slot.tag.rpartition("}")[2]
            if name in THEME_ORDER and len(slot):
                found[THEME_ORDER.index(name)] = slot[0].get("lastClr") or slot[0].get("val") or ""
    return {index: rgb for index, rgb in found.items() if len(rgb) == 6}
