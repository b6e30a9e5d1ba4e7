"""How far a statement is proven on a day: what was validated once does not stay so for ever."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trust(models.TextChoices):
    """The order is that of proof, the least first."""

    ASSUMPTION = "assumption", _("assumption")
    PARTLY = "partly", _("partly validated")
    VALIDATED = "validated", _("validated")


# As drawn: the shapes of on track, too close to call, no data.
TONES = {Trust.VALIDATED: "ok", Trust.PARTLY: "close", Trust.ASSUMPTION: "none"}
_STEPS = tuple(Trust)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a statement stands: its trust now, and the first day on which it is one step lower.

    `falls_on` is None where there is nothing left to fall.
    """

    trust: Trust
    falls_on: date | None
    has_fallen: bool

    @property
    def tone(self) -> str:
        return TONES[self.trust]

    @property
    def is_proven(self) -> bool:
        """Tell whether somebody has looked: validated or partly, and not too long ago."""
        return self.trust is not Trust.ASSUMPTION


def standing(trust: str, checked_on: date | None, today: date, months: int) -> Standing:
    """Return how a statement stands on a day.

    A check holds for `months` months: through the day of the same number so many months later
    (the last of the month where there is none). The day after, the statement is one step lower,
    and one more after as many months again: validated, partly, assumption. Whatever was never
    checked is an assumption; a check on a day to come holds from now.
    """
    said = Trust(trust)
    if checked_on is None or said is Trust.ASSUMPTION:
        return Standing(Trust.ASSUMPTION, None, has_fallen=said is not Trust.ASSUMPTION)
    level = _STEPS.index(said)
    falls = [_after(checked_on, months * step) for step in range(1, level + 1)]
    fallen = sum(day <= today for day in falls)
    to_come = falls[fallen] if fallen < level else None
    return Standing(_STEPS[level - fallen], to_come, has_fallen=fallen > 0)


def _after(day: date, months: int) -> date:
    """Return the first day on which a check of so many months holds no more."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return last + timedelta(days=1)
