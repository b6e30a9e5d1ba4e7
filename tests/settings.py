"""The product's settings with the few lines a test run changes."""

import os
import tempfile
from pathlib import Path

from cxplanner.base.postgres import EmbeddedPostgres

# The controller of a parallel run names the place; its workers inherit it.
DATA = Path(os.environ.setdefault("CXPLANNER_TEST_DATA", tempfile.mkdtemp(prefix="cxplanner-")))
OWN_SERVER = "DATABASE_URL" not in os.environ
os.environ.setdefault("DATABASE_URL", EmbeddedPostgres(DATA, durable=False).url)
os.environ.setdefault("SECRET_KEY", "only for tests")
os.environ.setdefault("HTTPS", "false")
os.environ.setdefault("BROKER_URL", "memory://")

from cxplanner.settings import *  # noqa: E402, F403  # the environment stands before it is read

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
NOTE_TOKEN_USE_IN_THREAD = False
WHITENOISE_AUTOREFRESH = True
