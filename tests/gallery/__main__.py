"""Takes pictures of every page: python -m tests.gallery FOLDER."""

import os
import sys
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.gallery.stage import ALONE, PAGES, open_page  # noqa: E402 - after Django is set up

WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True},
    "fa": {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "light"},
    "fa_phone": {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True},
}

folder = Path(sys.argv[1])
only = sys.argv[2:]
folder.mkdir(parents=True, exist_ok=True)
with sync_playwright() as tools:
    browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    for way, options in WAYS.items():
        if only and way not in only:
            continue
        context = browser.new_context(**options)
        page = context.new_page()
        page.on("console", lambda said: print("console:", said.text))
        page.on("pageerror", lambda error: print("error:", error))
        for name in (*PAGES, *ALONE):
            open_page(page, name, "fa" if way.startswith("fa") else "en")
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                print(f"{way} {name} is {wide} px too wide")
            page.screenshot(path=folder / f"{name}_{way}.png", full_page=True)
        context.close()
    browser.close()
