"""When tactics are taken: bars over the months of a cycle, drawn by the server in per cents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from strategy.plans.models import Cycle
from strategy.tactics.models import State, Tactic
from strategy.tactics.phrases import late
from strategy.tactics.selectors import Outline


@dataclass(frozen=True, slots=True)
class Bar:
    """A tactic from its start to its end.

    In per cent: where it begins (`x`), how long it is (`width`), how much of that is done
    (`filled`), and how far it reaches beyond its end because it is late (`over`).
    """

    tactic: Tactic
    x: float
    width: float
    filled: float
    over: float
    tone: str
    words: str

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Band:
    """The bars of one goal; "" stands for tactics that serve none."""

    goal: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Month:
    """Where a month begins, in per cent of the whole, and its name."""

    x: float
    name: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The months, the bars by goal, and today's place in per cent (None: outside)."""

    months: Sequence[Month]
    bands: Sequence[Band]
    today: float | None
    undated: int


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def at(self, day: date) -> float:
        """Return where a day begins, in per cent; days outside lie at the edge."""
        inside = min(max(day, self.first), self.last + timedelta(days=1))
        return 100 * (inside - self.first).days / ((self.last - self.first).days + 1)


def drawn(outlines: Sequence[Outline], cycle: Cycle, today: date) -> Timeline | None:
    """Draw the tactics that have both dates; None where there are none."""
    shown = [one for one in outlines if one.tactic.state != State.DROPPED]
    dated = [one for one in shown if one.tactic.starts_on and one.tactic.due_on]
    if not dated:
        return None
    days = [day for one in dated for day in (one.tactic.starts_on, one.tactic.due_on) if day]
    ends = [one.tactic.done_on for one in dated if one.tactic.done_on]
    scale = _Scale(min(*days, *ends, cycle.starts_on), max(*days, *ends, cycle.ends_on))
    return Timeline(
        list(_months(scale)),
        _bands(dated, scale, today),
        scale.at(today) if scale.first <= today <= scale.last else None,
        len(shown) - len(dated),
    )


def _months(scale: _Scale) -> Iterator[Month]:
    """Name the months the scale covers; every third of a long one, so that names have room."""
    day = scale.first.replace(day=1)
    every = 1 if (scale.last - scale.first).days < 200 else 3
    while day <= scale.last:
        if day >= scale.first and (day.month - 1) % every == 0:
            yield Month(scale.at(day), date_format(day, "M Y" if day.month == 1 else "M"))
        day = (day + timedelta(days=32)).replace(day=1)


def _bands(outlines: Sequence[Outline], scale: _Scale, today: date) -> list[Band]:
    by_goal: dict[str, list[Bar]] = {}
    for one in sorted(outlines, key=lambda one: one.tactic.starts_on or date.max):
        goal = one.goals[0].statement if one.goals else ""
        by_goal.setdefault(goal, []).append(_bar(one, scale, today))
    return [Band(goal, bars) for goal, bars in by_goal.items()]


def _bar(one: Outline, scale: _Scale, today: date) -> Bar:
    tactic = one.tactic
    starts, due = tactic.starts_on or scale.first, tactic.due_on or scale.last
    days = tactic.days_late(today)
    x, end = scale.at(starts), scale.at(due + timedelta(days=1))
    width = max(end - x, 0.5)
    share = one.done / one.steps if one.steps else 0.0
    is_done = tactic.state == State.DONE
    return Bar(
        tactic,
        x,
        width,
        width if is_done else width * share,
        max(scale.at(today) - x - width, 0.0) if days else 0.0,
        "ok" if is_done else "off" if days else "close",
        _words(one, days),
    )


def _words(one: Outline, days: int) -> str:
    tactic = one.tactic
    if tactic.state == State.DONE and tactic.done_on:
        return _("done %(day)s") % {"day": date_format(tactic.done_on, "j M")}
    if days:
        return late(days)
    if one.steps:
        return _("%(done)s of %(steps)s steps") % {"done": one.done, "steps": one.steps}
    return ""
