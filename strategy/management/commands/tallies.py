"""Compare the cells with the raw rows, or count them all again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cxplanner.accounts.models import Workspace
from cxplanner.base.history import acting
from strategy import intake


class Command(BaseCommand):
    """`tallies --check` reports differences, `tallies --rebuild` recounts every day."""

    help = "Check that all figures are what the raw answers make, or count them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--check", action="store_true", help="compare; exit 1 on a difference")
        act.add_argument("--rebuild", action="store_true", help="count every day from raw rows")
        parser.add_argument("--workspace", metavar="SLUG", help="only this workspace")

    def handle(self, *args: Any, **options: Any) -> None:
        workspaces = Workspace.objects.order_by("pk")
        if options["workspace"] is not None:
            workspaces = workspaces.filter(slug=options["workspace"])
            if not workspaces:
                raise CommandError(f"There is no workspace {options['workspace']}.")
        wrong = 0
        with acting(command="tallies"):
            for workspace in workspaces:
                if options["rebuild"]:
                    count = intake.rebuild(workspace.pk)
                    self.stdout.write(f"{workspace.slug}: {count} slices counted again")
                    continue
                found = intake.check(workspace.pk)
                wrong += len(found)
                self.stdout.write(f"{workspace.slug}: {len(found)} cells differ")
                for difference in found:
                    self.stdout.write(f"  {difference}")
        if wrong:
            raise CommandError(f"{wrong} cells differ from their raw rows.")
