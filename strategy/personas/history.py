"""How the history of personas is told, and what follows when they are put back."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.events.history.kept import Kept, Returned
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.rules import count_rules
from strategy.plans.services import bump_pulse


def settle(returned: Sequence[Returned], by: Membership) -> None:
    """Wake the pages of the plans whose personas were put back, and count their answers anew."""
    for plan_id in {one.thing.ref_plan_id for one in returned}:
        bump_pulse(plan_id)
    if any({"segments", "archived_at"} & one.changes for one in returned):
        count_rules()


def _values(_row: Persona, value: Any) -> str:
    return " · ".join(value or ())


PERSONA = Kept(
    Persona,
    path="personas",
    settle=settle,
    say={"segments": _values},
    labels={"source": gettext_lazy("survey")},
)
STATEMENT = Kept(
    PersonaStatement,
    path="persona-statements",
    settle=settle,
    also=("position",),
    labels={"position": gettext_lazy("place among its kind")},
    say={"position": lambda _row, value: str(value + 1)},
)
