"""Why a goal stands where it stands: all that its page and REST show, gathered once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.base import marks
from cxplanner.base.refs import Ref
from strategy.evidence.models import Evidence
from strategy.evidence.selectors import on_things
from strategy.goals.models import Goal
from strategy.goals.phrases import Child, children_of, settles
from strategy.goals.selectors import GoalStanding, where_they_stand
from strategy.measure.selectors import Feed, feeds_of
from strategy.measure.shares import rows_address
from strategy.metrics.estimates import Estimate
from strategy.metrics.matching import SMALL_GROUP
from strategy.metrics.wording import Shown, Unit, unit_of
from strategy.sections import Heard
from strategy.thread.selectors import heard_of
from strategy.touchpoints.models import Touchpoint
from strategy.why import words
from strategy.why.meanwhile import Happening, meanwhile
from strategy.why.movement import Breakdown, Moved, Movement, movement_of

MOST_VOICES = 5
MOST_EVIDENCE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A part then and now, in the shown unit. `rows_url` leads to the answers now.

    `own` and `mix` are what it adds to the change; None where that is not known.
    """

    name: str
    moved: Moved
    before: Shown | None
    after: Shown | None
    change: str
    reach: str
    own: float | None
    mix: float | None
    rows_url: str = ""

    @property
    def total(self) -> float | None:
        return None if self.own is None or self.mix is None else self.own + self.mix

    @property
    def verdict(self) -> str:
        """Name what the change is: real, chance or unknown."""
        real = self.moved.change.is_real if self.moved.change else None
        return {True: "real", False: "chance", None: "unknown"}[real]


@dataclass(frozen=True, slots=True)
class Table:
    """The parts of a change; `hidden` more are too few to be shown to this reader."""

    title: str
    rows: Sequence[Row]
    chart: Sequence[marks.Moved]
    breakdown: Breakdown
    hidden: int = 0
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Kid:
    """A goal below, and by how much of the way it pulls the one above down (negative) or up."""

    child: Child
    pull: float | None

    @property
    def pull_words(self) -> str:
        return "" if self.pull is None else words.signed(round(self.pull * 100, 1))


