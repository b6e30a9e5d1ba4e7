"""The project as a Django app: commands, static files and start-up checks hang on it."""

from django.apps import AppConfig

from cxplanner import checks
from cxplanner.celery import app as celery_app

__all__ = ["ProjectConfig", "celery_app", "checks"]


class ProjectConfig(AppConfig):
    name = "cxplanner"
    label = "project"
