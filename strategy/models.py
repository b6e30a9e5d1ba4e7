"""Where Django looks for models; the code lives in the feature folders."""

from strategy.goals.models import CheckIn, Goal, GoalState, ProgressPoint
from strategy.metrics.models import Metric, MetricVersion, Observation, Pending, Tally
from strategy.plans.models import Cycle, Plan, Pulse
from strategy.touchpoints.models import Touchpoint

__all__ = [
    "CheckIn",
    "Cycle",
    "Goal",
    "GoalState",
    "Metric",
    "MetricVersion",
    "Observation",
    "Pending",
    "Plan",
    "ProgressPoint",
    "Pulse",
    "Tally",
    "Touchpoint",
]
