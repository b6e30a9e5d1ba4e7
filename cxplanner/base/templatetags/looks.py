"""What components need beyond plain includes: drawings, and the words and tones of a status."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from cxplanner.base import bands as over
from cxplanner.base import charts, dots
from cxplanner.base.marks import Band, Figure, Level, Moved, Note, Point, Share

register = template.Library()

# Best first: the order in which a page counts them.
TONES = {
    "achieved": "done",
    "on_track": "ok",
    "too_close_to_call": "close",
    "at_risk": "risk",
    "off_track": "off",
    "missed": "off",
    "no_data": "none",
    "not_started": "none",
}
WORDS: dict[str, Promise] = {
    "achieved": _("Achieved"),
    "on_track": _("On track"),
    "too_close_to_call": _("Too close to call"),
    "at_risk": _("At risk"),
    "off_track": _("Off track"),
    "missed": _("Missed"),
    "no_data": _("No data"),
    "not_started": _("Not started"),
}
COUNTED: dict[str, Any] = {
    "achieved": ngettext_lazy("%d achieved", "%d achieved"),
    "on_track": ngettext_lazy("%d on track", "%d on track"),
    "too_close_to_call": ngettext_lazy("%d too close to call", "%d too close to call"),
    "at_risk": ngettext_lazy("%d at risk", "%d at risk"),
    "off_track": ngettext_lazy("%d off track", "%d off track"),
    "missed": ngettext_lazy("%d missed", "%d missed"),
    "no_data": ngettext_lazy("%d without data", "%d without data"),
    "not_started": ngettext_lazy("%d not started", "%d not started"),
}


@register.filter
def tone(status: str) -> str:
    """Name the tone a status is drawn in: ok, risk, off, close, done or none."""
    return TONES.get(status, "none")


@register.filter
def facts(words: str) -> SafeString:
    """Keep each of “one · another” in its own direction, such as a name before a date."""
    return format_html_join(
        " · ", '<bdi class="fact">{}</bdi>', ((fact,) for fact in words.split(" · "))
    )


@register.filter
def initials(name: str) -> str:
    """Shorten a person's name to the first letters of its first and last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def shade(name: str) -> int:
    """Give one person the same one of four shades everywhere."""
    return sum(map(ord, name)) % 4 + 1


@register.inclusion_tag("components/_status.html")
def status(status: str) -> dict[str, object]:
    """Show where a goal stands: word, shape and colour."""
    return {"tone": tone(status), "words": WORDS.get(status, status)}


@register.inclusion_tag("components/_status_counts.html")
def status_counts(counts: Mapping[str, int]) -> dict[str, object]:
    """Show how many goals stand where, best first; statuses nobody is in are left out."""
    return {
        "chips": [
            {"tone": TONES[name], "words": COUNTED[name] % counts[name]}
            for name in TONES
            if counts.get(name)
        ]
    }


@register.inclusion_tag("components/_progress.html")
def progress_bar(
    progress: float | None,
    *,
    status: str = "",
    tone: str = "",
    low: float | None = None,
    high: float | None = None,
    expected: float | None = None,
    label: str = "",
) -> dict[str, object]:
    """Draw how far along something is. Ratios, 1 is reached; None is no data."""
    bar = charts.progress_bar(progress=progress, low=low, high=high, expected=expected)
    return {"bar": bar, "tone": tone or TONES.get(status, "own"), "label": label}


@register.inclusion_tag("components/_sparkline.html")
def sparkline(
    points: Sequence[Point], *, target: float | None = None, status: str = "", label: str = ""
) -> dict[str, object]:
    """Draw a trend for a table row."""
    line = charts.sparkline(points, target=target)
    return {"spark": line, "tone": TONES.get(status, "own"), "label": label}


@register.inclusion_tag("components/charts/_line.html")
def line_chart(
    points: Sequence[Point],
    *,
    title: str,
    key: str,
    unit: str = "",
    target: float | None = None,
    levels: Sequence[Level] = (),
    notes: Sequence[Note] = (),
    course: Sequence[float | None] = (),
) -> dict[str, object]:
    """Draw a series over time. ``key`` is unique on the page, ``unit`` stands behind values."""
    rtl = get_language_bidi()
    chart = charts.line_chart(
        points, target=target, levels=levels, notes=notes, course=course, rtl=rtl
    )
    return {"chart": chart, "title": title, "key": key, "unit": unit, "target": target}


@register.inclusion_tag("components/charts/_bars.html")
def bar_chart(shares: Sequence[Share], *, title: str, key: str) -> dict[str, object]:
    """Draw how many chose what. ``key`` is unique on the page."""
    chart = charts.bar_chart(shares, rtl=get_language_bidi())
    return {"chart": chart, "shares": shares, "title": title, "key": key}


@register.inclusion_tag("components/charts/_split.html")
def split_bar(shares: Sequence[Share], *, title: str) -> dict[str, object]:
    """Draw the parts of a whole, as promoters, passives and detractors."""
    return {"bar": charts.split_bar(shares), "title": title}


@register.inclusion_tag("components/charts/_dots.html")
def dot_chart(rows: Sequence[Moved], *, title: str, key: str, unit: str = "") -> dict[str, object]:
    """Draw figures then and now. ``key`` is unique on the page, ``unit`` stands behind values."""
    chart = dots.dot_chart(rows, rtl=get_language_bidi())
    return {"chart": chart, "title": title, "key": key, "unit": unit}


@register.inclusion_tag("components/charts/_bands.html")
def band_plot(
    bands: Sequence[Band], figure: Figure, *, falls: bool = False, label: str = ""
) -> dict[str, object]:
    """Draw one figure over the bands of its scale. ``label`` says all of it in words."""
    chart = over.band_chart(bands, figure, falls=falls, rtl=get_language_bidi())
    return {"chart": chart, "label": label}
