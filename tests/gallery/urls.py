"""Places for the rail to point to."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def anywhere(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("", anywhere, name="home"),
    path("accounts/logout/", anywhere, name="account_logout"),
    path("w/<slug:workspace>/", anywhere, name="workspace-home"),
    path("w/<slug:workspace>/settings/", anywhere, name="settings"),
    path("w/<slug:workspace>/undo/", anywhere, name="undo"),
    path("w/<slug:workspace>/redo/", anywhere, name="redo"),
    path("w/<slug:workspace>/<int:plan_id>/", anywhere, name="dashboard"),
    path("w/<slug:workspace>/<int:plan_id>/plan/", anywhere, name="plan"),
    path("w/<slug:workspace>/<int:plan_id>/voices/", anywhere, name="voices"),
]
