"""Reads of plans worth a name."""

from datetime import date

from strategy.plans.models import Cycle, Plan


def running_cycle(plan: Plan, day: date) -> Cycle | None:
    """Return the open cycle a day lies in; else the open one that ends last, or None."""
    running = list(plan.cycles.filter(closed_at=None).order_by("ends_on", "id"))
    around = [cycle for cycle in running if cycle.starts_on <= day <= cycle.ends_on]
    return next(reversed(around or running), None)
