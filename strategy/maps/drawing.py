"""A journey map drawn as one SVG file, for eyes and printers away from the product."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from strategy.maps.geometry import (
    COLUMN_WIDTH,
    HEIGHT,
    LABEL_WIDTH,
    LEVELS,
    PADDING,
    Box,
    Frame,
    across,
    frame,
    level_y,
)
from strategy.maps.letters import broken, width_of
from strategy.maps.pieces import (
    BODY,
    GOLD,
    GROUND,
    INK,
    INK_2,
    INK_3,
    LINE,
    MARKS,
    NOTE,
    QUIET,
    SERIES,
    STAGE,
    SUNKEN,
    Piece,
    draw,
    heading,
    label,
    pieces_in,
    tall,
)
from strategy.maps.printing import Drawn
from strategy.maps.selectors import Map
from strategy.maps.sheet import Look, Sheet
from strategy.maps.words import signed, worst_and_best
from strategy.personas.models import Persona

_MARGIN = 32
_NARROWEST = 760  # pixels: the head and the legend need them even over one step
_TITLE = Look(22, INK, bold=True)
_ABOUT = Look(14, INK_2)
_WORD = Look(12, INK_2)
_TRUTH_WORD = Look(12, INK, bold=True)
_KEY = 22  # pixels of a sign in the legend


@dataclass(frozen=True, slots=True)
class Lane:
    """A row to draw: its name, its cells, and whether the curve stands above them."""

    name: Sequence[Piece]
    cells: Sequence[Sequence[Piece]]
    has_curve: bool

    @property
    def height(self) -> float:
        return max(map(tall, (self.name, *self.cells)))


def drawing(found: Map, *, today: date, persona: Persona | None = None) -> Drawn:
    """Draw a map in the active language; as one persona sees it where one is chosen."""
    width = 2 * _MARGIN + max(LABEL_WIDTH + COLUMN_WIDTH * len(found.columns), _NARROWEST)
    finding = worst_and_best([(one.step.name, one.emotion) for one in found.columns])
    sheet = Sheet(
        width,
        title=str(found.journey),
        about=finding or _("Journey map"),
        language=get_language() or "en",
        rtl=get_language_bidi(),
        ground=GROUND,
    )
    y = _head(sheet, found, finding, today, persona)
    y = _table(sheet, found, y) if found.columns else _empty(sheet, y)
    y = _planned(sheet, found, y)
    y = _legend(sheet, found, persona, y) if found.columns else y
    height = y + _MARGIN
    return Drawn(sheet.text(height), str(found.journey), width, height)


def _head(sheet: Sheet, found: Map, finding: str, today: date, persona: Persona | None) -> float:
    """Write what the map is of; return where the next begins."""
    journey, room = found.journey, sheet.width - 2 * _MARGIN
    people = [persona] if persona else list(journey.personas.all())
    named = ", ".join(str(one) for one in people) or _("Everybody")
    shall = [_("How it shall be")] if journey.future_of_id else []
    day = date_format(today, "DATE_FORMAT")
    # Each keeps its own direction: U+2068 begins it, U+2069 ends it.
    facts = " · ".join(f"\u2068{one}\u2069" for one in [*shall, journey.plan, named, day])
    y = float(_MARGIN)
    said = [(str(journey), _TITLE, 3), (facts, QUIET, 2), (journey.summary, _ABOUT, 0)]
    for text, look, most in [*said, (finding, _ABOUT, 0)]:
        if text:
            words = broken(text, room, look.size, bold=look.bold, most=most)
            sheet.say(words, _MARGIN, y, look, rtl=sheet.rtl if text is facts else None)
            y += look.line * len(words.lines) + 6
    return y + 10


def _empty(sheet: Sheet, y: float) -> float:
    room = sheet.width - 2 * _MARGIN
    words = broken(_("This map has no step yet."), room, BODY.size)
    sheet.box(Box(_MARGIN, y, room, 72), fill=SUNKEN, rx="8")
    sheet.say(words, _MARGIN + 24, y + 26, BODY)
    return y + 72


# --- the table ----------------------------------------------------------------------------------


def _table(sheet: Sheet, found: Map, top: float) -> float:
    """Draw stages, steps and lanes; return where the next begins."""
    stages = _stages(found)
    heads = [heading(one) for one in found.columns]
    lanes = [
        Lane(
            label(row.lane.name),
            [pieces_in(cell, row.lane) for cell in row.cells],
            row.lane.key == "feeling",
        )
        for row in found.rows
    ]
    heights = [max(tall(pieces) for _at, _span, pieces in stages) - PADDING]
    heights.append(max(map(tall, heads)))
    for lane in lanes:
        heights += [HEIGHT, lane.height] if lane.has_curve else [lane.height]
    laid = _moved(frame(len(found.columns), heights, head=top))
    _stage_row(sheet, laid, stages)
    for place, pieces in enumerate(heads):
        draw(sheet, pieces, laid.cell(place, 1))
    draw(sheet, label(_("Step")), laid.rows[1])
    at = 2
    for lane in lanes:
        if lane.has_curve:
            _curve(sheet, found, laid, laid.rows[at])
            draw(sheet, lane.name, laid.rows[at])
            at += 1
        _lane(sheet, lane, laid, at)
        at += 1
    _grid(sheet, laid, {n for n, lane in enumerate(_rows_of(lanes)) if lane})
    return laid.height + 20


def _rows_of(lanes: Sequence[Lane]) -> Iterator[bool]:
    """Tell of each row whether a line stands above it: the cells below a curve belong to it."""
    yield from (True, True)
    for lane in lanes:
        yield True
        if lane.has_curve:
            yield False


def _moved(laid: Frame) -> Frame:
    """Put a margin before what is laid out."""
    columns = [Box(one.x + _MARGIN, one.y, one.width, one.height) for one in laid.columns]
    rows = [Box(one.x + _MARGIN, one.y, one.width, one.height) for one in laid.rows]
    return Frame(columns, rows, laid.head)


def _stages(found: Map) -> list[tuple[int, int, list[Piece]]]:
    """Return each run of steps in one stage: where it begins, how many, and its name."""
    runs, at = [], 0
    for group in found.groups:
        span = int(group.span)
        room = COLUMN_WIDTH * span - 2 * PADDING
        look = STAGE if group.stage else QUIET
        name = group.stage or _("no stage")
        words = broken(name, room, look.size, bold=look.bold, most=3)
        runs.append((at, span, [Piece(words, look)]))
        at += span
    return runs


def _stage_row(
    sheet: Sheet, laid: Frame, stages: Sequence[tuple[int, int, Sequence[Piece]]]
) -> None:
    row = laid.rows[0]
    draw(sheet, label(_("Stage")), _raised(row))
    for at, span, pieces in stages:
        box = Box(laid.columns[at].x + 2, row.y, COLUMN_WIDTH * span - 4, row.height - 4)
        sheet.box(box, fill=SUNKEN, rx="5")
        draw(sheet, pieces, _raised(Box(laid.columns[at].x, row.y, box.width, row.height)))


def _raised(box: Box) -> Box:
    return Box(box.x, box.y - PADDING / 2 - 2, box.width, box.height)


def _lane(sheet: Sheet, lane: Lane, laid: Frame, at: int) -> None:
    if not lane.has_curve:
        draw(sheet, lane.name, laid.rows[at])
    for place, pieces in enumerate(lane.cells):
        draw(sheet, pieces, laid.cell(place, at))


def _grid(sheet: Sheet, laid: Frame, ruled: set[int]) -> None:
    """Rule lanes and columns."""
    left, right = float(_MARGIN), _MARGIN + laid.width
    bottom = laid.height
    for number, row in enumerate(laid.rows):
        if number in ruled and number:
            sheet.rule((left, row.y), (right, row.y), stroke=LINE)
    sheet.rule((left, bottom), (right, bottom), stroke=LINE)
    for column in laid.columns:
        sheet.rule((column.x, laid.rows[1].y), (column.x, bottom), stroke=LINE)


# --- the curve ----------------------------------------------------------------------------------


def _curve(sheet: Sheet, found: Map, laid: Frame, row: Box) -> None:
    """Draw how it feels, over all steps."""
    start = laid.columns[0].x
    width = COLUMN_WIDTH * len(found.columns)
    left = sheet.x(start, width)
    for level in LEVELS:
        y = row.y + level_y(level)
        dashes = {} if level == 0 else {"stroke_dasharray": "2 4"}
        sheet.rule((start, y), (start + width, y), stroke=LINE if level else "#cbc5b8", **dashes)
    for line in found.lines:
        for stroke in line.curve.strokes:
            path = across(stroke.path, left, width, row.y)
            sheet.put("path", d=path, fill="none", **_stroke(line.tone, line.is_future))
            if stroke.is_guess:
                sheet.root[-1].set("stroke-dasharray", "1 6")
                sheet.root[-1].set("stroke-linecap", "round")
    for mark in found.marks:
        x, y = left + float(mark.x) * width / 100, row.y + float(mark.y)
        color = SERIES[mark.tone]
        fill, radius = (GOLD, "7") if mark.is_truth else (GROUND, "5")
        dashes = {"stroke_dasharray": "3 2"} if mark.is_future else {}
        at = {"cx": f"{x:.1f}", "cy": f"{y:g}", "r": radius}
        sheet.put("circle", fill=fill, stroke=color, stroke_width="2.5", **at, **dashes)
    for level in LEVELS:
        words = broken(f"\u2066{signed(level)}\u2069", 40, NOTE.size)
        y = row.y + level_y(level) - NOTE.size - 5
        sheet.say(words, start + 6, y, NOTE, halo=GROUND)
    _mark_words(sheet, found, left, width, row.y)


def _mark_words(sheet: Sheet, found: Map, left: float, width: float, top: float) -> None:
    """Write the words of the map's own points over all lines."""
    for mark in found.marks:
        if not mark.word:
            continue
        look = _TRUTH_WORD if mark.is_truth else _WORD
        room = COLUMN_WIDTH - 2 * PADDING
        words = broken(mark.word, room, look.size, bold=look.bold, most=1)
        x, y = left + float(mark.x) * width / 100, top + float(mark.word_y) - look.size
        sheet.say(words, sheet.x(x), y, look, middle=True, halo=GROUND)


