"""The SMART check of goals, many at once: quickly for a count, or with their metrics' past."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from strategy.goals.models import Goal, GoalState
from strategy.goals.selectors import terms_of
from strategy.goals.smart import Check, SmartInput, smart_checks
from strategy.metrics.intervals import Z95
from strategy.metrics.models import Metric
from strategy.metrics.readings import definition_of
from strategy.metrics.selectors import Past, pasts
from strategy.metrics.wording import unit_of
from strategy.plans.models import Cycle


def checks_of(
    goals: Sequence[Goal], tree: Iterable[Goal], *, cycle: Cycle, today: date
) -> list[list[Check]]:
    """Check goals of a cycle, or drafts of them, against their metrics' past, in their order.

    `tree` holds the goals they serve. Makes two queries.
    """
    by_id = {goal.pk: goal for goal in tree}
    past = pasts([goal.metric for goal in goals if goal.metric], today=today)
    found = []
    for goal in goals:
        parent = by_id.get(goal.parent_id or 0)
        said = smart_input(goal, parent=parent, plan_ends=cycle.ends_on)
        if goal.metric_id in past:
            said = _with_past(said, past[goal.metric_id])
        found.append(smart_checks(said))
    return found


def _with_past(said: SmartInput, past: Past) -> SmartInput:
    length = (said.due - said.start).days if said.start and said.due else 0
    return replace(
        said,
        answers_per_month=past.answers_per_month,
        detectable=past.detectable,
        best_gain=past.best_gain(length),
    )


def smart_of(goal: Goal, *, parent: Goal | None, plan_ends: date) -> list[Check]:
    """Return the five checks of a goal that was loaded with its metric, state and owner.

    `plan_ends` is the last day of its cycle (inclusive). Makes no query, so it takes the way to
    the target as gone before.
    """
    return smart_checks(smart_input(goal, parent=parent, plan_ends=plan_ends))


def smart_input(goal: Goal, *, parent: Goal | None, plan_ends: date) -> SmartInput:
    """Say what a stored goal tells of itself; figures in the metric's unit."""
    terms = terms_of(goal)
    said = SmartInput(
        statement=goal.statement,
        owner=str(goal.owner) if goal.owner else goal.owner_name,
        achievable=goal.achievable,
        parent=parent.statement if parent else "",
        benefit=goal.benefit,
        relevant=goal.relevant,
        start=goal.starts_on,
        due=goal.due_on,
        plan_ends=plan_ends,
        kind="maintain" if goal.is_maintained else "reach",
        baseline=terms.baseline,
        target=terms.target,
        floor=terms.floor,
        ceiling=terms.ceiling,
        window_days=terms.window_days,
        reads_window=terms.reads_window,
    )
    return _with_metric(said, goal, goal.metric) if goal.metric else said


def _with_metric(said: SmartInput, goal: Goal, metric: Metric) -> SmartInput:
    least, greatest = definition_of(metric, metric).bounds
    return replace(
        said,
        metric=metric.name,
        metric_kind=metric.kind,
        unit=unit_of(metric).word if metric.kind != "duration" else "",
        baseline_n=goal.baseline_n,
        baseline_margin=None if goal.baseline_se is None else Z95 * goal.baseline_se,
        least=least,
        greatest=greatest,
        best_gain=_way(said) if _was_measured(goal) else None,
    )


def _way(said: SmartInput) -> float | None:
    """Take the whole way as done before: a goal's own page looks through years of answers."""
    if said.baseline is None or said.target is None:
        return None
    return abs(said.target - said.baseline)


def _was_measured(goal: Goal) -> bool:
    state: GoalState | None = getattr(goal, "state", None)
    return goal.baseline_n is not None or (state is not None and state.value is not None)
