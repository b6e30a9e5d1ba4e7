"""Where Django looks for models; the code lives in the feature folders."""

from strategy.evidence.models import Evidence
from strategy.goals.models import CheckIn, Goal, GoalState, ProgressPoint
from strategy.journeys.models import (
    Journey,
    JourneyCard,
    JourneyPersona,
    JourneyStep,
    StepPersona,
)
from strategy.metrics.models import (
    Combination,
    Metric,
    MetricVersion,
    Observation,
    Pending,
    Tally,
)
from strategy.personas.models import Persona, PersonaStatement
from strategy.plans.models import Cycle, Plan, Pulse
from strategy.swot.models import Absence, SwotEntry
from strategy.tactics.models import (
    Tactic,
    TacticGoal,
    TacticReason,
    TacticStep,
    TacticTouchpoint,
)
from strategy.touchpoints.models import Audit, Touchpoint

__all__ = [
    "Absence",
    "Audit",
    "CheckIn",
    "Combination",
    "Cycle",
    "Evidence",
    "Goal",
    "GoalState",
    "Journey",
    "JourneyCard",
    "JourneyPersona",
    "JourneyStep",
    "Metric",
    "MetricVersion",
    "Observation",
    "Pending",
    "Persona",
    "PersonaStatement",
    "Plan",
    "ProgressPoint",
    "Pulse",
    "StepPersona",
    "SwotEntry",
    "Tactic",
    "TacticGoal",
    "TacticReason",
    "TacticStep",
    "TacticTouchpoint",
    "Tally",
    "Touchpoint",
]
