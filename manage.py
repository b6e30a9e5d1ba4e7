#!/usr/bin/env python
"""The one entry: `uv run manage.py up` runs everything."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxplanner.settings")
    execute_from_command_line(sys.argv)
