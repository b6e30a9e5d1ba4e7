"""What the leaders' page says in sentences: the finding, and what changed since last week."""

from collections.abc import Mapping
from math import hypot

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.goals.progress import ANSWERS_CAP, Standing, Status
from strategy.goals.selectors import GoalStanding
from strategy.metrics.estimates import Estimate
from strategy.metrics.intervals import Z95
from strategy.metrics.wording import Unit

TOO_CLOSE = "too_close_to_call"
_GOOD = ("on_track", "achieved")
_NEED_A_LOOK = ("at_risk", "off_track", "missed")
_SILENT = ("no_data", "not_started")
_WEEK = 7  # days


def status_key(standing: Standing) -> str:
    """Name the status as it is shown: one too close to call is shown as that."""
    return TOO_CLOSE if standing.too_close_to_call else standing.status.value


def finding(counts: Mapping[str, int]) -> str:
    """Say in one sentence how the goals stand, from how many are in each status shown."""
    total = sum(counts.values())
    if not total:
        return _("No goal is set yet.")
    if total == sum(counts.get(name, 0) for name in _SILENT):
        return _("No goal has data yet.")
    good = sum(counts.get(name, 0) for name in _GOOD)
    look = sum(counts.get(name, 0) for name in _NEED_A_LOOK)
    first = _on_track(good, total)
    if not look:
        return _("%(finding)s.") % {"finding": first}
    second = ngettext("%(count)s needs a look", "%(count)s need a look", look) % {"count": look}
    return _("%(first)s; %(second)s.") % {"first": first, "second": second}


def _on_track(good: int, total: int) -> str:
    named = {"good": good, "total": total}
    if not good:
        return (
            ngettext(
                "The one goal is not on track", "None of the %(total)s goals is on track", total
            )
            % named
        )
    if good == total:
        return (
            ngettext("The one goal is on track", "All %(total)s goals are on track", total) % named
        )
    return (
        ngettext(
            "%(good)s of %(total)s goals is on track",
            "%(good)s of %(total)s goals are on track",
            good,
        )
        % named
    )


def holding_back(worst: GoalStanding | None) -> str:
    """Say which goal is furthest behind its line; nothing where none is."""
    if worst is None or worst.standing.progress is None or worst.standing.expected is None:
        return ""
    return _(
        "“%(goal)s” is furthest behind: %(progress)s %% of the way, where %(expected)s %% was "
        "expected by today."
    ) % {
        "goal": worst.goal.statement,
        "progress": round(worst.standing.progress * 100),
        "expected": round(worst.standing.expected * 100),
    }


def verdict_hint(standing: Standing) -> str:
    """Say what a status alone does not: which way it leans, how sure a miss is."""
    if standing.too_close_to_call:
        return _leaning(standing)
    if standing.status is Status.MISSED and standing.within_margin:
        return _("within the margin")
    return ""


def _leaning(standing: Standing) -> str:
    lean = {
        Status.ON_TRACK: _("leaning on track"),
        Status.AT_RISK: _("leaning at risk"),
        Status.OFF_TRACK: _("leaning off track"),
    }[standing.leaning or standing.status]
    needed = standing.answers_needed
    if needed is None:
        return lean
    if needed > ANSWERS_CAP:
        named = {"lean": lean, "count": number_format(ANSWERS_CAP, force_grouping=True)}
        return _("%(lean)s; it would take more than %(count)s more answers to settle it") % named
    return ngettext(
        "%(lean)s; about %(count)s more answer would settle it",
        "%(lean)s; about %(count)s more answers would settle it",
        needed,
    ) % {"lean": lean, "count": number_format(needed, force_grouping=True)}


def change_of(before: Estimate, now: Estimate, *, unit: Unit, window_days: int) -> str:
    """Say how far a figure moved in a week, and whether more than chance would do."""
    size = unit.scaled(now.value - before.value) or 0.0
    amount = number_format(abs(round(size, 1)), force_grouping=True)
    if not round(size, 1):
        return _("No change since last week")
    said = _("Up %(amount)s since last week") if size > 0 else _("Down %(amount)s since last week")
    moved = said % {"amount": f"{amount}\N{NO-BREAK SPACE}{unit.of_change}".strip()}
    margin = margin_of_change(before, now, window_days=window_days)
    if margin is None:
        return moved
    if abs(now.value - before.value) <= margin:
        return _("%(moved)s, within the margin") % {"moved": moved}
    return _("%(moved)s, more than chance would do") % {"moved": moved}


def margin_of_change(before: Estimate, now: Estimate, *, window_days: int) -> float | None:
    """Half the 95 % interval of the change between two windows that end a week apart.

    In the metric's unit. Two windows of w days share w − 7 of them, so only the share 7/w of each
    differs: the error of the difference is √(7/w) of that between windows without a common day.
    """
    if before.se is None or now.se is None:
        return None
    return float(Z95 * hypot(before.se, now.se) * min(_WEEK / max(window_days, 1), 1.0) ** 0.5)