def _stroke(tone: int, is_future: bool) -> dict[str, str]:  # noqa: FBT001 - one of two ways to draw
    said = {"stroke": SERIES[tone], "stroke_width": "2.5" if tone == 1 else "1.75"}
    return said | ({"stroke_dasharray": "7 5"} if is_future else {})


# --- below it -----------------------------------------------------------------------------------


def _planned(sheet: Sheet, found: Map, y: float) -> float:
    """Name the steps that only the future has."""
    if not found.planned:
        return y
    names = ", ".join(f"“{one.name}”" for one in found.planned)
    words = _("New in the future: %(steps)s") % {"steps": names}
    lines = broken(words, sheet.width - 2 * _MARGIN, BODY.size)
    sheet.say(lines, _MARGIN, y, BODY)
    return y + BODY.line * len(lines.lines) + 14


def _legend(sheet: Sheet, found: Map, persona: Persona | None, y: float) -> float:
    """Say what the signs mean, in as many rows as that takes; return where it ends."""
    x = float(_MARGIN)
    for sign, words in _signs(found, persona):
        needed = _KEY + 8 + width_of(words, NOTE.size)
        if x > _MARGIN and x + needed > sheet.width - _MARGIN:
            x, y = float(_MARGIN), y + 22
        _sign(sheet, sign, x, y)
        room = sheet.width - 2 * _MARGIN - _KEY - 8
        text = broken(words, room, NOTE.size, most=1)
        sheet.say(text, x + _KEY + 8, y, Look(NOTE.size, INK_2))
        x += needed + 18
    y += 26
    # Its per cent sign begins no placeholder, xgettext: no-python-format
    measured = _("Measured: the figure, ± half of its 95 % interval, and n answers.")
    if any(one.measured for one in found.columns):
        notes = broken(measured, sheet.width - 2 * _MARGIN, NOTE.size)
        sheet.say(notes, _MARGIN, y, Look(NOTE.size, INK_3))
        y += NOTE.line * len(notes.lines)
    return y


def _signs(found: Map, persona: Persona | None) -> Iterator[tuple[str, str]]:
    """Yield what is drawn with what it means: a mark, "future", or a line by its tone."""
    held = {row.lane.mark for row in found.rows if any(cell.cards for cell in row.cells)}
    meanings = (
        ("truth", _("moment of truth")),
        ("pain", _("pain point")),
        ("delight", _("moment of delight")),
    )
    yield from ((mark, words) for mark, words in meanings if mark in held)
    if found.lines and found.lines[-1].curve.points:
        yield "1", str(persona) if persona else _("the emotions of this map")
    yield from ((str(one.tone), one.name) for one in found.lines[:-1] if one.name)
    if any(one.is_future for one in found.lines):
        yield "future", _("how it shall be")


def _sign(sheet: Sheet, sign: str, x: float, y: float) -> None:
    if sign in MARKS:
        color, paths = MARKS[sign]
        sheet.shape(Box(x + 6, y + 1, 14, 14), paths, stroke=color, stroke_width="1.4")
        return
    said = _stroke(1, is_future=True) if sign == "future" else _stroke(int(sign), is_future=False)
    sheet.rule((x, y + 8), (x + _KEY, y + 8), **said)
