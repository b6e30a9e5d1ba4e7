"""Tactics in words: what they still need, how late they are, and where one went."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from strategy.tactics.models import State, Tactic
from strategy.tactics.selectors import Card, Column, Outline

LATE_TURNS = 7  # days; from then on it is off track rather than at risk
NEEDS: dict[str, str | Promise] = {
    "owner": gettext_lazy("an owner"),
    "dates": gettext_lazy("its dates"),
    "steps": gettext_lazy("its steps"),
}
# The status whose shape and colour a state wears.
TONES = {State.PLANNED: "none", State.UNDER_WAY: "close", State.DONE: "ok", State.DROPPED: "none"}


def needs(outline: Outline) -> str:
    """Say what a tactic lacks to be ready; "" where nothing is missing."""
    missing = [str(NEEDS[name]) for name in outline.lacks]
    if not missing:
        return ""
    return _("needs %(what)s") % {"what": _joined(missing)}


def _joined(words: Sequence[str]) -> str:
    *most, last = words
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last} if most else last


def late(days: int) -> str:
    """Say how late something is; "" where it is not."""
    if not days:
        return ""
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}


def late_tone(days: int) -> str:
    return "off" if days > LATE_TURNS else "risk"


def finding(board: Sequence[Column]) -> str:
    """Say what the board comes to; "" where nothing is on it."""
    cards: dict[str, Sequence[Card]] = {column.state: column.cards for column in board}
    open_ones = [*cards[State.PLANNED], *cards[State.UNDER_WAY]]
    count = len(open_ones) + len(cards[State.DONE])
    if not count:
        return ""
    behind = sum(bool(card.late) for card in open_ones)
    done = len(cards[State.DONE])
    said = ngettext("%(count)s tactic, %(done)s done", "%(count)s tactics, %(done)s done", count)
    words = said % {"count": count, "done": done}
    if behind:
        late_ones = ngettext("%(n)s is late", "%(n)s are late", behind) % {"n": behind}
        return _("%(words)s; %(late)s") % {"words": words, "late": late_ones}
    return words


def moved(tactic: Tactic, state: str) -> str:
    """Say where a tactic went; `tactic` as it stood before."""
    if tactic.state == state:
        return _("“%(tactic)s” moved in its column.") % {"tactic": tactic}
    named = {"tactic": tactic, "state": State(state).label}
    return _("“%(tactic)s” stands under “%(state)s” now.") % named
