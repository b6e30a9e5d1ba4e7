#!/usr/bin/env python
"""The one entry: `uv run manage.py up` runs everything."""

import sys

from cxplanner.launch import main

if __name__ == "__main__":
    main(sys.argv)
