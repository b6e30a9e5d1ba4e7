"""Everything under /api/v1/: each app adds its resources here."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from cxplanner import pages
from cxplanner.accounts.access import public
from cxplanner.accounts.directory import Invitations, Me, Members

router = SimpleRouter(use_regex_path=False)
router.register("members/invitations", Invitations, basename="member-invitation")
router.register("members", Members, basename="member")

# Patterns are tried in their order: answers come in by the first.
urlpatterns = [
    path("", include("surveys.api_urls")),
    path("openapi.json", pages.openapi, name="openapi"),
    path("docs/", public(pages.api_docs), name="api-docs"),
    path("me/", Me.as_view(), name="me"),
    path("", include(router.urls)),
    path("", include("cxplanner.events.api_urls")),
    path("", include("strategy.api_urls")),
]
