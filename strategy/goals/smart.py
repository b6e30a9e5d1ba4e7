"""The SMART check: five criteria of a goal, each with a verdict and a sentence on what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from strategy.goals.terms import GoalTerms, arrival

BENEFITS: Mapping[str, Promise] = MappingProxyType(
    {
        "understand": gettext_lazy("understand wants and needs"),
        "bonds": gettext_lazy("build emotional bonds"),
        "early_warning": gettext_lazy("catch negative feedback before it is public"),
        "churn": gettext_lazy("reduce churn"),
        "loyalty": gettext_lazy("raise loyalty"),
        "support_cost": gettext_lazy("cut support cost"),
        "sales": gettext_lazy("raise sales"),
        "reputation": gettext_lazy("improve reputation"),
        "employees": gettext_lazy("raise employee satisfaction"),
        "edge": gettext_lazy("gain an edge over rivals"),
        "buzz": gettext_lazy("create social buzz"),
    }
)
WINDOWS_PER_GOAL = 3  # a goal shorter than this many windows is mostly read before it began
_WORDS_OF_A_SENTENCE = 4
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_DAYS_PER_MONTH = 365.25 / 12

Verdict = Literal["met", "partly", "not_met"]


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion: its letter and slug, the verdict, and a sentence in the reader's language."""

    letter: str
    slug: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class SmartInput:
    """What is known of a goal while it is written. Figures in the metric's unit, dates inclusive.

    `start`, `due`: None until chosen. `baseline_margin`: half the 95 % interval. `detectable`:
    the smallest change that window and answers tell from noise. `best_gain`: the metric's
    greatest change for the better, so far, over a span as long as the goal's. `least` and
    `greatest`: where its scale ends. `benefit`: a key of BENEFITS.
    """

    statement: str = ""
    owner: str = ""
    metric: str = ""
    metric_kind: str = ""
    unit: str = ""
    baseline: float | None = None
    baseline_n: int | None = None
    baseline_margin: float | None = None
    target: float | None = None
    least: float | None = None
    greatest: float | None = None
    answers_per_month: float | None = None
    detectable: float | None = None
    achievable: str = ""
    best_gain: float | None = None
    parent: str = ""
    benefit: str = ""
    relevant: str = ""
    start: date | None = None
    due: date | None = None
    plan_ends: date | None = None
    window_days: int = 28
    reads_window: bool = True
    kind: Literal["reach", "maintain"] = "reach"
    floor: float | None = None
    ceiling: float | None = None


def smart_checks(goal: SmartInput) -> list[Check]:
    """The five checks in the order of their letters."""
    return [
        Check("S", "specific", *_specific(goal)),
        Check("M", "measurable", *_measurable(goal)),
        Check("A", "achievable", *_achievable(goal)),
        Check("R", "relevant", *_relevant(goal)),
        Check("T", "time_bound", *_time_bound(goal)),
    ]


def _specific(goal: SmartInput) -> tuple[Verdict, str]:
    words = len(goal.statement.split())
    if not words:
        return "not_met", _("Say in one sentence what will be true.")
    if words < _WORDS_OF_A_SENTENCE:
        return "partly", _("Say it in a whole sentence: who will notice, where, and what.")
    if not goal.owner:
        return "partly", _("Says what will be true. Name who answers for it.")
    return "met", _("Says what will be true, and %(owner)s answers for it.") % {"owner": goal.owner}


def _measurable(goal: SmartInput) -> tuple[Verdict, str]:
    if not goal.metric:
        return "not_met", _("Choose the metric that will show it.")
    if goal.kind == "maintain":
        return _measurable_limits(goal)
    if goal.target is None:
        return "not_met", _("Say which number %(metric)s should read.") % {"metric": goal.metric}
    if goal.baseline is None:
        return "partly", _("%(metric)s has no answers yet. Take the baseline first.") % {
            "metric": goal.metric
        }
    if goal.baseline == goal.target:
        return "not_met", _("From and to are the same. Choose another target, or keep the level.")
    if goal.detectable is not None and abs(goal.target - goal.baseline) < goal.detectable:
        return "partly", _too_small(goal, goal.detectable)
    return "met", _("%(metric)s, now %(value)s.") % {
        "metric": goal.metric,
        "value": _reading(goal, goal.baseline),
    }


