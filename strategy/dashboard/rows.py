"""One goal as a row of the leaders' page: its figures in a readable unit, and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cxplanner.base.marks import Point
from strategy.dashboard import words
from strategy.goals.models import CheckIn, Goal
from strategy.goals.progress import Status
from strategy.goals.selectors import GoalStanding
from strategy.metrics.estimates import Estimate
from strategy.metrics.wording import Unit, unit_of

WEEK = timedelta(days=7)
_BEHIND = (Status.AT_RISK, Status.OFF_TRACK, Status.MISSED)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a goal stood at the close of a day: its figure and its progress (ratio)."""

    day: date
    figure: Estimate | None
    progress: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A value that never stands alone, in the row's unit; `margin` is half the 95 % interval."""

    value: float
    margin: float | None
    n: int
    first: date | None = None
    last: date | None = None


@dataclass(slots=True)
class Row:
    """What a row shows. `is_context` marks a goal that is only there to hold a match below it."""

    goal: Goal
    owner: str
    status: str
    hint: str
    progress: float | None
    low: float | None
    high: float | None
    expected: float | None
    coverage: str
    unit: str
    now: Figure | None
    stale: Figure | None
    aim: tuple[float | None, float | None]
    bounds: tuple[float | None, float | None]
    trend: Sequence[Point]
    trend_target: float | None
    change: str
    check_in: CheckIn | None
    check_in_by: str
    kids: list["Row"] = field(default_factory=list)
    is_context: bool = False


def row_of(
    one: GoalStanding,
    *,
    marks: Sequence[Mark],
    check_in: CheckIn | None,
    people: Mapping[int, str],
    today: date,
) -> Row:
    """Draw up a goal's row from where it stands, its past weeks and its newest check-in.

    `people` are names by membership id. Kids are left for the caller to hang in.
    """
    goal, standing, unit = one.goal, one.standing, _unit(one)
    day = min(today, goal.due_on)
    return Row(
        goal=goal,
        owner=people.get(goal.owner_id or 0, goal.owner_name),
        status=words.status_key(standing),
        hint=words.verdict_hint(standing),
        progress=standing.progress,
        low=standing.low,
        high=standing.high,
        expected=standing.expected,
        coverage=_coverage(one),
        unit=unit.word,
        now=_figure(one, unit),
        stale=_stale(one, unit),
        aim=(unit.scaled(_float(goal.baseline)), unit.scaled(_float(goal.target))),
        bounds=(unit.scaled(_float(goal.floor)), unit.scaled(_float(goal.ceiling))),
        trend=_trend(one, marks, unit, day),
        trend_target=unit.scaled(_float(goal.target)) if goal.metric else 1.0,
        change=_change(one, marks, unit, today),
        check_in=check_in,
        check_in_by=people.get(check_in.by_id or 0, "") if check_in else "",
    )


def _float(amount: object) -> float | None:
    return None if amount is None else float(str(amount))


def _unit(one: GoalStanding) -> Unit:
    """One unit for all figures of a row, fit for the largest of them."""
    goal = one.goal
    if goal.metric is None:
        return Unit()
    read = one.estimate or one.last
    sizes = [_float(goal.baseline), _float(goal.target), read.value if read else None]
    return unit_of(goal.metric, max((abs(size) for size in sizes if size is not None), default=0))


def _figure(one: GoalStanding, unit: Unit) -> Figure | None:
    read, state, metric = one.estimate, one.state, one.goal.metric
    if read is None or metric is None:
        return None
    last = state.window_ends if state else None
    first = last - timedelta(days=metric.window_days - 1) if last else None
    return Figure(unit.scaled(read.value) or 0.0, _margin(read, unit), read.n, first, last)


def _stale(one: GoalStanding, unit: Unit) -> Figure | None:
    if one.estimate is not None or one.last is None:
        return None
    return Figure(unit.scaled(one.last.value) or 0.0, None, one.last.n, None, one.last_on)


def _margin(read: Estimate, unit: Unit) -> float | None:
    if read.low is None or read.high is None:
        return None
    return unit.scaled((read.high - read.low) / 2)


def _coverage(one: GoalStanding) -> str:
    cover = one.standing.coverage
    if cover is None or not cover.of:
        return ""
    return ngettext(
        "%(with_data)s of %(of)s goal below has data",
        "%(with_data)s of %(of)s goals below have data",
        cover.of,
    ) % {"with_data": cover.with_data, "of": cover.of}


def _trend(one: GoalStanding, marks: Sequence[Mark], unit: Unit, day: date) -> list[Point]:
    today = Mark(day, one.estimate, one.standing.progress)
    past = [mark for mark in marks if mark.day < day]
    if one.goal.metric is None:
        points = [Point(mark.day, mark.progress) for mark in (*past, today)]
    else:
        points = [_point(mark, unit) for mark in (*past, today)]
    return points if any(point.value is not None for point in points) else []


def _point(mark: Mark, unit: Unit) -> Point:
    read = mark.figure
    if read is None:
        return Point(mark.day, None)
    return Point(
        mark.day, unit.scaled(read.value), unit.scaled(read.low), unit.scaled(read.high), read.n
    )


def _change(one: GoalStanding, marks: Sequence[Mark], unit: Unit, today: date) -> str:
    if one.goal.metric is None:
        return _of_children(one)
    week_ago = next((mark for mark in marks if mark.day == today - WEEK), None)
    before, now = (week_ago.figure if week_ago else None), one.estimate
    if before is not None and now is not None:
        return words.change_of(before, now, unit=unit, window_days=one.goal.metric.window_days)
    if before is not None:
        return _("No answers in its window any more")
    if now is None:
        return ""
    if week_ago is not None:
        return _("First answers this week")
    return _("Read for less than a week")


def _of_children(one: GoalStanding) -> str:
    worst = next((kid for kid in one.children if kid.goal.pk == one.standing.worst), None)
    if worst is None or worst.standing.status not in _BEHIND:
        return ""
    return _("Held back most by “%(goal)s”") % {"goal": worst.goal.statement}
