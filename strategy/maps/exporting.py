"""A journey map as a file: which map is asked for, and the file itself in its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language_bidi

from cxplanner.accounts.models import Membership
from strategy.journeys.models import Journey
from strategy.maps.answers import put_answers
from strategy.maps.drawing import drawing
from strategy.maps.letters import plain
from strategy.maps.printing import Drawn, as_pdf, as_png
from strategy.maps.selectors import map_of
from strategy.personas.models import Persona

FORMS = MappingProxyType({"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"})
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """A map as it is asked for: as one persona, and with its future drawn over it."""

    journey: Journey
    persona: Persona | None
    future: Journey | None


def wanted(journey: Journey, query: Mapping[str, str]) -> Wanted:
    """Read which map an address asks for; what is not there is 404, never another map.

    `version`: "future" is how the journey shall be; `overlay`: that is drawn over today's;
    `persona`: the id of whom it is for.
    """
    version = query.get("version", "current")
    if version not in ("current", "future"):
        raise Http404
    later = journey.futures.filter(archived_at=None).select_related("plan").first()
    shown = later if version == "future" else journey
    if shown is None:
        raise Http404
    asked = query.get("persona", "")
    persona = next((one for one in shown.personas.all() if str(one.pk) == asked), None)
    if asked and persona is None:
        raise Http404
    is_over = bool(query.get("overlay")) and shown is journey
    return Wanted(shown, persona, later if is_over else None)


def exported(ask: Wanted, form: str, *, member: Membership) -> HttpResponse:
    """Answer a map as a file ("svg", "png", "pdf") to somebody. Raises TooManyPixels."""
    today = member.workspace.today()
    found = map_of(
        ask.journey,
        today=today,
        persona=ask.persona,
        future=ask.future,
        rtl=get_language_bidi(),
    )
    put_answers(found, member=member)
    drawn = drawing(found, today=today, persona=ask.persona)
    kind = FORMS[form] + ("; charset=utf-8" if form == "svg" else "")
    name = f"{_name(ask)}.{form}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        _body(drawn, form), content_type=kind, headers={"Content-Disposition": str(disposition)}
    )


def _body(drawn: Drawn, form: str) -> str | bytes:
    if form == "svg":
        return drawn.svg
    return as_png(drawn) if form == "png" else as_pdf(drawn)


def _name(ask: Wanted) -> str:
    """Name a file after its journey, its persona, and what of the future is on it."""
    is_future = ask.journey.future_of_id or ask.future
    parts = [str(ask.journey), str(ask.persona or ""), "future" if is_future else ""]
    words = slugify(plain(" ".join(parts)), allow_unicode=True)[:_LONGEST_NAME].strip("-")
    return words or "journey-map"
