"""Addresses of people's own pages; allauth's stand beside them."""

from django.urls import path
from django.views.i18n import set_language

from cxplanner.accounts import views
from cxplanner.accounts.invitations import views as invitations
from cxplanner.accounts.members import views as members

SETTINGS = "w/<slug:workspace>/settings/"
MEMBERS = f"{SETTINGS}members/"

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", set_language, name="set_language"),
    path("accounts/link/<str:secret>/", views.sign_in_link, name="sign-in-link"),
    path("accounts/invitation/<str:secret>/", invitations.answer, name="invitation"),
    path("workspaces/", views.workspaces, name="workspaces"),
    path("workspaces/new/", views.new_workspace, name="workspace-new"),
    path(SETTINGS, views.settings, name="settings"),
    path(MEMBERS, members.members, name="members"),
    path(f"{MEMBERS}<int:member_id>/role/", members.change_role, name="member-role"),
    path(f"{MEMBERS}<int:member_id>/remove/", members.remove, name="member-remove"),
    path(f"{MEMBERS}invite/", invitations.invite, name="invite"),
    path(
        f"{MEMBERS}invitations/<int:invitation_id>/renew/",
        invitations.renew,
        name="invitation-renew",
    ),
    path(
        f"{MEMBERS}invitations/<int:invitation_id>/revoke/",
        invitations.revoke,
        name="invitation-revoke",
    ),
    path(f"{SETTINGS}open-work/", members.work, name="work"),
    path(f"{SETTINGS}leave/", members.leave, name="leave"),
    path(f"{SETTINGS}tokens/", views.tokens, name="tokens"),
    path(f"{SETTINGS}tokens/<int:token_id>/revoke/", views.revoke_token, name="token-revoke"),
    path(f"{SETTINGS}profile/", views.profile, name="profile"),
]
