"""Reads goals' metrics again, stores what they read, and tells of changed status."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from cxplanner.accounts.models import Workspace
from cxplanner.base.refs import Ref
from cxplanner.base.tenancy import current_workspace_id
from cxplanner.events.models import Event
from cxplanner.events.services import record
from strategy.goals.models import Goal, GoalState, ProgressPoint
from strategy.goals.progress import Status
from strategy.goals.selectors import (
    GoalStanding,
    ask_of,
    judged,
    living_goals,
    read_on,
    thresholds_of,
)
from strategy.metrics.pending import ask_refresh
from strategy.metrics.readings import Reading, readings
from strategy.plans.models import Pulse

# Days a batch of missed points is reckoned in; each reads every running goal.
_DAYS_A_BATCH = 14
_STATE_FIELDS = [
    "value",
    "n",
    "low",
    "high",
    "se",
    "last_value",
    "last_n",
    "last_on",
    "window_ends",
    "observed_on",
    "metric_version",
]
_QUIET = {Status.NOT_STARTED, Status.NO_DATA}


def refresh_metrics(first_days: Mapping[int, date]) -> None:
    """Refresh the running goals of these metrics and wake the pages that show them.

    `first_days` names the first day of each metric whose figures changed. Runs under the
    runner's lock, in a constant number of queries besides one event for each changed status.
    """
    chosen = set(first_days)
    goals = _running().filter(metric__in=chosen)
    cycles = _store(list(goals))
    _forget_points(cycles, min(first_days.values()))
    Pulse.objects.filter(plan__metrics__in=chosen).update(number=F("number") + 1)
    _announce(cycles)


def read_again(goal: Goal) -> None:
    """Forget what was read of a changed goal and ask the runner to read it.

    Never refreshes by itself: the edit holds the goal, and must not wait for the runner, who may
    be waiting for it. Until the next run the goal is read when shown.
    """
    if goal.metric_id is not None:
        ask_refresh([goal.metric_id])
    GoalState.objects.filter(goal=goal).delete()
    Pulse.objects.filter(plan__cycles=goal.cycle_id).update(number=F("number") + 1)


def begin_day() -> None:
    """Refresh all running goals for the workspace's new day and write the points of past days."""
    goals = list(_running().filter(metric__isnull=False))
    _store(goals)
    _write_missing_points()
    cycles = set(_running().values_list("cycle", flat=True))
    Pulse.objects.filter(plan__cycles__in=cycles).update(number=F("number") + 1)
    _announce(cycles)


def _running() -> "QuerySet[Goal]":
    """Closing a cycle freezes its goals."""
    return living_goals().filter(cycle__closed_at=None)


def _workspace() -> Workspace:
    return Workspace.objects.get(pk=current_workspace_id())


# --- readings -------------------------------------------------------------------------------


def _store(goals: Sequence[Goal]) -> set[int]:
    """Store what goals read today where it is new; return the cycles they belong to."""
    today = _workspace().today()
    read = read_on(goals, today)
    states = [_state_of(goal, read[goal.pk], min(today, goal.due_on)) for goal in goals]
    changed = [
        state
        for goal, state in zip(goals, states, strict=True)
        if _figures(getattr(goal, "state", None)) != _figures(state)
    ]
    GoalState.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["goal"],
        update_fields=[*_STATE_FIELDS, "updated_at"],
    )
    return {goal.cycle_id for goal in goals}


def _state_of(goal: Goal, reading: Reading, window_ends: date) -> GoalState:
    current, last = reading.current, reading.last
    return GoalState(
        goal_id=goal.pk,  # the object itself would become the goal's state before it is stored
        value=current.value if current else None,
        n=current.n if current else 0,
        low=current.low if current else None,
        high=current.high if current else None,
        se=current.se if current else None,
        last_value=last.value if last else None,
        last_n=last.n if last else None,
        last_on=reading.last_on,
        window_ends=window_ends,
        observed_on=reading.observed_on,
        metric_version=reading.version,
    )


def _figures(state: GoalState | None) -> list[Any] | None:
    return None if state is None else [getattr(state, name) for name in _STATE_FIELDS]


# --- events ---------------------------------------------------------------------------------


