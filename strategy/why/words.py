"""The first sentence of a goal's why, and what can and cannot be told: where, never why."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.goals.phrases import finding
from strategy.goals.selectors import GoalStanding
from strategy.metrics.wording import Unit, number
from strategy.why.movement import FEW, Breakdown, Moved, Movement, Span, Windows

_NOT_WORTH_NAMING = 0.25  # of the whole change; a part that adds less is not named first


def size(value: float, unit: Unit) -> str:
    """Write how large a change is, as “6.2 points”."""
    words = number(abs(value) / unit.per)
    return f"{words}\N{NO-BREAK SPACE}{unit.of_change}" if unit.of_change else words


def reach(low: float | None, high: float | None, unit: Unit) -> str:
    """Write an interval of a change, as “−1.2 to 4”; empty where it is unknown."""
    if low is None or high is None:
        return ""
    ends = {"low": signed(low / unit.per), "high": signed(high / unit.per)}
    return _("%(low)s to %(high)s") % ends


def signed(value: float) -> str:
    """Write a change with its sign, kept before its number in every script."""
    shown = number(abs(value))
    sign = "" if shown == number(0) else "+" if value > 0 else "−"
    return f"\u2066{sign}{shown}\u2069"


def days(span: Span) -> str:
    first, last = (date_format(day, "j M Y") for day in (span.first, span.last))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def sentence_of_parent(where: GoalStanding, puller: str, pull: float) -> str:
    """Say where a goal read from its sub-goals stands, and which of them pulls it down most."""
    words = finding(where)
    if not puller:
        return words
    return _("%(finding)s “%(goal)s” pulls it down most, by %(pull)s of the way.") % {
        "finding": words,
        "goal": puller,
        "pull": f"{number(round(pull * 100, 1))}\N{NO-BREAK SPACE}%",
    }


def sentence_of(movement: Movement, unit: Unit, names: dict[int | str | None, str]) -> str:
    """Say what the metric did since the goal began, and in which part most of that lies."""
    moved, metric = movement.moved, movement.metric.name
    if moved.after is None:
        return _("Nobody has answered lately, so nothing can be said of what moved %(metric)s.") % {
            "metric": metric
        }
    now = unit.show(moved.after).text
    if moved.before is None or moved.change is None:
        return _("%(metric)s reads %(now)s; there is nothing to compare it with.") % {
            "metric": metric,
            "now": now,
        }
    known = {"metric": metric, "now": now, "then": unit.show(moved.before).text}
    if moved.change.is_real is not True:
        return (
            _(
                "%(metric)s reads %(now)s after %(then)s before: no more of a change than chance "
                "alone would make."
            )
            % known
        )
    known["size"] = size(moved.change.value, unit)
    words = (
        _("%(metric)s rose by %(size)s, from %(then)s to %(now)s.")
        if moved.change.value > 0
        else _("%(metric)s fell by %(size)s, from %(then)s to %(now)s.")
    )
    return " ".join(filter(None, (words % known, _most_of_it(movement, unit, names))))


def _most_of_it(movement: Movement, unit: Unit, names: dict[int | str | None, str]) -> str:
    """Name the touchpoint that adds most in the direction of the change, if one stands out."""
    places = next((one for one in movement.breakdowns if not one.name), None)
    if places is None or not places.total:
        return ""
    found = [one for one in places.ranked if one.shift and names.get(one.key)]
    most = max(found, key=lambda one: _share(one, places), default=None)
    if most is None or most.shift is None or _share(most, places) < _NOT_WORTH_NAMING:
        return ""
    known = {"place": names[most.key], "size": size(float(most.shift.total), unit)}
    if abs(most.shift.own) >= abs(most.shift.mix):
        return (
            _("The largest part of that, %(size)s, lies at %(place)s, whose own score changed.")
            % known
        )
    return (
        _(
            "The largest part of that, %(size)s, lies at %(place)s, whose share of the answers "
            "changed."
        )
        % known
    )


def _share(part: Moved, places: Breakdown) -> float:
    return float(part.shift.total) / places.total if part.shift and places.total else 0.0


def caveats(movement: Movement) -> list[str]:
    """Say what the comparison leaves out, and why; nothing where it leaves nothing out."""
    return [*_of_windows(movement), *_of_parts(movement)]


def _of_windows(movement: Movement) -> list[str]:
    windows, metric = movement.windows, movement.metric
    if windows.redefined and windows.version.from_day is not None:
        day = date_format(windows.version.from_day, "DATE_FORMAT")
        said = _(
            "%(metric)s was redefined on %(day)s. Days before and after are never added up or "
            "compared: take the baseline again to begin anew."
        )
        return [said % {"metric": metric.name, "day": day}]
    if windows.then is None:
        return [_("Nobody answered before the goal began, nor long enough ago to compare with.")]
    found = []
    if windows.late:
        found.append(
            _("Nobody answered before the goal began: “then” are the first answers since.")
        )
    if windows.older:
        found.append(_("Right before the goal began nobody answered: “then” are older answers."))
    if windows.since_start:
        found.append(
            _(
                "The goal is young: “now” holds only the days since it began, so that no answer "
                "is in both."
            )
        )
    return found


def _of_parts(movement: Movement) -> list[str]:
    if movement.whole is not None:
        return [
            _(
                "Answers are counted by touchpoint and by segment, not by both at once: for this "
                "goal only its own figure is known, not the parts of it."
            )
        ]
    if not movement.breakdowns and movement.windows.then is not None:
        return [_("No answer names a touchpoint or a declared segment, so parts are not known.")]
    found = []
    if any(one.overlaps for one in movement.breakdowns):
        found.append(_("Some answers count in two parts, so their shares cannot be told apart."))
    if any(not one.is_split and not one.overlaps for one in movement.breakdowns):
        found.append(
            _("This figure is no mean over all answers, so its change cannot be split over parts.")
        )
    return found


def compared(windows: Windows) -> str:
    """Say which days are compared, as “28 days, 5 Mar to 1 Apr, against …”."""
    if windows.then is None:
        return days(windows.now)
    return _("then: %(then)s; now: %(now)s") % {
        "then": days(windows.then),
        "now": days(windows.now),
    }


def too_few() -> str:
    return ngettext(
        "fewer than %(few)s answer in one of the windows: shown, not ranked",
        "fewer than %(few)s answers in one of the windows: shown, not ranked",
        FEW,
    ) % {"few": FEW}
