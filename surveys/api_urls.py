"""The resources of surveys under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from surveys.design.api import Surveys
from surveys.responses.api import OneResponse, Responses

router = SimpleRouter(use_regex_path=False)
router.register("surveys", Surveys, basename="survey")

urlpatterns = [
    path("surveys/<int:survey>/responses/", Responses.as_view(), name="responses"),
    path("surveys/<int:survey>/responses/<uuid:pk>/", OneResponse.as_view(), name="response"),
    *router.urls,
]
