"""Where goals stand: stored readings judged on a day, parents by their children."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from cxplanner.accounts.models import Workspace
from cxplanner.base.marks import Point
from cxplanner.base.refs import Ref
from strategy.goals.models import Goal, GoalState, ProgressPoint
from strategy.goals.progress import Child, Standing, Thresholds, roll_up, standing
from strategy.goals.terms import Checkpoint, GoalTerms, expected_progress
from strategy.metrics.estimates import Estimate
from strategy.metrics.readings import Ask, Reading, definition_of, readings, reads_window
from strategy.metrics.wording import unit_of


@dataclass(slots=True)
class GoalStanding:
    """A goal with what was read of it and where it stands on a day.

    `last` is the newest figure where the window holds no answer (stale), `last_on` its day.
    """

    goal: Goal
    standing: Standing
    state: GoalState | None = None
    estimate: Estimate | None = None
    last: Estimate | None = None
    last_on: date | None = None
    children: list["GoalStanding"] = field(default_factory=list)


def standings(
    cycles: Iterable[int], *, workspace: Workspace, today: date | None = None
) -> dict[int, GoalStanding]:
    """Judge all living goals of cycles (ids) on a day, in one query, by the goal's id.

    In the order of the tree's siblings; `children` hold the same objects. `today` is the
    workspace's by default. The stored readings are used whatever the day; goals that were made
    or changed since the last run have none and are read here, in four more queries.
    """
    goals = list(living_goals().filter(cycle__in=list(cycles)))
    on = today or workspace.today()
    unread = [goal for goal in goals if _state(goal) is None]
    return judged(goals, read_on(unread, on), on, thresholds_of(workspace))


def read_on(goals: Iterable[Goal], day: date) -> dict[int, Reading]:
    """Read the metrics of goals at the close of a day, by the goal's id; the stored state rests."""
    asks = {goal.pk: ask for goal in goals if (ask := ask_of(goal, day)) is not None}
    return dict(zip(asks, readings(list(asks.values())), strict=True))


def ask_of(goal: Goal, day: date) -> Ask | None:
    """Say what a goal reads at the close of a day; None without a metric, due day at the latest."""
    if goal.metric is None:
        return None
    return Ask(goal.metric, min(day, goal.due_on), goal.touchpoint_id, goal.segment)


def where_they_stand(
    goals: Iterable[Goal], *, workspace: Workspace, today: date | None = None
) -> dict[int, GoalStanding]:
    """Judge just these goals, archived ones too, as part of their whole trees; by the goal's id."""
    on = today or workspace.today()
    asked = {goal.pk: goal for goal in goals}
    found = standings({goal.cycle_id for goal in asked.values()}, workspace=workspace, today=on)
    archived = [goal for pk, goal in asked.items() if pk not in found]
    found |= judged(archived, {}, on, thresholds_of(workspace))
    return {pk: found[pk] for pk in asked}


def living_goals() -> "QuerySet[Goal]":
    """Return goals that are not archived, with metric and state, in their order."""
    return Goal.objects.filter(archived_at=None).select_related("metric", "state")


def judged(
    goals: Iterable[Goal], fresh: Mapping[int, Reading], today: date, thresholds: Thresholds
) -> dict[int, GoalStanding]:
    """Judge goals by fresh readings where given (by goal id), else by their stored state."""
    by_parent: defaultdict[int | None, list[Goal]] = defaultdict(list)
    everybody = {goal.pk: goal for goal in goals}
    for goal in everybody.values():
        by_parent[goal.parent_id if goal.parent_id in everybody else None].append(goal)
    found: dict[int, GoalStanding] = {}
    for root in _from_the_leaves(by_parent):
        children = [found[child.pk] for child in by_parent[root.pk]]
        reading = fresh.get(root.pk) or _stored(root)
        found[root.pk] = _judge(root, reading, children, today, thresholds)
    return {pk: found[pk] for pk in everybody}


