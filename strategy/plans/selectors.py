"""Reads of plans worth a name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from strategy.plans.models import Cycle, Plan


def running_cycle(plan: Plan, day: date) -> Cycle | None:
    """Return the open cycle a day lies in; else the open one that ends last, or None."""
    return running_cycles([plan], day).get(plan.pk)


def running_cycles(plans: Iterable[Plan], day: date) -> dict[int, Cycle]:
    """Return the running cycle of many plans by the plan's id, in one query."""
    by_plan: defaultdict[int, list[Cycle]] = defaultdict(list)
    for cycle in Cycle.objects.filter(plan__in=list(plans), closed_at=None).order_by(
        "ends_on", "id"
    ):
        by_plan[cycle.plan_id].append(cycle)
    return {plan_id: _running(cycles, day) for plan_id, cycles in by_plan.items()}


def _running(cycles: Sequence[Cycle], day: date) -> Cycle:
    around = [cycle for cycle in cycles if cycle.starts_on <= day <= cycle.ends_on]
    return (around or cycles)[-1]
