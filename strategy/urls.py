"""Addresses of the plan's pages, inside a workspace."""

from django.urls import path

from strategy.plans import views as plans

urlpatterns = [
    path("", plans.home, name="workspace-home"),
]
