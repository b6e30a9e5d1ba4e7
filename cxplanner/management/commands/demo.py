"""Load the demo: its plan at once, its two years of answers by a job."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cxplanner import demo
from cxplanner.base.history import acting
from cxplanner.tasks import fill_demo


class Command(BaseCommand):
    """`demo`; a second time it changes nothing."""

    help = "Load the demo workspace; its synthetic answers follow by a job."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-answers", action="store_true", help="the plan alone")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(command="demo"):
            workspace = demo.begin(timezone.now().date())
        # Asked again after a start on which the broker was away: the answers still come.
        if not options["no_answers"] and not demo.is_filled(workspace):
            fill_demo.delay(workspace.pk)
