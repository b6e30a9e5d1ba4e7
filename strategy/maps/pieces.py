"""What stands in the cells of a drawn map: words with their marks, bars and chips, and how tall."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.template.defaultfilters import floatformat
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from strategy.journeys.lanes import Lane
from strategy.maps.geometry import COLUMN_WIDTH, LABEL_WIDTH, PADDING, Box
from strategy.maps.letters import Broken, broken
from strategy.maps.selectors import Card, Cell, Column, Measured
from strategy.maps.sheet import Look, Sheet

# The light theme: what is drawn is printed and sent.
INK, INK_2, INK_3 = "#1b1e1c", "#474a46", "#62635b"
GROUND, SUNKEN, LINE, TRACK = "#ffffff", "#efede6", "#e4e0d7", "#e7e3d9"
GOLD = "#b98424"
SERIES = MappingProxyType({1: GOLD, 2: "#a4502f", 3: "#66751f", 4: "#5a6288"})
TONES = MappingProxyType({"ok": "#2c8a5b", "off": "#c5363e", "close": "#5a7aa8"})
RISK, RISK_SOFT = "#874206", "#fcecdc"

BODY, NOTE = Look(13, INK), Look(11, INK_3)
SAID = Look(13, INK, serif=True)
NAME = Look(13, INK, bold=True)
FIGURE = Look(15, INK, bold=True)
QUIET = Look(12, INK_3)
STAGE = Look(12, INK_2, bold=True)
CHIP = Look(11, RISK)

_RING = "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13"
MARKS = MappingProxyType(
    {
        "pain": (TONES["off"], (_RING, "M5.5 11c1.5-1.8 3.5-1.8 5 0M6 6v.5M10 6v.5")),
        "delight": (TONES["ok"], (_RING, "M5.5 9.5c1.5 1.8 3.5 1.8 5 0M6 6v.5M10 6v.5")),
        "truth": (GOLD, (_RING, "M8 6a2 2 0 1 0 0 4a2 2 0 1 0 0-4")),
    }
)
MARK, GAP, BAR = 14, 6, 16
ROOM = COLUMN_WIDTH - 2 * PADDING  # pixels for words in a cell
_QUOTES = MappingProxyType({"fa": ("«", "»"), "ar": ("«", "»")})


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a cell. `mark`: the sign before them; `measured`: its bar stands below."""

    words: Broken
    look: Look
    mark: str = ""
    is_planned: bool = False
    is_chip: bool = False
    measured: Measured | None = None
    follows: bool = False  # belongs to the piece above
    is_set_in: bool = False  # begins where the words beside a mark do

    @property
    def height(self) -> float:
        return self.look.line * len(self.words.lines) + (BAR if self.measured else 0)

    @property
    def gap(self) -> float:
        return 0 if self.follows else GAP


def tall(pieces: Sequence[Piece]) -> float:
    """Return the pixels a cell with these needs."""
    gaps = sum(piece.gap for piece in pieces[1:])
    return 2 * PADDING + max(sum(piece.height for piece in pieces) + gaps, BODY.line)


def draw(sheet: Sheet, pieces: Iterable[Piece], box: Box) -> None:
    """Draw pieces from the top of a box down."""
    y = box.y + PADDING
    for number, piece in enumerate(pieces):
        y += piece.gap if number else 0
        _draw(sheet, piece, box.x + PADDING, y)
        y += piece.height


def _draw(sheet: Sheet, piece: Piece, x: float, y: float) -> None:
    if piece.is_planned:
        ends = (x + 1, y + 1), (x + 1, y + piece.height - 1)
        sheet.rule(*ends, stroke=GOLD, stroke_width="2", stroke_dasharray="4 3")
    if piece.is_chip:
        chip = Box(x - 4, y, ROOM + 8, piece.height + 2)
        sheet.box(chip, fill=RISK_SOFT, rx="4")
    if piece.mark in MARKS:
        color, paths = MARKS[piece.mark]
        sign = Box(_beside(x, piece) - MARK - 4, y + 2, MARK, MARK)
        sheet.shape(sign, paths, stroke=color, stroke_width="1.4", stroke_linecap="round")
    sheet.say(piece.words, _beside(x, piece), y, piece.look)
    if piece.measured is not None:
        _bar(sheet, piece.measured, Box(x, y + piece.height - BAR + 4, ROOM, 8))


def _beside(x: float, piece: Piece) -> float:
    """Return where words begin beside a mark, and inside the rule of what is planned."""
    has_sign = piece.mark in MARKS or piece.is_set_in
    return x + (8 if piece.is_planned else 0) + (MARK + 4 if has_sign else 0)


