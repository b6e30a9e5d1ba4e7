"""Makes the floor's tables and a token, and prints the token."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.floor.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402  # after Django is set up
from django.core.management import call_command  # noqa: E402  # after Django is set up
from rest_framework.authtoken.models import Token  # noqa: E402  # after Django is set up

call_command("migrate", run_syncdb=True, verbosity=0)
print(Token.objects.create(user=User.objects.create_user("bench")).key)
