"""Names the app for Django."""

from django.apps import AppConfig


class PresenceConfig(AppConfig):
    name = "cxplanner.presence"
    label = "presence"