def _from_the_leaves(by_parent: Mapping[int | None, Sequence[Goal]]) -> list[Goal]:
    order = list(by_parent.get(None, ()))
    for goal in order:  # grows while it is walked: parents before children
        order.extend(by_parent.get(goal.pk, ()))
    return order[::-1]


def _judge(
    goal: Goal,
    reading: Reading,
    children: list[GoalStanding],
    today: date,
    thresholds: Thresholds,
) -> GoalStanding:
    if goal.metric is not None:
        where = standing(
            terms_of(goal),
            reading.current,
            today,
            thresholds,
            observed_on=reading.observed_on,
            redefined=_is_redefined(goal, reading),
        )
    else:
        parts = [Child(one.goal.pk, one.standing, float(one.goal.weight)) for one in children]
        where = roll_up(parts, goal.starts_on, goal.due_on, today, thresholds)
    return GoalStanding(
        goal,
        where,
        state=_state(goal),
        estimate=reading.current,
        last=reading.last,
        last_on=reading.last_on,
        children=children,
    )


def _is_redefined(goal: Goal, reading: Reading) -> bool:
    return goal.baseline_version is not None and reading.version != goal.baseline_version


def thresholds_of(workspace: Workspace) -> Thresholds:
    """Return the workspace's distances, as ratios of the way to the target."""
    return Thresholds(float(workspace.on_track_within), float(workspace.at_risk_within))


def terms_of(goal: Goal) -> GoalTerms:
    """Say what a goal promises, as the arithmetic takes it; figures in the metric's unit."""
    metric = goal.metric
    return GoalTerms(
        start=goal.starts_on,
        due=goal.due_on,
        baseline=_float(goal.baseline),
        target=_float(goal.target),
        window_days=metric.window_days if metric else 1,
        baseline_se=goal.baseline_se,
        checkpoints=tuple(
            Checkpoint(date.fromisoformat(one["on"]), float(one["value"]))
            for one in goal.checkpoints
        ),
        kind="maintain" if goal.is_maintained else "reach",
        floor=_float(goal.floor),
        ceiling=_float(goal.ceiling),
        reads_window=metric is None or reads_window(metric),
        higher_is_better=metric is None or definition_of(metric, metric).bigger_is_better,
    )


def _float(amount: object) -> float | None:
    return None if amount is None else float(str(amount))


def _state(goal: Goal) -> GoalState | None:
    return getattr(goal, "state", None)  # the reverse of a one-to-one raises where there is none


def _stored(goal: Goal) -> Reading:
    state = _state(goal)
    if state is None:
        return Reading(goal.baseline_version or 1)
    return Reading(
        version=state.metric_version or goal.baseline_version or 1,
        current=stored_estimate(state),
        observed_on=state.observed_on,
        last=None
        if state.last_value is None
        else Estimate(state.last_value, state.last_n or 0, None, None, None),
        last_on=state.last_on,
    )


def stored_estimate(row: GoalState | ProgressPoint) -> Estimate | None:
    """Return the figure a computed row holds, or None."""
    if row.value is None:
        return None
    return Estimate(row.value, row.n, row.low, row.high, row.se)


def progress_points(
    goals: Iterable[int], *, first: date, last: date
) -> dict[int, list[ProgressPoint]]:
    """Return the daily points of many goals over days (inclusive), in one query, by goal id."""
    found: defaultdict[int, list[ProgressPoint]] = defaultdict(list)
    rows = ProgressPoint.objects.filter(goal__in=list(goals), day__range=(first, last))
    for point in rows.order_by("day"):
        found[point.goal_id].append(point)
    return found


def expected_reading(goal: Goal, expected: float | None) -> float | None:
    """Return what the metric should read at a share of the way, in its unit."""
    terms = terms_of(goal)
    if expected is None or terms.span is None or terms.baseline is None:
        return None
    return terms.baseline + expected * terms.span


