"""The address pages beat at, inside a workspace."""

from django.urls import path

from cxplanner.presence import views

urlpatterns = [path("here/", views.here, name="here")]
