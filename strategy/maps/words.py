"""A journey map in words: moods, what its curve says, and where a score denies it."""

from collections.abc import Sequence
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.maps.agreement import Agreement

MOODS: MappingProxyType[int, Promise] = MappingProxyType(
    {
        2: gettext_lazy("delighted"),
        1: gettext_lazy("content"),
        0: gettext_lazy("neither nor"),
        -1: gettext_lazy("annoyed"),
        -2: gettext_lazy("upset"),
    }
)


def signed(emotion: int | None) -> str:
    """Write an emotion with its sign, "" for none."""
    if emotion is None:
        return ""
    return f"+{emotion}" if emotion > 0 else str(emotion).replace("-", "−")


def feels(word: str, emotion: int | None) -> str:
    """Say how somebody feels: in the team's word, else by the usual one; "" for none."""
    return word or ("" if emotion is None else str(MOODS[emotion]))


def disagrees(found: Agreement) -> str:
    """Say that a score denies the emotion drawn."""
    if found is Agreement.HAPPIER_DRAWN:
        return _("Drawn happier than customers score it")
    return _("Drawn sadder than customers score it")


def worst_and_best(steps: Sequence[tuple[str, int | None]]) -> str:
    """Say where a journey hurts most and delights most, of names and emotions; "" unsaid."""
    felt = [(name, emotion) for name, emotion in steps if emotion is not None]
    if not felt:
        return ""
    low, high = min(felt, key=lambda one: one[1]), max(felt, key=lambda one: one[1])
    named = {"low": low[0], "high": high[0]}
    if low[1] < 0 < high[1]:
        return _("It hurts most at “%(low)s” and delights most at “%(high)s”.") % named
    if low[1] < 0:
        return _("It hurts most at “%(low)s”.") % named
    if high[1] > 0:
        return _("It delights most at “%(high)s”, and nothing hurts.") % named
    return _("Nothing hurts and nothing delights.")
