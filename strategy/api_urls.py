"""The resources of strategy under /api/v1/."""

from rest_framework.routers import SimpleRouter

from strategy.goals.api import CheckIns, Goals, Points
from strategy.metrics.api import Metrics, Observations
from strategy.plans.api import Cycles, Plans
from strategy.touchpoints.api import Touchpoints

router = SimpleRouter(use_regex_path=False)
router.register("plans", Plans, basename="plan")
router.register("cycles", Cycles, basename="cycle")
router.register("touchpoints", Touchpoints, basename="touchpoint")
router.register("metrics", Metrics, basename="metric")
router.register("metrics/<int:metric>/observations", Observations, basename="observation")
router.register("goals", Goals, basename="goal")
router.register("goals/<int:goal>/checkins", CheckIns, basename="checkin")
router.register("goals/<int:goal>/progress", Points, basename="point")

urlpatterns = router.urls
