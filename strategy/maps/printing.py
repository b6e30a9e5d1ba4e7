"""A drawn map as PDF and PNG: made from its SVG by typst, which sets words of any direction.

Words come out of a PDF as words. Fonts are those of the machine; where there are none, those
that typst brings along hold Latin, Greek, Cyrillic and Arabic letters.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import typst
from django.utils.translation import gettext as _

from cxplanner.base.refusals import Refused

MOST_PIXELS = 40_000_000  # four bytes of memory each while it is drawn
SHARPNESS = 2  # pixels of a PNG for each of the drawing
_POINTS = 72 / 96  # of paper for each pixel
_LONGEST_SIDE = 14_400  # points: a PDF's page is no longer
# Fixed: what people typed comes in as values and is never read as typst.
_SOURCE = b"""
#set document(title: sys.inputs.title)
#set page(width: float(sys.inputs.width) * 1pt, height: float(sys.inputs.height) * 1pt, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, alt: sys.inputs.title)
"""


class TooManyPixels(Refused):
    """The map is too large for a picture made of pixels."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An SVG file, its name in words and its size in pixels."""

    svg: str
    title: str
    width: float
    height: float


def as_pdf(drawn: Drawn) -> bytes:
    """Return a PDF of one page, as large as the drawing."""
    longest = max(drawn.width, drawn.height) * _POINTS
    return _compiled(drawn, "pdf", scale=min(1, _LONGEST_SIDE / longest))


def as_png(drawn: Drawn) -> bytes:
    """Return a PNG at twice the drawing's size. Raises TooManyPixels."""
    pixels = drawn.width * drawn.height * SHARPNESS**2
    if pixels > MOST_PIXELS:
        words = _(
            "This map would be a picture of %(pixels)s million pixels; at most %(most)s million "
            "can be drawn. Export it as PDF or SVG, or for one persona."
        )
        raise TooManyPixels(
            words % {"pixels": round(pixels / 1_000_000), "most": MOST_PIXELS // 1_000_000}
        )
    return _compiled(drawn, "png")


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


def _compiled(drawn: Drawn, kind: Literal["pdf", "png"], *, scale: float = 1) -> bytes:
    said = {
        "svg": drawn.svg,
        "title": drawn.title,
        "width": f"{drawn.width * _POINTS * scale:.3f}",
        "height": f"{drawn.height * _POINTS * scale:.3f}",
    }
    compiler = typst.Compiler(_SOURCE, font_paths=_fonts(), sys_inputs=said)
    made = compiler.compile(format=kind, ppi=96 * SHARPNESS)
    if not isinstance(made, bytes):
        raise TypeError(f"A map is one page, not {type(made).__name__}.")
    return made