def _too_small(goal: SmartInput, detectable: float) -> str:
    change = _amount(goal, detectable, of_change=True)
    if goal.answers_per_month is None:
        return _(
            "A change under ±%(change)s cannot be told from noise. Aim further, or ask more people."
        ) % {"change": change}
    count = round(goal.answers_per_month)
    return ngettext(
        "With about %(answers)s answer a month a change under ±%(change)s cannot be told from "
        "noise. Aim further, or ask more people.",
        "With about %(answers)s answers a month a change under ±%(change)s cannot be told from "
        "noise. Aim further, or ask more people.",
        count,
    ) % {"answers": number(count), "change": change}


def _measurable_limits(goal: SmartInput) -> tuple[Verdict, str]:
    low, high = goal.floor, goal.ceiling
    if low is None and high is None:
        return "not_met", _("Name a floor, a ceiling, or both to keep it between.")
    if low is not None and high is not None and low > high:
        return "not_met", _("The floor lies above the ceiling. Swap them.")
    if goal.baseline is None:
        return "partly", _("%(metric)s has no answers yet. Take the baseline first.") % {
            "metric": goal.metric
        }
    return "met", _("%(metric)s, now %(value)s, %(limits)s.") % {
        "metric": goal.metric,
        "value": _reading(goal, goal.baseline),
        "limits": _limits(goal),
    }


def _limits(goal: SmartInput) -> str:
    low = None if goal.floor is None else _amount(goal, goal.floor)
    high = None if goal.ceiling is None else _amount(goal, goal.ceiling)
    if low is None:
        return _("to be kept at %(high)s or below") % {"high": high}
    if high is None:
        return _("to be kept at %(low)s or above") % {"low": low}
    return _("to be kept from %(low)s to %(high)s") % {"low": low, "high": high}


def _achievable(goal: SmartInput) -> tuple[Verdict, str]:
    if goal.kind == "maintain":
        return _achievable_level(goal)
    if goal.baseline is None or goal.target is None:
        return "not_met", _("Comes after the numbers: name where it stands and where it should.")
    outside = _beyond_scale(goal, goal.target)
    if outside:
        return "not_met", outside
    if goal.best_gain is None:
        if goal.achievable:
            return "met", _("Nothing like it was measured yet; you say why it can be done.")
        return "partly", _("Nothing like it was measured yet. Say why it can be done.")
    return _against_the_past(goal, goal.target - goal.baseline, goal.best_gain)


def _against_the_past(goal: SmartInput, change: float, best_gain: float) -> tuple[Verdict, str]:
    named = {
        "change": _signed(goal, change),
        "span": _span(goal),
        "best": _signed(goal, best_gain if change > 0 else -best_gain),
    }
    if abs(change) <= best_gain:
        return "met", _("%(change)s in %(span)s; your fastest gain so far was %(best)s.") % named
    if goal.achievable:
        return "met", _(
            "%(change)s in %(span)s; your fastest gain so far was %(best)s. You say why this time "
            "differs."
        ) % named
    if best_gain <= 0:
        return "partly", _(
            "%(change)s in %(span)s; it has not moved that way yet. Say why this time differs."
        ) % named
    return "partly", _(
        "%(change)s in %(span)s; your fastest gain so far was %(best)s. Say why this time differs."
    ) % named


def _beyond_scale(goal: SmartInput, target: float) -> str | None:
    for end, beyond in (
        (goal.greatest, goal.greatest is not None and target > goal.greatest),
        (goal.least, goal.least is not None and target < goal.least),
    ):
        if end is not None and beyond:
            return _("%(metric)s ends at %(end)s. Choose a target it can read.") % {
                "metric": goal.metric,
                "end": _amount(goal, end),
            }
    return None


def _achievable_level(goal: SmartInput) -> tuple[Verdict, str]:
    if goal.baseline is None:
        return "not_met", _("Comes after the numbers: name where it stands.")
    below = goal.floor is not None and goal.baseline < goal.floor
    above = goal.ceiling is not None and goal.baseline > goal.ceiling
    if not (below or above):
        return "met", _("It stands inside its limits today.")
    if goal.achievable:
        return "met", _("It stands outside its limits today; you say how it gets there.")
    return "partly", _("It stands outside its limits today. Reach them first, or say how.")


def _relevant(goal: SmartInput) -> tuple[Verdict, str]:
    if goal.parent:
        return "met", _("Serves “%(parent)s”.") % {"parent": goal.parent}
    if goal.benefit in BENEFITS:
        return "met", _("Helps to %(benefit)s.") % {"benefit": BENEFITS[goal.benefit]}
    if goal.relevant:
        return "partly", _("You say why it matters. Name the goal or the benefit it serves, too.")
    return "not_met", _("Say which goal it serves, or which of the eleven benefits.")


