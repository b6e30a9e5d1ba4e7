"""Addresses of people's own pages; allauth's stand beside them."""

from django.urls import path

from cxplanner.accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/link/<str:secret>/", views.sign_in_link, name="sign-in-link"),
    path("workspaces/new/", views.new_workspace, name="workspace-new"),
    path("w/<slug:workspace>/settings/", views.settings, name="settings"),
    path("w/<slug:workspace>/settings/tokens/", views.tokens, name="tokens"),
    path(
        "w/<slug:workspace>/settings/tokens/<int:token_id>/revoke/",
        views.revoke_token,
        name="token-revoke",
    ),
]