@dataclass(slots=True)
class Course:
    """What a goal's chart shows: readings by day, what was expected of them, and the target."""

    points: list[Point]
    expected: list[float | None]
    target: float | None
    unit: str


def course_of(where: GoalStanding, days: Sequence[ProgressPoint], today: date) -> Course:
    """Lay a goal's days out for a chart, today's standing last.

    Without a metric of its own the way is drawn, in per cent. Durations are in the largest unit
    their baseline or target fills.
    """
    goal, now = where.goal, where.standing
    if goal.metric is None:
        shares = [(day.day, day.progress, day.expected) for day in days if day.day < today]
        shares.append((today, now.progress, now.expected))
        return Course(
            [Point(day, None if done is None else done * 100) for day, done, due in shares],
            [None if due is None else due * 100 for day, done, due in shares],
            100.0,
            "%",
        )
    per, unit = _scale(goal)
    points = [
        Point(day.day, _over(day.value, per), _over(day.low, per), _over(day.high, per), day.n)
        for day in days
        if day.day < today
    ]
    figure = where.estimate
    if figure and goal.starts_on <= today <= goal.due_on:
        low, high = _over(figure.low, per), _over(figure.high, per)
        points.append(Point(today, figure.value / per, low, high, figure.n))
    terms = terms_of(goal)
    expected = [
        None
        if terms.span is None
        else _over(expected_reading(goal, expected_progress(terms, point.at)), per)
        for point in points
    ]
    return Course(points, expected, _over(_float(goal.target), per), unit)


def _over(value: float | None, per: float) -> float | None:
    return None if value is None else value / per


def _scale(goal: Goal) -> tuple[float, str]:
    if goal.metric is None:
        return 1.0, ""
    unit = unit_of(goal.metric, max(_float(goal.baseline) or 0.0, _float(goal.target) or 0.0))
    return unit.per, unit.word


# --- the thread -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """What a goal, or one below it, is read from: a metric, perhaps only at a place or segment."""

    metric_id: int
    touchpoint_id: int | None
    segment: str


class Trees:
    """The whole trees some goals stand in, walked up and down; made with one query."""

    def __init__(self, goals: Iterable[Goal]) -> None:
        cycles = {goal.cycle_id for goal in goals}
        rows = Goal.objects.filter(cycle__in=cycles).select_related("cycle") if cycles else ()
        self.goals = {goal.pk: goal for goal in rows}
        self._kids: defaultdict[int, list[Goal]] = defaultdict(list)
        for goal in self.goals.values():
            if goal.parent_id is not None and goal.archived_at is None:
                self._kids[goal.parent_id].append(goal)

    def above(self, goal: Goal) -> list[Ref]:
        """Return what a goal serves: its ancestors, the nearest first, then the plan."""
        found: list[Ref] = []
        parent = self.goals.get(goal.parent_id or 0)
        while parent is not None and parent.ref not in found:
            found.append(parent.ref)
            parent = self.goals.get(parent.parent_id or 0)
        return [*found, Ref("plan", self.goals[goal.pk].cycle.plan_id)]

    def kids(self, goal: Goal) -> list[Goal]:
        """Return the living goals right below one."""
        return self._kids[goal.pk]

    def reads(self, goal: Goal) -> list[Read]:
        """Return what a goal is read from: its own metric, else those of the goals below it."""
        if goal.metric_id is not None:
            return [Read(goal.metric_id, goal.touchpoint_id, goal.segment)]
        found: list[Read] = []
        waiting = list(self.kids(goal))
        for kid in waiting:  # grows while it is walked
            if kid.metric_id is not None:
                found.append(Read(kid.metric_id, kid.touchpoint_id, kid.segment))
            else:
                waiting += self.kids(kid)
        return list(dict.fromkeys(found))


def open_goals() -> "QuerySet[Goal]":
    """Return living goals of cycles that are not closed."""
    return Goal.objects.filter(archived_at=None, cycle__closed_at=None)
