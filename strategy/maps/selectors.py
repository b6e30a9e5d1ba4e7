"""A journey map as it is drawn: columns, lanes, cells, curves, and what customers answer there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.html import escape

from strategy.evidence.selectors import counts_in as evidence_in
from strategy.journeys.lanes import Lane, lanes_of
from strategy.journeys.models import Journey, JourneyCard, JourneyStep
from strategy.maps.agreement import Agreement, agreement, side_of
from strategy.maps.geometry import Curve, curve
from strategy.maps.words import disagrees, feels, signed
from strategy.metrics.pooling import Score, scores_at
from strategy.metrics.wording import Shown, unit_of
from strategy.personas.models import Persona
from strategy.sections import Stitch


@dataclass(slots=True)
class Card:
    """A card in a cell. `is_planned`: it stands only on the map of the future."""

    id: str
    text: str
    whose: str = ""
    evidence: int = 0
    is_planned: bool = False

    has_more: bool = field(init=False)

    def __post_init__(self) -> None:
        self.has_more = bool(self.whose or self.evidence or self.is_planned)


@dataclass(slots=True)
class Cell:
    """Where a step meets a lane; `id` is that of its element on the page.

    `add` is the id of the link that adds to it, `adds_at` where that leads behind the steps'
    address, `place` the cell in words. They are made once here, as the page asks for them often.
    """

    id: str
    column: "Column"
    cards: list[Card] = field(default_factory=list)
    add: str = ""
    adds_at: str = ""
    place: str = ""
    is_felt: bool = False
    # Of the lane of answers: what the team does, or a Ref to what hurts and waits for it.
    answers: Sequence[Stitch] = ()
    asks: str = ""


@dataclass(slots=True)
class Measured:
    """A score as a map shows it; `conflict` says in words where the emotion drawn denies it."""

    score: Score
    shown: Shown
    conflict: str = ""

    @property
    def is_bar(self) -> bool:
        return self.shown.unit == "%" and self.shown.low is not None

    @property
    def width(self) -> str:
        return f"{min(self.shown.value, 100):.1f}%"

    @property
    def band_x(self) -> str:
        return f"{self.shown.low or 0:.1f}%"

    @property
    def band_width(self) -> str:
        return f"{(self.shown.high or 0) - (self.shown.low or 0):.1f}%"

    @property
    def tone(self) -> str:
        side = side_of(self.score.definition, self.score.figure)
        return {1: "ok", -1: "off"}.get(side, "close")


@dataclass(slots=True)
class Column:
    """A step on a map, as one persona feels it where one is chosen.

    `whose`: the personas it is for, where that is not all of the journey.
    """

    step: JourneyStep
    id: str
    emotion: int | None
    measured: Measured | None = None
    future: JourneyStep | None = None
    finer_id: str = ""
    is_known_stage: bool = True
    is_truth: bool = False
    whose: Sequence[str] = ()

    @property
    def feeling(self) -> str:
        return feels(self.step.feeling, self.emotion)

    @property
    def level(self) -> str:
        return signed(self.emotion)


@dataclass(slots=True)
class Group:
    """Steps of one stage side by side."""

    stage: str
    span: str
    is_known: bool


@dataclass(slots=True)
class Row:
    lane: Lane
    cells: list[Cell]


@dataclass(slots=True)
class Line:
    """A curve on a map: of whom, and in which of the colours for lines (1 is the map's own)."""

    name: str
    tone: int
    curve: Curve
    is_future: bool = False


@dataclass(slots=True)
class Mark:
    """A point on a curve as it is drawn: x in per cent, y in pixels, and the word above it."""

    x: str
    y: str
    word_y: str
    word: str
    tone: int
    is_truth: bool
    is_future: bool


@dataclass(slots=True)
class Map:
    """All of a map."""

    journey: Journey
    columns: list[Column]
    groups: list[Group]
    rows: list[Row]
    lines: list[Line]
    lanes: list[Lane]
    planned: list[JourneyStep] = field(default_factory=list)

    @property
    def feeling_row(self) -> Row | None:
        return next((row for row in self.rows if row.lane.key == "feeling"), None)

    @property
    def marks(self) -> list[Mark]:
        """The points of all curves; those of the map's own, which is the last, carry words."""
        found = []
        for line in self.lines:
            is_own = line is self.lines[-1]
            for point in line.curve.points:
                column = self.columns[point.place]
                is_truth = is_own and column.is_truth
                above = point.y - (17 if is_truth else 14)
                word = column.feeling if is_own else ""
                marks = (is_truth, line.is_future)
                x = f"{point.x:.2f}"
                found.append(Mark(x, f"{point.y:g}", f"{above:g}", word, line.tone, *marks))
        return found

    @property
    def conflicts(self) -> int:
        return sum(1 for one in self.columns if one.measured and one.measured.conflict)

    def cell(self, cell_id: str) -> Cell | None:
        return next((one for row in self.rows for one in row.cells if one.id == cell_id), None)


def map_of(
    journey: Journey,
    *,
    today: date,
    persona: Persona | None = None,
    future: Journey | None = None,
    rtl: bool = False,
    only: Collection[int] | None = None,
) -> Map:
    """Lay a journey out, for one persona or for all; a constant number of queries.

    `future` is drawn beside it. `only`: the ids of the steps it is cut down to.
    """
    steps = _steps(journey, only)
    if persona is not None:
        steps = [step for step in steps if _is_for(step, persona)]
    scores = scores_at({one.touchpoint_id for one in steps if one.touchpoint_id}, today=today)
    finer = _finer(steps)
    stages = set(journey.plan.stages)
    columns = [_column(step, persona, scores, finer, stages) for step in steps]
    planned: list[JourneyStep] = []
    if future is not None:
        planned = _pair(columns, _steps(future))
    lanes = lanes_of(journey.lanes)
    shown = [lane for lane in lanes if lane.is_shown]
    by_cell = _cards(journey, columns, persona)
    everybody = {one.pk for one in journey.personas.all()}
    for column in columns:
        column.is_truth = (column.step.pk, "truths") in by_cell
        whose = column.step.persona_rows.all()
        if {row.persona_id for row in whose} != everybody:
            column.whose = [str(row.persona) for row in whose]
    rows = [Row(lane, [_cell(one, lane, by_cell) for one in columns]) for lane in shown]
    lines = _lines(journey, columns, persona, with_future=future is not None, rtl=rtl)
    return Map(journey, columns, _groups(columns), rows, lines, lanes, planned)


def feeling_of(step: JourneyStep, persona: Persona | None) -> int | None:
    """Return the emotion of a persona at a step, or the step's own where none is said."""
    if persona is not None:
        for row in step.persona_rows.all():
            if row.persona_id == persona.pk and row.emotion is not None:
                emotion: int = row.emotion
                return emotion
    return step.emotion


def _steps(journey: Journey, only: Collection[int] | None = None) -> list[JourneyStep]:
    rows = journey.steps.filter(archived_at=None).select_related("touchpoint")
    if only is not None:
        rows = rows.filter(pk__in=only)
    return list(rows.prefetch_related("persona_rows__persona").order_by("position", "pk"))


def _is_for(step: JourneyStep, persona: Persona) -> bool:
    whose = {row.persona_id for row in step.persona_rows.all()}
    return not whose or persona.pk in whose


def _finer(steps: Iterable[JourneyStep]) -> Mapping[int, int]:
    """Return the finer map of each step that is opened into one, by the step's id."""
    rows = Journey.objects.filter(opened_by__in=[one.pk for one in steps], archived_at=None)
    found: dict[int, int] = dict(rows.order_by("-pk").values_list("opened_by", "pk"))
    return found


def _column(
    step: JourneyStep,
    persona: Persona | None,
    scores: Mapping[int, Score],
    finer: Mapping[int, int],
    stages: set[str],
) -> Column:
    emotion = feeling_of(step, persona)
    score = scores.get(step.touchpoint_id or 0)
    return Column(
        step=step,
        id=escape(step.pk),
        emotion=emotion,
        measured=measured(score, emotion) if score else None,
        finer_id=str(finer.get(step.pk, "")),
        is_known_stage=not step.stage or step.stage in stages,
    )


def measured(score: Score, emotion: int | None) -> Measured:
    """Show a score beside an emotion."""
    shown = unit_of(score.metric, score.figure.value).show(score.figure)
    found = agreement(emotion, side_of(score.definition, score.figure))
    parts = found in (Agreement.HAPPIER_DRAWN, Agreement.SADDER_DRAWN)
    return Measured(score, shown, disagrees(found) if parts else "")


def _pair(columns: Iterable[Column], after: Sequence[JourneyStep]) -> list[JourneyStep]:
    """Put steps of the future beside those they stand for; return those that are new."""
    by_origin = {one.origin_id: one for one in after if one.origin_id}
    for column in columns:
        column.future = by_origin.pop(column.step.pk, None)
    paired = {one.future.pk for one in columns if one.future}
    return [one for one in after if one.pk not in paired]


def _cards(
    journey: Journey, columns: Sequence[Column], persona: Persona | None
) -> Mapping[tuple[int, str], list[Card]]:
    """Return the cards of a persona, or all, by step and lane; two queries.

    They are read as values: a map has hundreds, and shows a few things of each.
    """
    planned = {column.future.pk for column in columns if column.future}
    steps = [*(column.step.pk for column in columns), *planned]
    wanted = JourneyCard.objects.filter(step__in=steps, archived_at=None)
    if persona is not None:
        wanted = wanted.filter(Q(persona=None) | Q(persona=persona))
    shown = ("pk", "step", "lane", "text", "persona__name")
    rows = list(wanted.order_by("position", "pk").values_list(*shown))
    known = evidence_in(journey.plan_id, JourneyCard.ref_kind) if rows else {}
    by_cell: defaultdict[tuple[int, str], list[Card]] = defaultdict(list)
    for pk, step_id, lane, text, whose in rows:
        card = Card(escape(pk), text, whose or "", known.get(pk, 0), step_id in planned)
        by_cell[step_id, lane].append(card)
    return by_cell


def _cell(column: Column, lane: Lane, by_cell: Mapping[tuple[int, str], Sequence[Card]]) -> Cell:
    # What stands in many cells is escaped here, once, not each time it is drawn.
    cell = Cell(escape(f"c{column.id}-{lane.key}"), column)
    if not lane.holds_cards:
        return cell
    cell.is_felt = lane.key == "feeling"
    cell.add = escape(f"add-{column.id}-{lane.key}")
    cell.adds_at = escape(f"{column.id}/cards/?lane={lane.key}")
    cell.place = escape(f"{lane.name}, {column.step.name}")
    cell.cards = [*by_cell.get((column.step.pk, lane.key), ())]
    if column.future is not None:
        said = {one.text for one in cell.cards}
        later = by_cell.get((column.future.pk, lane.key), ())
        cell.cards += [one for one in later if one.text not in said]
    return cell


def _groups(columns: Sequence[Column]) -> list[Group]:
    spans: list[tuple[str, int, bool]] = []
    for column in columns:
        stage = column.step.stage
        if spans and spans[-1][0] == stage:
            spans[-1] = (stage, spans[-1][1] + 1, spans[-1][2])
        else:
            spans.append((stage, 1, column.is_known_stage))
    return [Group(stage, str(span), known) for stage, span, known in spans]


def _lines(
    journey: Journey,
    columns: Sequence[Column],
    persona: Persona | None,
    *,
    with_future: bool,
    rtl: bool,
) -> list[Line]:
    """Draw the map's own curve last, over those of the future and of personas who differ."""
    own = Line(persona.name if persona else "", 1, curve([c.emotion for c in columns], rtl=rtl))
    lines: list[Line] = []
    if with_future:
        later = [feeling_of(c.future, persona) if c.future else None for c in columns]
        lines.append(Line("", 1, curve(later, rtl=rtl), is_future=True))
    if persona is None:
        lines += _lines_of_personas(journey, columns, rtl=rtl)
    return [*lines, own]


def _lines_of_personas(journey: Journey, columns: Sequence[Column], *, rtl: bool) -> list[Line]:
    found: list[Line] = []
    for one in journey.personas.all():
        felt = [feeling_of(c.step, one) if _is_for(c.step, one) else None for c in columns]
        if any(a is not None and a != c.emotion for a, c in zip(felt, columns, strict=True)):
            found.append(Line(one.name, 2 + len(found) % 3, curve(felt, rtl=rtl)))
    return found
