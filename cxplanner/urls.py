"""Every URL prefix of the product; nothing else."""

from django.urls import include, path

from cxplanner.accounts.access import public
from cxplanner.base import health

urlpatterns = [
    path("healthz", public(health.healthz), name="healthz"),
    path("readyz", public(health.readyz), name="readyz"),
    path("", include("cxplanner.accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("w/<slug:workspace>/", include("strategy.urls")),
]
