"""What the web server calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplanner.settings")

application = get_wsgi_application()

# What is loaded now stays: read all of it before the first request, and spare the collector
# looking through it again and again, which held requests up for a tenth of a second each time.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
