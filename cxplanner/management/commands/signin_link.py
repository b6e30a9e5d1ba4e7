"""Print a single-use sign-in link."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from cxplanner.accounts import services
from cxplanner.accounts.models import User


class Command(BaseCommand):
    """`signin_link EMAIL`; without an address the link names a first owner."""

    help = "Print a link that signs somebody in once, within fifteen minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", help="left out: name yourself and your workspace")
        parser.add_argument(
            "--address",
            default=_likely_address(),
            help="where the product answers (else PUBLIC_URL, else where `up` answered last)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = None
        if options["email"]:
            user = User.objects.filter(email=options["email"].lower(), is_active=True).first()
            if user is None:
                raise CommandError(f"Nobody signs in as {options['email']}.")
        try:
            secret = services.create_sign_in_link(user)
        except services.AlreadyBegun:
            raise CommandError("There is an owner already: say for whose e-mail address.") from None
        self.stdout.write(options["address"].rstrip("/") + reverse("sign-in-link", args=[secret]))


def _likely_address() -> str:
    if address := os.environ.get("PUBLIC_URL"):
        return address
    answered = Path(os.environ.get("CXPLANNER_DATA", ""), "address")
    return answered.read_text() if answered.exists() else settings.PUBLIC_URL
