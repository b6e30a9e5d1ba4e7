"""The floor every app stands on."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "cxplanner.base"
    label = "base"
