"""Goals in words: from where to where, the finding of the day, and what would settle it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from strategy.goals.models import Goal
from strategy.goals.progress import ANSWERS_CAP, Standing, Status
from strategy.goals.selectors import GoalStanding, expected_reading, terms_of
from strategy.goals.smart import Check, amount, number
from strategy.metrics.estimates import Estimate
from strategy.metrics.models import Metric
from strategy.metrics.wording import unit_of

LETTERS: dict[str, Promise] = {
    "specific": gettext_lazy("Specific"),
    "measurable": gettext_lazy("Measurable"),
    "achievable": gettext_lazy("Achievable"),
    "relevant": gettext_lazy("Relevant"),
    "time_bound": gettext_lazy("Time-bound"),
}
STATUSES: dict[str, Promise] = {
    Status.ACHIEVED: gettext_lazy("Reached"),
    Status.MISSED: gettext_lazy("Missed"),
    Status.ON_TRACK: gettext_lazy("On track"),
    Status.AT_RISK: gettext_lazy("At risk"),
    Status.OFF_TRACK: gettext_lazy("Off track"),
}
LEANINGS: dict[str, Promise] = {
    Status.ON_TRACK: gettext_lazy("leaning on track"),
    Status.AT_RISK: gettext_lazy("leaning at risk"),
    Status.OFF_TRACK: gettext_lazy("leaning off track"),
}
_MET = {"met": "yes", "partly": "partly", "not_met": "no"}


@dataclass(slots=True)
class Row:
    """A goal as a row of the tree, with the rows below it."""

    goal: Goal
    who: str
    way: str
    criteria: list[dict[str, str]]
    kids: list["Row"] = field(default_factory=list)

    @property
    def edit_slot(self) -> str:
        """Where the goal's own form opens."""
        return f"edit-{self.goal.pk}"

    @property
    def new_slot(self) -> str:
        """Where the form of a new goal below opens."""
        return f"new-{self.goal.pk}"

    @property
    def met_count(self) -> int:
        return sum(one["met"] == "yes" for one in self.criteria)


def rows_of(tree: Sequence[Goal], checks: Sequence[list[Check]]) -> list[Row]:
    """Hang living goals of a cycle with their SMART checks into rows; return those at the top."""
    rows = {
        goal.pk: Row(goal, str(goal.owner or goal.owner_name), from_to(goal), criteria(found))
        for goal, found in zip(tree, checks, strict=True)
    }
    tops: list[Row] = []
    for row in rows.values():
        above = rows.get(row.goal.parent_id or 0)
        (above.kids if above else tops).append(row)
    return tops


def criteria(checks: list[Check]) -> list[dict[str, str]]:
    """Return the five checks as the SMART components show them."""
    return [
        {"met": _MET[one.verdict], "name": str(LETTERS[one.slug]), "advice": one.sentence}
        for one in checks
    ]


def figure(goal: Goal, value: float | None) -> str:
    """Write a figure of the goal's metric in its unit; "?" where there is none yet."""
    if value is None:
        return "?"
    metric = goal.metric
    return amount(value, metric.kind, _unit(metric)) if metric else number(value)


def _unit(metric: Metric) -> str:
    """Return the word behind a metric's figures; durations say theirs by themselves."""
    return "" if metric.kind == "duration" else unit_of(metric).word


def from_to(goal: Goal) -> str:
    """Say the way in one line, as “41 to 60 %” or “4.2 or above”; empty without numbers."""
    if goal.is_maintained:
        return limits(goal)
    if goal.baseline is None and goal.target is None:
        return ""
    start, end = (None if one is None else float(one) for one in (goal.baseline, goal.target))
    unit = _unit(goal.metric) if goal.metric else ""
    first = figure(goal, start)
    if end is not None and unit:
        first = first.removesuffix(unit).rstrip("\N{NO-BREAK SPACE}")
    return _("%(first)s to %(last)s") % {"first": first, "last": figure(goal, end)}


def limits(goal: Goal) -> str:
    """Say between which levels a goal is kept."""
    low, high = (
        None if one is None else figure(goal, float(one)) for one in (goal.floor, goal.ceiling)
    )
    if low is None:
        return _("%(high)s or below") % {"high": high}
    if high is None:
        return _("%(low)s or above") % {"low": low}
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def reading(goal: Goal, found: Estimate) -> str:
    """Write an estimate with margin and n, as “31.2 ±4.1, n 812”; what counts itself has no n."""
    words = figure(goal, found.value)
    metric = goal.metric
    if found.margin and metric:
        words += f" ±{amount(found.margin, metric.kind)}"
    if metric and unit_of(metric).counts_itself:
        return words
    return _("%(figure)s, n %(n)s") % {"figure": words, "n": number(found.n)}


