"""`manage.py prepare`: what `up` does before it serves; made for `up`, safe to repeat."""

import os
from pathlib import Path
from typing import Any

import psycopg
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerError
from pgmq.install import install_pgmq_from_sql

from cxplanner import env
from cxplanner.accounts.models import User
from cxplanner.accounts.services import AlreadyBegun, create_sign_in_link
from cxplanner.base.squashed import lost_migration

_OURS = {"cxplanner", "strategy", "surveys", "competitors"}
_DEMO_OWNER = "owner@demo.example"


class Command(BaseCommand):
    help = "Make the queue, the tables and, on request, the demo and a sign-in link."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo, the first time")
        parser.add_argument("--link", metavar="ADDRESS", help="print a link that signs in there")

    def handle(self, *, demo: bool, link: str | None, **_options: Any) -> None:
        try:
            if settings.BROKER_URL.startswith("pgmq:"):
                _install_queue()
            self._migrate()
            self._begin(Path(os.environ["CXPLANNER_DATA"]) / "begun", demo=demo)
            if link:
                self._print_link(link, demo=demo)
        except BrokerError as error:
            raise CommandError(f"The broker does not answer: {error}") from error
        except (DatabaseError, InconsistentMigrationHistory, psycopg.Error, OSError) as error:
            raise CommandError(str(error).strip().partition("\n")[0]) from error

    def _migrate(self) -> None:
        _refuse_older()
        executor = MigrationExecutor(connection)
        _refuse_newer(executor)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("preparing the tables")
            call_command("migrate", verbosity=0, interactive=False)
        executor.check_replacements()  # what was applied one by one is known by its new name, too

    def _begin(self, begun: Path, *, demo: bool) -> None:
        if begun.exists():
            return
        if demo and "demo" in get_commands():
            self._say("loading the demo")
            call_command("demo", stdout=self.stdout)
        begun.touch()

    def _print_link(self, address: str, *, demo: bool) -> None:
        """Print a link for the demo's owner; where nobody is an owner yet, for the first one."""
        user = User.objects.filter(email=_DEMO_OWNER, is_active=True).first() if demo else None
        try:
            secret = create_sign_in_link(user)
        except AlreadyBegun:
            return
        # These addresses stand at the root; to know all of them costs each start half a second.
        path = reverse("sign-in-link", urlconf="cxplanner.accounts.urls", args=[secret])
        self._say(address.rstrip("/") + path)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _install_queue() -> None:
    """Give the default broker its tables and its queue; its own installer fails when run twice.

    Worker and clock, starting at the same moment, would stumble over each other making the queue.
    """
    with psycopg.connect(env.text("DATABASE_URL")) as database:
        found = database.execute("SELECT to_regclass('pgmq.meta')").fetchone()
        if found == (None,):
            install_pgmq_from_sql(conn=database)
    with current_app.connection_for_write() as broker:
        current_app.amqp.queues[current_app.conf.task_default_queue](broker).declare()


def _refuse_older() -> None:
    if lost := lost_migration(connection):
        raise CommandError(
            f"The data was written by an older cxplanner and misses {lost}, which this one"
            " no longer has; start a version that has it first, then this one."
        )


def _refuse_newer(executor: MigrationExecutor) -> None:
    labels = {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in _OURS}
    disk = executor.loader.disk_migrations
    known = disk.keys() | {name for squashed in disk.values() for name in squashed.replaces}
    unknown = sorted(executor.loader.applied_migrations.keys() - known)
    for label, name in unknown:
        if label in labels:
            raise CommandError(
                f"The data was written by a newer cxplanner ({label}.{name}); update cxplanner."
            )