def _announce(cycles: Iterable[int]) -> None:
    """Record each status that differs from the one last told; parents follow their children."""
    workspace = _workspace()
    goals = _running().filter(cycle__in=set(cycles))
    found = judged(goals, {}, workspace.today(), thresholds_of(workspace))
    told = _told(found)
    for goal_id, one in found.items():
        before, after = told.get(goal_id), one.standing.status
        if before == after or (before is None and after in _QUIET):
            continue
        record(
            "goal.status_changed",
            Ref("goal", goal_id),
            by=None,
            before=before or Status.NO_DATA.value,
            after=after.value,
            progress=one.standing.progress,
            too_close_to_call=one.standing.too_close_to_call,
        )


def _told(goal_ids: Iterable[int]) -> dict[int, str]:
    """Return the status last told of each goal: the events themselves remember it."""
    newest = (
        Event.objects.filter(
            name="goal.status_changed",
            about_kind="goal",
            about_id__in=[str(goal_id) for goal_id in goal_ids],
        )
        .order_by("about_id", "-id")
        .distinct("about_id")
    )
    return {int(event.about_id): event.data["after"] for event in newest}


# --- days -----------------------------------------------------------------------------------


def workspaces_with_a_new_day() -> list[int]:
    """Return all workspaces with a running goal not read today or without yesterday's point.

    No mark of the last run is kept: what is missing is the mark, so nothing can be skipped.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT g.workspace_id FROM strategy_goal g
            JOIN strategy_cycle c ON c.id = g.cycle_id AND c.closed_at IS NULL
            JOIN (SELECT id, (%s AT TIME ZONE time_zone)::date AS today
                  FROM accounts_workspace) w ON w.id = g.workspace_id
            WHERE g.archived_at IS NULL AND (
              (g.metric_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM strategy_goalstate s
                WHERE s.goal_id = g.id AND s.window_ends = least(w.today, g.due_on)))
              OR (g.starts_on < w.today AND NOT EXISTS (
                SELECT FROM strategy_progresspoint p WHERE p.workspace_id = g.workspace_id
                AND p.goal_id = g.id AND p.day = least(w.today - 1, g.due_on))))
            ORDER BY 1""",
            [timezone.now()],
        )
        return [workspace_id for (workspace_id,) in cursor.fetchall()]


def _forget_points(cycles: Iterable[int], first: date) -> None:
    """Let past days that late answers changed be reckoned anew by the next `begin_day`."""
    if first < _workspace().today():
        ProgressPoint.objects.filter(goal__cycle__in=cycles, day__gte=first).delete()


def _write_missing_points() -> None:
    workspace = _workspace()
    goals = list(_running())
    missing = _missing_days(goals, workspace.today() - timedelta(days=1))
    days = sorted({day for own in missing.values() for day in own})
    thresholds = thresholds_of(workspace)
    for start in range(0, len(days), _DAYS_A_BATCH):
        batch = days[start : start + _DAYS_A_BATCH]
        asked = {
            (goal.pk, day): ask
            for day in batch
            for goal in goals
            if (ask := ask_of(goal, day)) is not None
        }
        read = dict(zip(asked, readings(list(asked.values())), strict=True))
        points: list[ProgressPoint] = []
        for day in batch:
            fresh = {pk: reading for (pk, on), reading in read.items() if on == day}
            found = judged(goals, fresh, day, thresholds)
            points += [_point(found[pk], day) for pk, own in missing.items() if day in own]
        ProgressPoint.objects.bulk_create(points, ignore_conflicts=True)


def _missing_days(goals: Iterable[Goal], yesterday: date) -> dict[int, set[date]]:
    """Return the days each goal has run, to yesterday or its end, that have no point yet."""
    due: dict[int, set[date]] = {}
    for goal in goals:
        length = (min(yesterday, goal.due_on) - goal.starts_on).days + 1
        due[goal.pk] = {goal.starts_on + timedelta(days=step) for step in range(length)}
    for goal_id, day in ProgressPoint.objects.filter(goal__in=due).values_list("goal", "day"):
        due[goal_id].discard(day)
    return due


def _point(one: GoalStanding, day: date) -> ProgressPoint:
    figure, where = one.estimate, one.standing
    return ProgressPoint(
        goal=one.goal,
        day=day,
        value=figure.value if figure else None,
        n=figure.n if figure else 0,
        low=figure.low if figure else None,
        high=figure.high if figure else None,
        se=figure.se if figure else None,
        progress=where.progress,
        expected=where.expected,
        status=where.status.value,
    )
