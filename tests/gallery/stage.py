"""Renders the gallery's pages, and serves them to a browser without a server."""

from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from django.test.utils import override_settings
from django.utils import translation
from playwright.sync_api import Page, Route
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.gallery.cast import everything

PAGES = {
    "goals": "dashboard",
    "edit": "plan",
    "metric": "voices",
    "plan": "plan",
    "parts": "settings",
}
ALONE = ("sign_in", "survey", "404")
ORIGIN = "http://gallery.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-n'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def render(name: str, language: str = "en") -> str:
    """Draw one page in a language; English words stay where a translation is missing."""
    request = RequestFactory().get("/")
    request.member = SimpleNamespace(  # type: ignore[attr-defined]  # the access middleware's work
        user=SimpleNamespace(name="Maren Okafor", email="maren@skylark.example"),
        workspace=SimpleNamespace(name="Skylark Air", slug="skylark"),
        role="owner",
    )
    backend = {**settings.TEMPLATES[0]}
    backend["DIRS"] = [*backend["DIRS"], Path(__file__).parent / "templates"]
    with override_settings(TEMPLATES=[backend], ROOT_URLCONF="tests.gallery.urls"):
        path = f"{name}.html" if name == "404" else f"gallery/{name}.html"
        context = {**everything(), "nav": PAGES.get(name), "CSP_NONCE": "n"}
        with translation.override(language):
            return engines["django"].get_template(path).render(context, request)


def open_page(page: Page, name: str, language: str = "en") -> None:
    """Show one page under the product's content policy, every file from disk."""

    html = render(name, language)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            if not isinstance(found, str):
                route.fulfill(status=404)
                return
            file = Path(found)
            route.fulfill(body=file.read_bytes(), content_type=TYPES.get(file.suffix))
        else:
            route.fulfill(
                body=html,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )

    page.unroute_all()
    page.route("**/*", answer)
    try:
        page.goto(f"{ORIGIN}/{name}", timeout=15_000)
    except PlaywrightTimeout:  # under load a request is now and then lost on its way to `answer`
        page.goto(f"{ORIGIN}/{name}")