def finding(where: GoalStanding) -> str:
    """Say in one sentence where a goal stands today."""
    goal, found = where.goal, where.standing
    if found.status == Status.NOT_STARTED:
        return _("It starts on %(day)s; nothing is expected before.") % {
            "day": _day(goal.starts_on)
        }
    if found.status == Status.NO_DATA or found.progress is None:
        return _no_data(where)
    named = {"status": _status(where), "expected": "", "now": "", "target": ""}
    if goal.metric is None or where.estimate is None:
        named |= {"now": _percent(found.progress), "expected": _percent(found.expected or 0)}
        return _("%(status)s: %(now)s of the way, %(expected)s was expected by now.") % named
    named["now"] = figure(goal, where.estimate.value)
    if terms_of(goal).maintains:
        named["target"] = limits(goal) if goal.is_maintained else from_to(goal)
        return _("%(status)s: %(now)s now, to be kept at %(target)s.") % named
    if found.status in (Status.ACHIEVED, Status.MISSED):
        named["target"] = figure(goal, float(goal.target or 0))
        return _("%(status)s: %(now)s, and the target was %(target)s.") % named
    named["expected"] = figure(goal, expected_reading(goal, found.expected))
    return _("%(status)s: %(now)s now, %(expected)s was expected by today.") % named


def status_of(standing: Standing) -> str:
    """Name the chip a standing is shown with."""
    return "too_close_to_call" if standing.too_close_to_call else standing.status.value


def _status(where: GoalStanding) -> str:
    found = where.standing
    if found.too_close_to_call and found.leaning:
        return _("Too close to call, %(leaning)s") % {"leaning": LEANINGS[found.leaning]}
    if found.within_margin:
        return _("Missed, within the margin")
    return str(STATUSES[found.status])


def _no_data(where: GoalStanding) -> str:
    goal = where.goal
    if goal.metric is None:
        if where.children:
            return _("None of its sub-goals has data yet.")
        return _("Nothing measures it yet: choose a metric, or give it sub-goals.")
    if where.estimate is not None:
        if goal.baseline is None and not goal.is_maintained:
            return _("%(metric)s reads %(now)s, but there is no baseline to go from.") % {
                "metric": goal.metric.name,
                "now": figure(goal, where.estimate.value),
            }
        if goal.target is None and not goal.is_maintained:
            return _("There is no target yet, so no progress can be told.")
        return _("%(metric)s is measured another way now: take the baseline again.") % {
            "metric": goal.metric.name
        }
    if where.last is not None and where.last_on is not None:
        return _("No answers lately: the newest figure is %(last)s, of %(day)s.") % {
            "last": figure(goal, where.last.value),
            "day": _day(where.last_on),
        }
    return _("No answers yet: %(metric)s has nothing to read.") % {"metric": goal.metric.name}


def settles(where: GoalStanding) -> str:
    """Say how many more answers would tell on which side a goal stands; empty where none would."""
    needed = where.standing.answers_needed
    if not where.standing.too_close_to_call or needed is None:
        return ""
    if needed > ANSWERS_CAP:
        return _("More than 10,000 more answers would be needed to settle it.")
    return ngettext(
        "About %(count)s more answer would settle it.",
        "About %(count)s more answers would settle it.",
        needed,
    ) % {"count": number(needed)}


@dataclass(slots=True)
class Child:
    """A goal below another one, as its page lists it. `share` is its weight in per cent."""

    where: GoalStanding
    status: str
    now: str
    way: str
    share: str


def children_of(where: GoalStanding) -> list[Child]:
    """Return the goals below one with what each weighs in it."""
    weights = [max(float(one.goal.weight), 0.0) for one in where.children]
    total = sum(weights)
    return [
        Child(
            one,
            status_of(one.standing),
            reading(one.goal, one.estimate) if one.estimate and one.goal.metric else "",
            from_to(one.goal),
            _percent(weight / total if total else 1 / len(weights)),
        )
        for one, weight in zip(where.children, weights, strict=True)
    ]


def _percent(share: float) -> str:
    return f"{number(round(share * 100))}\N{NO-BREAK SPACE}%"


def _day(day: date) -> str:
    return date_format(day, "j E Y")
