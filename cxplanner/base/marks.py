"""What goes into a chart and what comes out of it: numbers in, places and attributes out."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series: its first day, value, 95 % interval and answers; None is no data."""

    at: date
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened on a day. A cut is a change of definition: the line stops there."""

    at: date
    words: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """Another value to compare with, as a second goal's target or a benchmark, and its name."""

    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole, by count; ``url`` leads to its rows."""

    label: str
    count: int
    tone: str = "own"
    hint: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ProgressBar:
    """Attributes of a progress bar; None leaves a mark out. Per cents are rounded for words."""

    fill: str | None
    band_x: str | None
    band_width: str | None
    tick: str | None
    percent: int | None
    expected_percent: int | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a drawing: ``x`` with per cent sign (bare in a sparkline), ``y`` in pixels."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Label:
    """A place for words, the class that holds them inside the drawing, and the line they name."""

    x: str
    y: str
    anchor: str
    value: float | None = None
    at: date | None = None
    line_y: str = ""
    thin_out: bool = False


@dataclass(frozen=True, slots=True)
class Whisker:
    """The interval of a lone point."""

    x: str
    y1: str
    y2: str


@dataclass(frozen=True, slots=True)
class LevelMark:
    """A level drawn across the chart, with the place of its words."""

    y: str
    words: str
    label: Label


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A numbered note on the base line; a cut is also drawn as a dotted line."""

    number: int
    x: str
    y: str
    note: Note


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Paths in a box of 88 by 28 pixels."""

    paths: tuple[str, ...]
    bands: tuple[str, ...]
    lone: tuple[Spot, ...]
    end: Spot | None
    target_y: str | None


@dataclass(frozen=True, slots=True)
class LineChart:
    """A series over time. Paths, bands and course are for a nested box of 100 by ``height``."""

    height: int
    base_y: str
    paths: tuple[str, ...]
    bands: tuple[str, ...]
    course: tuple[str, ...]
    lone: tuple[Spot, ...]
    whiskers: tuple[Whisker, ...]
    values: tuple[Label, ...]
    dates: tuple[Label, ...]
    by_month: bool
    notes: tuple[NoteMark, ...]
    end: Spot | None
    end_label: Label | None
    target_y: str | None
    target_label: Label | None
    levels: tuple[LevelMark, ...]
    points: tuple[Point, ...]
    first: Point | None
    last: Point | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a bar chart; ``percent`` is of all answers."""

    share: Share
    percent: float
    x: str
    width: str
    y: str
    height: str
    middle: str
    label_y: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Columns that start at 0; ``crowded`` leaves the per cent signs out."""

    columns: tuple[Column, ...]
    total: int
    height: int
    base_y: str
    words_y: str
    crowded: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split bar; ``width`` is None when nobody chose it."""

    share: Share
    percent: float
    x: str | None
    width: str | None


@dataclass(frozen=True, slots=True)
class SplitBar:
    """Parts of a whole side by side."""

    parts: tuple[Part, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval and the answers behind it."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure then and now; None is no data. ``url`` leads to the rows, ``words`` say the change.

    ``faint`` rows are too few answers to compare.
    """

    label: str
    before: Figure | None
    after: Figure | None
    words: str = ""
    url: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure's place; its interval reaches from ``x1`` to ``x2``, None where it is unknown."""

    x: str
    y: str
    x1: str | None
    x2: str | None


@dataclass(frozen=True, slots=True)
class DotRow:
    """One thing in a dot chart: the place of its name, of then and of now."""

    moved: Moved
    label: Label
    words: Label
    before: Dot | None
    after: Dot | None


@dataclass(frozen=True, slots=True)
class DotChart:
    """Rows of dots with intervals over one scale; ``height`` is in pixels."""

    height: int
    base_y: str
    rows: tuple[DotRow, ...]
    values: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of a scale, as a grade; ``is_own`` is the one somebody chose."""

    name: str
    low: float
    high: float
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class BandMark:
    """A band's place, and that of its name in the middle under it."""

    band: Band
    x: str
    width: str
    middle: str


@dataclass(frozen=True, slots=True)
class BandChart:
    """A figure with its interval over the bands of its scale."""

    bands: tuple[BandMark, ...]
    dot: Dot
