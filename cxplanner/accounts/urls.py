"""Addresses of people's own pages; allauth's stand beside them."""

from django.urls import path
from django.views.i18n import set_language

from cxplanner.accounts import views

SETTINGS = "w/<slug:workspace>/settings/"

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", set_language, name="set_language"),
    path("accounts/link/<str:secret>/", views.sign_in_link, name="sign-in-link"),
    path("workspaces/", views.workspaces, name="workspaces"),
    path("workspaces/new/", views.new_workspace, name="workspace-new"),
    path(SETTINGS, views.settings, name="settings"),
    path(f"{SETTINGS}members/", views.members, name="members"),
    path(f"{SETTINGS}members/<int:member_id>/role/", views.change_role, name="member-role"),
    path(f"{SETTINGS}tokens/", views.tokens, name="tokens"),
    path(f"{SETTINGS}tokens/<int:token_id>/revoke/", views.revoke_token, name="token-revoke"),
    path(f"{SETTINGS}profile/", views.profile, name="profile"),
]
