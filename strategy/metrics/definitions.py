"""Definitions of metrics: the usual ones of each kind, those many teams start with, and faults."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from strategy.metrics.estimates import COMBINES, METHODS, boxes
from strategy.metrics.models import Combine, Kind, Method, Metric
from strategy.metrics.readings import definition_of

SCORES = (Kind.NPS, Kind.CSAT, Kind.CES)
# What decides how answers are read; a change of it in use is a redefinition.
DEFINING = ("scale_min", "scale_max", "method", "top_box_from", "bottom_box_to")
FARTHEST_SCORE = 100

_USUAL: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        Kind.NPS: {"scale_min": 0, "scale_max": 10, "method": Method.NET},
        Kind.CSAT: {"scale_min": 1, "scale_max": 5, "method": Method.TOP_BOX},
        Kind.CES: {"scale_min": 1, "scale_max": 5, "method": Method.TOP_BOX},
        Kind.DURATION: {"method": Method.MEAN, "higher_is_better": False, "unit": "s"},
        Kind.RATIO: {"method": Method.MEAN, "unit": "%"},
        Kind.VALUE: {"method": Method.MEAN, "combine": Combine.LAST},
    }
)
_UNITS = {Method.TOP_BOX: "%"}

Starter = Mapping[str, Any]


def _starter(name: Promise, kind: Kind, **over: Any) -> Starter:
    return MappingProxyType({"name": name, "kind": kind, **over})


_BY_PERIOD = {"combine": Combine.PERIOD}
# The metrics most teams measure; each is a complete definition with the usual of its kind.
STARTERS: Mapping[str, Starter] = MappingProxyType(
    {
        "nps": _starter(_("Net Promoter Score"), Kind.NPS),
        "csat": _starter(_("Customer satisfaction"), Kind.CSAT),
        "ces": _starter(_("Customer effort score"), Kind.CES),
        "response_time": _starter(_("Average response time"), Kind.DURATION),
        "resolve_time": _starter(_("Time to resolve"), Kind.DURATION),
        "churn": _starter(_("Churn rate"), Kind.RATIO, higher_is_better=False, **_BY_PERIOD),
        "retention": _starter(_("Retention"), Kind.RATIO, **_BY_PERIOD),
        "repeat_purchase": _starter(_("Repeat purchase"), Kind.RATIO, **_BY_PERIOD),
        "clv": _starter(_("Customer lifetime value"), Kind.VALUE),
        "conversion": _starter(_("Conversion rate"), Kind.RATIO),
        "bounce": _starter(_("Bounce rate"), Kind.RATIO, higher_is_better=False),
        "rating": _starter(_("Review rating"), Kind.CSAT, method=Method.MEAN),
        "share_of_voice": _starter(_("Share of voice"), Kind.RATIO),
    }
)


def completed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Add the usual of its kind to what was said of a new metric; null and "" count as unsaid."""
    said = {name: value for name, value in fields.items() if value not in (None, "")}
    full = {**_USUAL.get(said.get("kind", ""), {}), **said}
    full.setdefault("unit", _UNITS.get(full.get("method", ""), ""))
    return full


def spell_out(metric: Metric) -> None:
    """Fill the boxes nobody named with the usual ones of a checked metric, for people to see."""
    if metric.kind not in SCORES or metric.method not in (Method.TOP_BOX, Method.NET):
        return
    top, bottom = boxes(definition_of(metric, metric))
    if metric.top_box_from is None:
        metric.top_box_from = top
    if metric.bottom_box_to is None and metric.method == Method.NET:
        metric.bottom_box_to = bottom


def check(metric: Metric) -> None:
    """Refuse a metric that cannot be read. Raises ValidationError, pointing at the fields."""
    faults: dict[str, Any] = {}
    if metric.method not in METHODS.get(metric.kind, ()):
        known = ", ".join(filter(None, METHODS.get(metric.kind, ())))
        faults["method"] = format_lazy("{} {}", _("This kind is read by:"), known)
    if metric.combine not in COMBINES.get(metric.kind, ()):
        known = ", ".join(COMBINES.get(metric.kind, ()))
        faults["combine"] = format_lazy("{} {}", _("This kind combines days as:"), known)
    faults |= _faults_of_scale(metric)
    if faults:
        raise ValidationError(faults)


def _faults_of_scale(metric: Metric) -> dict[str, Any]:
    scale = (metric.scale_min, metric.scale_max)
    if metric.kind not in SCORES:
        named = [
            name for name in DEFINING if name != "method" and getattr(metric, name) is not None
        ]
        return {name: _("Only scores have a scale and boxes.") for name in named}
    if metric.kind == Kind.NPS and scale != (0, 10):
        return {"scale_min": _("NPS is asked on a scale from 0 to 10.")}
    low, high = scale
    if low is None or high is None or not 0 <= low < high <= FARTHEST_SCORE:
        return {"scale_max": _("A scale rises from 0 or more to 100 at most.")}
    if metric.kind == Kind.NPS and (
        metric.top_box_from not in (None, 9) or metric.bottom_box_to not in (None, 6)
    ):
        return {"top_box_from": _("NPS counts 9 and 10 as promoters, 0 to 6 as detractors.")}
    return {
        name: _("A box begins on the scale.")
        for name in ("top_box_from", "bottom_box_to")
        if getattr(metric, name) is not None and not low <= getattr(metric, name) <= high
    }