def _bar(sheet: Sheet, measured: Measured, room: Box) -> None:
    """Draw a share as a bar, and its interval as a band around the end."""
    shown, tone = measured.shown, TONES[measured.tone]
    sheet.box(room, fill=TRACK, rx="4")
    filled = min(max(shown.value, 0), 100) / 100
    sheet.box(Box(room.x, room.y, room.width * filled, room.height), fill=tone, rx="4")
    low, high = max(shown.low or 0, 0) / 100, min(shown.high or 0, 100) / 100
    band = Box(room.x + room.width * low, room.y - 2, room.width * (high - low), room.height + 4)
    sheet.box(band, fill=INK, fill_opacity="0.25", rx="3")


# --- what a cell holds --------------------------------------------------------------------------


def pieces_in(cell: Cell, lane: Lane) -> list[Piece]:
    """Return what stands where a step meets a lane."""
    column = cell.column
    if lane.key == "score":
        return _score(column)
    if lane.key == "touchpoint":
        place = column.step.touchpoint
        return [_field(place.name if place else "", _("none yet"))]
    if lane.key == "answers":
        names = [_field(one.name, "") for one in cell.answers]
        return names or [_field("", _("nothing yet") if cell.asks else "")]
    if not lane.holds_cards:
        return [_field(column.step.channel, _("not said"))]
    feels = [_feels(column)] if lane.key == "feeling" else []
    return feels + [piece for card in cell.cards for piece in _card(card, lane)]


def _field(said: str, unsaid: str) -> Piece:
    look = BODY if said else QUIET
    return Piece(broken(said or unsaid, ROOM, look.size), look)


def _feels(column: Column) -> Piece:
    if not column.level:
        return _field("", _("not said"))
    words = f"\u2066{column.level}\u2069 {column.feeling}"
    return Piece(broken(words, ROOM, NAME.size, bold=True), NAME)


def _card(card: Card, lane: Lane) -> list[Piece]:
    is_said = lane.mark == "said"
    before, after = _QUOTES.get(get_language() or "", ("“", "”"))
    text = f"{before}{card.text}{after}" if is_said else card.text
    mark = lane.mark if lane.mark in MARKS else ""
    look = SAID if is_said else BODY
    own = Piece(Broken(()), look, mark, card.is_planned)
    room = ROOM - _beside(0, own)
    pieces = [Piece(broken(text, room, look.size), look, mark, card.is_planned)]
    notes = [_("planned")] if card.is_planned else []
    notes += [card.whose] if card.whose else []
    if notes:
        words = broken(" · ".join(notes), room, NOTE.size)
        note = Piece(words, NOTE, "", card.is_planned, follows=True, is_set_in=mark in MARKS)
        pieces.append(note)
    return pieces


def _score(column: Column) -> list[Piece]:
    found = column.measured
    if found is None:
        unsaid = _("No answers yet") if column.step.touchpoint_id else _("no touchpoint")
        return [_field("", unsaid)]
    shown = found.shown
    name = found.score.metric.name
    if found.score.is_stale:
        name = f"{name} · {_('no answers lately')}"
    sure = [f"\u2066±{floatformat(shown.margin, '1g')}\u2069"] if shown.margin else []
    sure += [f"\u2066n = {floatformat(shown.n, '0g')}\u2069"] if shown.n else []
    bar = found if found.is_bar else None
    pieces = [Piece(broken(shown.text, ROOM, FIGURE.size, bold=True), FIGURE)]
    if sure:
        words = broken(" ".join(sure), ROOM, QUIET.size)
        pieces.append(Piece(words, QUIET, follows=True))
    pieces.append(Piece(broken(name, ROOM, NOTE.size), NOTE, measured=bar, follows=True))
    if found.conflict:
        pieces.append(Piece(broken(found.conflict, ROOM, CHIP.size), CHIP, is_chip=True))
    return pieces


def heading(column: Column) -> list[Piece]:
    """Return the head of a column: the step, and whom it is for."""
    name = broken(column.step.name, ROOM, NAME.size, bold=True)
    pieces = [Piece(name, NAME)]
    if column.whose:
        words = broken(", ".join(column.whose), ROOM, NOTE.size)
        pieces.append(Piece(words, NOTE, follows=True))
    return pieces


def label(name: str) -> list[Piece]:
    """Return the name of a lane, as it stands before it; cut after three lines."""
    room = LABEL_WIDTH - 2 * PADDING
    return [Piece(broken(name, room, STAGE.size, bold=True, most=3), STAGE)]