@dataclass
class Why:
    """One goal's account for one reader."""

    goal: Goal
    member: Membership
    where: GoalStanding = field(init=False)
    movement: Movement | None = field(init=False)

    def __post_init__(self) -> None:
        workspace = self.member.workspace
        today = workspace.today()
        self.where = where_they_stand([self.goal], workspace=workspace, today=today)[self.goal.pk]
        self.movement = movement_of(self.goal, today)

    # --- in words ---------------------------------------------------------------------------

    @property
    def sentence(self) -> str:
        if self.movement is not None:
            return words.sentence_of(self.movement, self.unit, self.names)
        worst = min(
            (kid for kid in self.kids if kid.pull is not None),
            key=lambda kid: kid.pull or 0.0,
            default=None,
        )
        if worst is None or worst.pull is None or worst.pull >= 0:
            return words.sentence_of_parent(self.where, "", 0.0)
        return words.sentence_of_parent(self.where, str(worst.child.where.goal), -worst.pull)

    @property
    def caveats(self) -> list[str]:
        return words.caveats(self.movement) if self.movement else []

    @property
    def compared(self) -> str:
        return words.compared(self.movement.windows) if self.movement else ""

    @property
    def certainty(self) -> str:
        """Say how sure the status is, and what would settle it."""
        found = self.where.standing
        if found.certainty is None:
            return settles(self.where)
        chance = _("As far as the answers tell, it is on track with a chance of %(chance)s in 100.")
        said = chance % {"chance": round(found.certainty * 100)}
        return " ".join(filter(None, (said, settles(self.where))))

    # --- its sub-goals ----------------------------------------------------------------------

    @cached_property
    def kids(self) -> list[Kid]:
        """The goals below; what pulls most comes first. A goal with its own metric has no pull."""
        kids = children_of(self.where) if self.where.children else []
        pulls = {} if self.goal.metric_id is not None else pulls_of(self.where)
        found = [Kid(kid, pulls.get(kid.where.goal.pk)) for kid in kids]
        return sorted(found, key=lambda kid: kid.pull if kid.pull is not None else 1.0)

    # --- what moved it ----------------------------------------------------------------------

    @cached_property
    def unit(self) -> Unit:
        if self.movement is None:
            return Unit("%")
        known = self.movement.moved.after or self.movement.moved.before
        return unit_of(self.movement.metric, known.value if known else None)

    @cached_property
    def names(self) -> dict[int | str | None, str]:
        """The names of parts; a segment's stands under its dimension, as “Business”."""
        parts = [part for one in self._breakdowns for part in one.parts]
        places = [part.key for part in parts if isinstance(part.key, int)]
        found: dict[int | str | None, str] = {
            part.key: part.key.partition("=")[2] for part in parts if isinstance(part.key, str)
        }
        rows = Touchpoint.objects.filter(pk__in=places) if places else ()
        return found | {row.pk: row.name for row in rows}

    @property
    def _breakdowns(self) -> Sequence[Breakdown]:
        return self.movement.breakdowns if self.movement else ()

    @cached_property
    def feeds(self) -> list[Feed]:
        if self.movement is None:
            return []
        metric = self.movement.metric
        return feeds_of([metric], self.member.workspace)[metric.pk]

    @cached_property
    def own(self) -> Row | None:
        """The goal's own figure, then and now."""
        return self._row(_("This goal"), self.movement.moved) if self.movement else None

    @cached_property
    def whole(self) -> Row | None:
        """The metric as a whole, beside a goal that is narrowed."""
        if self.movement is None or self.movement.whole is None:
            return None
        return self._row(_("The metric as a whole"), self.movement.whole)

    @cached_property
    def tables(self) -> list[Table]:
        return [self._table(one) for one in self._breakdowns]

    def _table(self, breakdown: Breakdown) -> Table:
        shown = [part for part in breakdown.parts if not self._hides(part)]
        rows = [self._row(self.names.get(part.key, ""), part) for part in shown]
        if breakdown.rest is not None and len(shown) == len(breakdown.parts):
            name = _("no segment said") if breakdown.name else _("no touchpoint named")
            rows.append(self._row(name, breakdown.rest))
        title = breakdown.name or _("Touchpoints")
        return Table(
            title,
            rows,
            [self._mark(row) for row in rows],
            breakdown,
            len(breakdown.parts) - len(shown),
            self.unit.scaled(breakdown.total),
        )

    def _hides(self, part: Moved) -> bool:
        """Tell whether a segment is too small for this reader, in an anonymous survey."""
        if not isinstance(part.key, str) or self.member.can(Action.RESPONDENTS):
            return False
        small = any(one is not None and one.n < SMALL_GROUP for one in (part.before, part.after))
        return small and any(feed.survey.is_anonymous for feed in self.feeds)

    def _row(self, name: str, moved: Moved) -> Row:
        shift, change = moved.shift, moved.change
        return Row(
            name,
            moved,
            self._shown(moved.before),
            self._shown(moved.after),
            "" if change is None else words.signed(change.value / self.unit.per),
            "" if change is None else words.reach(change.low, change.high, self.unit),
            None if shift is None else float(shift.own) / self.unit.per,
            None if shift is None else float(shift.mix) / self.unit.per,
            self._rows_url(moved),
        )

    def _shown(self, figure: Estimate | None) -> Shown | None:
        return None if figure is None else self.unit.show(figure)

    def _rows_url(self, moved: Moved) -> str:
        """Return where the answers of the window up to today are read."""
        if self.movement is None or moved.after is None:
            return ""
        now = self.movement.windows.now
        narrower: dict[str, object] = {"from_": now.first, "to": now.last}
        if isinstance(moved.key, int):
            narrower["touchpoint"] = moved.key
        elif isinstance(moved.key, str):
            narrower["segment"] = moved.key
        else:
            narrower |= {"touchpoint": self.goal.touchpoint_id, "segment": self.goal.segment}
        return rows_address(
            self.movement.metric, self.member.workspace, is_asked=bool(self.feeds), **narrower
        )

    def _mark(self, row: Row) -> marks.Moved:
        return marks.Moved(
            row.name,
            _figure(row.before),
            _figure(row.after),
            words=row.change,
            url=row.rows_url,
            faint=row.moved.is_few,
        )

    # --- around it --------------------------------------------------------------------------

    @cached_property
    def heard(self) -> Heard | None:
        return heard_of(self.goal.ref, member=self.member, most=MOST_VOICES)

    @cached_property
    def _things(self) -> list[Ref]:
        places = [key for key in self.names if isinstance(key, int)]
        found = [Ref("touchpoint", key) for key in (*places, self.goal.touchpoint_id) if key]
        return [Ref("metric", self.movement.metric.pk), *found] if self.movement else []

    @cached_property
    def meanwhile(self) -> list[Happening]:
        surveys = [Ref("survey", feed.survey.pk) for feed in self.feeds]
        return meanwhile(self.goal, [*self._things[:1], *surveys], self.goal.starts_on)

    @cached_property
    def evidence(self) -> list[Evidence]:
        return list(on_things([self.goal.ref, *self._things])[:MOST_EVIDENCE])


def _figure(shown: Shown | None) -> marks.Figure | None:
    return None if shown is None else marks.Figure(shown.value, shown.low, shown.high, shown.n)


def pulls_of(where: GoalStanding) -> Mapping[int, float]:
    """Say how far each sub-goal with data pulls its parent from what was expected, by goal id.

    weight · (progress cut to 0…1 - expected): together exactly the parent's distance.
    """
    measured = [
        (one, one.standing.progress, one.standing.expected)
        for one in where.children
        if one.standing.progress is not None and one.standing.expected is not None
    ]
    weights = [max(float(one.goal.weight), 0.0) for one, _progress, _expected in measured]
    whole = sum(weights)
    return {
        one.goal.pk: (weight / whole if whole else 1 / len(measured))
        * (min(max(progress, 0.0), 1.0) - expected)
        for weight, (one, progress, expected) in zip(weights, measured, strict=True)
    }
