"""Every URL prefix of the product; nothing else."""

from django.urls import include, path

from cxplanner.accounts.access import public
from cxplanner.base import health
from cxplanner.events import urls as events
from surveys import urls as surveys

# Patterns are tried in their order: what answers come in by stands first.
urlpatterns = [
    path("s/", include(surveys.public)),
    path("api/v1/", include("cxplanner.api_urls")),
    path("healthz", public(health.healthz), name="healthz"),
    path("readyz", public(health.readyz), name="readyz"),
    path("", include("cxplanner.accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("mail/", include(events.public)),
    path("w/<slug:workspace>/", include("cxplanner.events.urls")),
    path("w/<slug:workspace>/", include("cxplanner.presence.urls")),
    path("w/<slug:workspace>/", include("strategy.urls")),
    path("w/<slug:workspace>/", include("surveys.urls")),
]

handler400 = "cxplanner.pages.bad_request"
handler403 = "cxplanner.pages.forbidden"
handler404 = "cxplanner.pages.not_found"
handler500 = "cxplanner.pages.server_error"
