"""Where everything of a journey map lies: columns, lanes and the curve of emotions. Pure numbers.

The page lets the browser set columns and lanes and takes only the curve from here, in per cents
across and pixels down; a drawing on its own (an export) takes all of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LEVELS = (2, 1, 0, -1, -2)
HEIGHT = 188  # pixels of the curve's lane
_MIDDLE = 99  # lower than half: the word above what feels best needs room
_LEVEL = 34
# Of a drawing on its own, in pixels.
LABEL_WIDTH, COLUMN_WIDTH, PADDING = 128, 176, 12


def level_y(emotion: float, *, level: float = _LEVEL, middle: float = _MIDDLE) -> float:
    """Return how far down an emotion (−2 to 2) lies, in pixels: `level` for each of them."""
    return middle - level * emotion


def center_x(place: int, count: int, *, rtl: bool = False) -> float:
    """Return where the middle of a column lies across all columns, in per cent."""
    x = 100 * (place + 0.5) / count
    return 100 - x if rtl else x


@dataclass(frozen=True, slots=True)
class Point:
    """A step on the curve: which column, what emotion, and where."""

    place: int
    emotion: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A piece of the curve as an SVG path; a guess leads over steps without an emotion."""

    path: str
    is_guess: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """How one persona feels along a map: the steps with an emotion, and the line through them."""

    points: Sequence[Point]
    strokes: Sequence[Stroke]


def curve(
    emotions: Sequence[int | None],
    *,
    rtl: bool = False,
    level: float = _LEVEL,
    middle: float = _MIDDLE,
) -> Curve:
    """Draw emotions, one a column; None is a step where nobody said."""
    count = len(emotions)
    points = [
        Point(
            place,
            emotion,
            center_x(place, count, rtl=rtl),
            level_y(emotion, level=level, middle=middle),
        )
        for place, emotion in enumerate(emotions)
        if emotion is not None
    ]
    strokes: list[Stroke] = []
    run: list[Point] = []
    for point in points:
        if run and point.place - run[-1].place > 1:
            strokes += [_line(run, count, rtl=rtl), Stroke(_bend([run[-1], point]), is_guess=True)]
            run = []
        run.append(point)
    if run:
        strokes.append(_line(run, count, rtl=rtl))
    return Curve(points, [one for one in strokes if one.path])


def _line(run: Sequence[Point], count: int, *, rtl: bool) -> Stroke:
    """Lead a line through points side by side, level out to the edges of the map."""
    path = _bend(run)
    start, end = (100.0, 0.0) if rtl else (0.0, 100.0)
    if run[0].place == 0:
        path = f"M{start:g} {run[0].y:g} L{path[1:]}"
    if run[-1].place == count - 1:
        path += f" L{end:g} {run[-1].y:g}"
    return Stroke(path if " " in path[1:].strip() and len(path.split()) > 2 else "", is_guess=False)


def _bend(points: Sequence[Point]) -> str:
    """Bend from point to point, level at each: no rise or fall that nobody said."""
    path = f"M{points[0].x:.2f} {points[0].y:g}"
    for before, after in pairwise(points):
        middle = (before.x + after.x) / 2
        path += f" C{middle:.2f} {before.y:g} {middle:.2f} {after.y:g} {after.x:.2f} {after.y:g}"
    return path


def sketch(emotions: Sequence[int | None], *, rtl: bool = False) -> list[str]:
    """Draw emotions small, as paths in a box of 100 by 60."""
    if not emotions:
        return []
    found = curve(emotions, rtl=rtl, level=12, middle=30)
    return [one.path for one in found.strokes if not one.is_guess]


# --- a drawing on its own ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, from the upper corner where reading starts."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The whole map: a held column of lane names, a column a step, a row a lane."""

    columns: Sequence[Box]
    rows: Sequence[Box]
    head: float

    @property
    def width(self) -> float:
        return LABEL_WIDTH + COLUMN_WIDTH * len(self.columns)

    @property
    def height(self) -> float:
        return self.head + sum(row.height for row in self.rows)

    def cell(self, column: int, row: int) -> Box:
        across, down = self.columns[column], self.rows[row]
        return Box(across.x, down.y, across.width, down.height)


def frame(columns: int, heights: Sequence[float], *, head: float) -> Frame:
    """Lay a map out: so many columns, and lanes of these heights in pixels below a head."""
    rows, y = [], head
    for height in heights:
        rows.append(Box(0, y, LABEL_WIDTH + COLUMN_WIDTH * columns, height))
        y += height
    side_by_side = [
        Box(LABEL_WIDTH + COLUMN_WIDTH * place, 0, COLUMN_WIDTH, y) for place in range(columns)
    ]
    return Frame(side_by_side, rows, head)


def across(path: str, left: float, width: float, top: float) -> str:
    """Return a path of a curve, in per cent across, as one in pixels from a corner."""

    def moved(found: re.Match[str]) -> str:
        x, y = left + float(found[2]) * width / 100, top + float(found[3])
        return f"{found[1]}{x:.1f} {y:g}"

    return re.sub(r"([MLC]?)(-?[\d.]+) (-?[\d.]+)", moved, path)
