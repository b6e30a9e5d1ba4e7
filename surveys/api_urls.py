"""The resources of surveys under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from surveys.design.api import Surveys
from surveys.imports.api import Errors, Files, OneFile
from surveys.responses.api import OneResponse, Responses

router = SimpleRouter(use_regex_path=False)
router.register("surveys", Surveys, basename="survey")

urlpatterns = [
    path("surveys/<int:survey>/responses/", Responses.as_view(), name="responses"),
    path("surveys/<int:survey>/responses/<uuid:pk>/", OneResponse.as_view(), name="response"),
    path(
        "surveys/<int:survey>/imports/",
        Files.as_view({"get": "list", "post": "create"}),
        name="api-imports",
    ),
    path(
        "imports/<int:pk>/",
        OneFile.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-import",
    ),
    path("imports/<int:pk>/errors/", Errors.as_view({"get": "retrieve"}), name="api-import-errors"),
    *router.urls,
]
