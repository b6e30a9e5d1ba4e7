"""Names the app for Django."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "cxplanner.events"
    label = "events"