def _time_bound(goal: SmartInput) -> tuple[Verdict, str]:
    if goal.start is None or goal.due is None:
        return "not_met", _("Choose the day it starts and the day it is due.")
    if goal.due <= goal.start:
        return "not_met", _("It is due on the day it starts, or before. Choose a later day.")
    if goal.plan_ends is not None and goal.due > goal.plan_ends:
        return "not_met", _(
            "The plan ends on %(day)s. Bring the date forward, or extend the plan."
        ) % {"day": _long_day(goal.plan_ends)}
    if not goal.reads_window or goal.kind == "maintain":
        return "met", _("Due on %(due)s, %(span)s after it starts.") % {
            "due": _long_day(goal.due),
            "span": _span(goal),
        }
    return _through_window(goal, goal.start, goal.due)


def _through_window(goal: SmartInput, start: date, due: date) -> tuple[Verdict, str]:
    named = {
        "window": _days(goal.window_days),
        "needed": _days(goal.window_days * WINDOWS_PER_GOAL),
        "length": _days((due - start).days),
    }
    if goal.window_days * WINDOWS_PER_GOAL > (due - start).days:
        return "not_met", _(
            "Read over %(window)s, a goal needs at least %(needed)s; this one has %(length)s. "
            "Give it longer, or read it over fewer days."
        ) % named
    terms = GoalTerms(start, due, goal.baseline, goal.target, goal.window_days)
    by = arrival(terms)
    named["due"] = _short_day(due) if by.year == due.year else _long_day(due)
    named["by"] = _short_day(by) if by.year == due.year else _long_day(by)
    if goal.target is None:
        return "met", _("To read it on %(due)s over %(window)s, be there by %(by)s.") % named
    named["target"] = _amount(goal, goal.target)
    return "met", _("To read %(target)s on %(due)s over %(window)s, be there by %(by)s.") % named


def _span(goal: SmartInput) -> str:
    if goal.start is None or goal.due is None:
        return _("the time given")
    days = (goal.due - goal.start).days
    months = round((goal.due - goal.start + timedelta(days=1)).days / _DAYS_PER_MONTH)
    if months < 2:
        return _days(days)
    return ngettext("%(months)s month", "%(months)s months", months) % {"months": number(months)}


def _days(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": number(days)}


def _long_day(day: date) -> str:
    return date_format(day, "j E Y")


def _short_day(day: date) -> str:
    return date_format(day, "j E")


def _reading(goal: SmartInput, value: float) -> str:
    said = _amount(goal, value)
    if goal.baseline_margin is not None:
        said += f" ±{_amount(goal, goal.baseline_margin, of_change=True)}"
    if goal.baseline_n is not None:
        said += f" (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number(goal.baseline_n)})"
    return said


def _signed(goal: SmartInput, change: float) -> str:
    sign = "+" if change > 0 else "\N{MINUS SIGN}" if change < 0 else ""
    return sign + _amount(goal, abs(change), of_change=True)


def _amount(goal: SmartInput, value: float, *, of_change: bool = False) -> str:
    return amount(value, goal.metric_kind, goal.unit, of_change=of_change)


def amount(value: float, kind: str, unit: str = "", *, of_change: bool = False) -> str:
    """Write a figure of a kind of metric in its unit; a change of a per cent or score is points."""
    if kind == "duration":
        return _duration(value)
    if of_change and kind in {"nps", "csat", "ces", "ratio"}:
        return ngettext("%(n)s point", "%(n)s points", 1 if round(value, 1) == 1 else 2) % {
            "n": number(value)
        }
    return f"{number(value)}\N{NO-BREAK SPACE}{unit}" if unit else number(value)


def _duration(seconds: float) -> str:
    if seconds >= _DAY:
        return _("%(days)s d") % {"days": number(seconds / _DAY)}
    if seconds >= _HOUR:
        hours, minutes = divmod(round(seconds / _MINUTE), 60)
        named = {"hours": number(hours), "minutes": number(minutes)}
        return (_("%(hours)s h %(minutes)s min") if minutes else _("%(hours)s h")) % named
    if seconds >= _MINUTE:
        return _("%(minutes)s min") % {"minutes": number(seconds / _MINUTE)}
    return _("%(seconds)s s") % {"seconds": number(seconds)}


def number(value: float) -> str:
    """Write a figure with one decimal at most, thousands by the reader's locale."""
    rounded = round(value, 1)
    places = 0 if rounded == int(rounded) else 1
    return str(number_format(rounded, decimal_pos=places, force_grouping=True))
