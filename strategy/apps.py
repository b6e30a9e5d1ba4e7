"""Names the app for Django."""

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "strategy"
