"""The resources of strategy under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from strategy.coverage.api import Coverage
from strategy.evidence.api import EvidenceAPI
from strategy.goals.api import CheckIns, Goals, Points
from strategy.journeys.api import JourneyCards, Journeys, JourneySteps
from strategy.maps.api import map_pdf, map_png, map_svg
from strategy.metrics.api import Metrics, Observations
from strategy.personas.api import Personas, PersonaStatements
from strategy.plans.api import Cycles, Plans
from strategy.swot.api import Absences, Swot
from strategy.tactics.api import Tactics, TacticSteps
from strategy.thread.api import Threads
from strategy.touchpoints.api import Audits, Touchpoints
from strategy.vocabulary import api as vocabulary
from strategy.why.api import Whys

router = SimpleRouter(use_regex_path=False)
router.register("plans", Plans, basename="plan")
router.register("cycles", Cycles, basename="cycle")
router.register("touchpoints", Touchpoints, basename="touchpoint")
router.register("audits", Audits, basename="audit")
router.register("evidence", EvidenceAPI, basename="evidence")
router.register("personas", Personas, basename="persona")
router.register("persona-statements", PersonaStatements, basename="personastatement")
router.register("swot/none", Absences, basename="absence")
router.register("swot", Swot, basename="swot")
router.register("journeys", Journeys, basename="journey")
router.register("journey-steps", JourneySteps, basename="journeystep")
router.register("journey-cards", JourneyCards, basename="journeycard")
router.register("tactics", Tactics, basename="tactic")
router.register("tactic-steps", TacticSteps, basename="tacticstep")
router.register("metrics", Metrics, basename="metric")
router.register("metrics/<int:metric>/observations", Observations, basename="observation")
router.register("goals", Goals, basename="goal")
router.register("goals/<int:goal>/checkins", CheckIns, basename="checkin")
router.register("goals/<int:goal>/progress", Points, basename="point")

urlpatterns = [
    path("thread/", Threads.as_view(), name="thread-of"),
    path("plans/<int:pk>/stages/", vocabulary.stages, name="api-stages"),
    path("plans/<int:pk>/channels/", vocabulary.channels, name="api-channels"),
    path("plans/<int:pk>/grades/", vocabulary.grades, name="api-grades"),
    path("plans/<int:pk>/coverage/", Coverage.as_view({"get": "retrieve"}), name="api-coverage"),
    path("goals/<int:pk>/why/", Whys.as_view({"get": "retrieve"}), name="why-of-goal"),
    path("journeys/<int:pk>/map.svg", map_svg, name="api-map-svg"),
    path("journeys/<int:pk>/map.png", map_png, name="api-map-png"),
    path("journeys/<int:pk>/map.pdf", map_pdf, name="api-map-pdf"),
    *router.urls,
]
