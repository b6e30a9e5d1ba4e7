"""Print a new API token alone on stdout."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cxplanner.accounts import services
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Scope
from cxplanner.base.history import acting


class Command(BaseCommand):
    """`api_token EMAIL --workspace SLUG --scopes read,write`."""

    help = "Print a new API token for a member, alone on stdout."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--workspace", required=True, help="the workspace's address (slug)")
        parser.add_argument("--scopes", default="read", help="read, write, answers, admin")
        parser.add_argument("--name", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        member = Membership.objects.filter(
            user__email=options["email"].lower(), workspace__slug=options["workspace"]
        ).first()
        if member is None:
            raise CommandError(f"{options['email']} is no member of {options['workspace']}.")
        scopes = [word.strip() for word in options["scopes"].split(",") if word.strip()]
        unknown = set(scopes) - set(Scope.values)
        if unknown or not scopes:
            raise CommandError(f"Scopes are {', '.join(Scope.values)}.")
        with acting(command="api_token"):
            _token, secret = services.create_token(
                member, name=options["name"], scopes=[Scope(scope) for scope in scopes]
            )
        self.stdout.write(secret)
