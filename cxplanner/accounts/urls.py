"""Addresses of people's own pages; allauth's stand beside them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
