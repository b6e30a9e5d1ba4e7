"""Where Django looks for models; the code lives in the feature folders."""

from strategy.evidence.models import Evidence
from strategy.goals.models import CheckIn, Goal, GoalState, ProgressPoint
from strategy.metrics.models import Metric, MetricVersion, Observation, Pending, Tally
from strategy.plans.models import Cycle, Plan, Pulse
from strategy.swot.models import Absence, SwotEntry
from strategy.touchpoints.models import Audit, Touchpoint

__all__ = [
    "Absence",
    "Audit",
    "CheckIn",
    "Cycle",
    "Evidence",
    "Goal",
    "GoalState",
    "Metric",
    "MetricVersion",
    "Observation",
    "Pending",
    "Plan",
    "ProgressPoint",
    "Pulse",
    "SwotEntry",
    "Tally",
    "Touchpoint",
]
