"""A sheet to draw on: boxes, lines and words as one SVG file that needs nothing beside itself.

Everything is said from the side where reading starts; a sheet for a language read from the right
mirrors it. Words keep their own direction, held by isolates, as not every program that draws SVG
knows directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from strategy.maps.geometry import Box
from strategy.maps.letters import Broken, is_rtl, plain

SANS = (
    "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', Vazirmatn, 'Liberation Sans', "
    "'Noto Sans Arabic', 'DejaVu Sans', sans-serif"
)
SERIF = "Charter, Cambria, 'Noto Serif', 'Noto Naskh Arabic', 'DejaVu Serif', Vazirmatn, serif"
_ISOLATE_RTL, _END = "\u2067", "\u2069"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Look:
    """How words look: size in pixels, colour, weight, face."""

    size: float
    color: str
    bold: bool = False
    serif: bool = False

    @property
    def line(self) -> float:
        """The pixels from one line to the next."""
        return round(self.size * 1.4)


class Sheet:
    """An SVG drawing; its height is said at the end."""

    def __init__(
        self, width: float, *, title: str, about: str, language: str, rtl: bool, ground: str
    ) -> None:
        self.width, self.rtl = width, rtl
        named = {"xmlns": "http://www.w3.org/2000/svg", "role": "img", _LANGUAGE: language}
        self.root = ElementTree.Element("svg", named | {"font-family": SANS})
        self.put("title", plain(title))
        self.put("desc", plain(about))
        self.put("rect", width="100%", height="100%", fill=ground)

    def put(self, tag: str, text: str = "", **said: str) -> ElementTree.Element:
        """Put an element on the sheet as it is."""
        made = ElementTree.SubElement(
            self.root, tag, {name.replace("_", "-"): value for name, value in said.items()}
        )
        made.text = text or None
        return made

    def x(self, x: float, width: float = 0) -> float:
        """Return where something of this width begins on the left."""
        return self.width - x - width if self.rtl else x

    def box(self, box: Box, **said: str) -> None:
        """Draw a rectangle."""
        x, y = f"{self.x(box.x, box.width):g}", f"{box.y:g}"
        self.put("rect", x=x, y=y, width=f"{box.width:g}", height=f"{box.height:g}", **said)

    def rule(self, start: tuple[float, float], end: tuple[float, float], **said: str) -> None:
        """Draw a straight line from one point to another."""
        (x1, y1), (x2, y2) = start, end
        ends = {"x1": f"{self.x(x1):g}", "y1": f"{y1:g}", "x2": f"{self.x(x2):g}", "y2": f"{y2:g}"}
        self.put("line", **ends, **said)

    def say(
        self,
        words: Broken,
        x: float,
        y: float,
        look: Look,
        *,
        middle: bool = False,
        rtl: bool | None = None,
        halo: str = "",
    ) -> None:
        """Write lines from `y` down, beginning at `x`, or with their middle there.

        `rtl`: the direction of the words; without it their first letter decides. `halo`: a colour
        around them, for words over lines.
        """
        anchor = "middle" if middle else "end" if self.rtl else "start"
        said = {"fill": look.color, "text_anchor": anchor, "font_size": f"{look.size:g}"}
        said |= {"font_weight": "600"} if look.bold else {}
        said |= {"font_family": SERIF} if look.serif else {}
        if halo:
            said |= {"paint_order": "stroke", "stroke": halo, "stroke_width": "4"}
            said |= {"stroke_linejoin": "round"}
        text = self.put("text", **said)
        if words.whole:
            ElementTree.SubElement(text, "title").text = words.whole
        turned = is_rtl(words.whole or " ".join(words.lines)) if rtl is None else rtl
        for number, line in enumerate(words.lines):
            down = y + look.line * number + look.size
            at = {"x": f"{self.x(x):g}", "y": f"{down:g}"}
            shown = f"{_ISOLATE_RTL}{line}{_END}" if turned else line
            ElementTree.SubElement(text, "tspan", at).text = shown

    def shape(self, box: Box, paths: Sequence[str], **said: str) -> None:
        """Draw paths of a field of 16 by 16 in a box."""
        scale = box.width / 16
        where = f"translate({self.x(box.x, box.width):g} {box.y:g}) scale({scale:g})"
        for path in paths:
            self.put("path", d=path, transform=where, fill="none", **said)

    def text(self, height: float) -> str:
        """Return the file, with this height."""
        self.root.set("width", f"{self.width:g}")
        self.root.set("height", f"{height:g}")
        self.root.set("viewBox", f"0 0 {self.width:g} {height:g}")
        drawn: str = ElementTree.tostring(self.root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn}\n'
