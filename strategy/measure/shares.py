"""How people answered: scores, lengths of time, cohorts and parts, ready to be drawn."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Workspace
from cxplanner.base.links import address
from cxplanner.base.marks import Share
from strategy.metrics.cells import Cell
from strategy.metrics.estimates import Definition, Estimate, boxes, estimate, share_within
from strategy.metrics.models import Metric
from strategy.metrics.observed import SOURCE
from strategy.metrics.wording import Shown, Unit

# Where one stretch of time ends and the next begins, in seconds, and how its end is called.
_STRETCHES: tuple[tuple[float, Promise], ...] = (
    (1, gettext_lazy("1 s")),
    (5, gettext_lazy("5 s")),
    (15, gettext_lazy("15 s")),
    (60, gettext_lazy("1 min")),
    (300, gettext_lazy("5 min")),
    (900, gettext_lazy("15 min")),
    (3_600, gettext_lazy("1 h")),
    (14_400, gettext_lazy("4 h")),
    (86_400, gettext_lazy("1 day")),
    (259_200, gettext_lazy("3 days")),
    (604_800, gettext_lazy("1 week")),
    (2_592_000, gettext_lazy("30 days")),
)


def rows_address(metric: Metric, workspace: Workspace, *, is_asked: bool, **narrower: Any) -> str:
    """Return where the rows behind a metric are read: customers' answers, or observations."""
    if is_asked:
        asked = {"metric": metric.pk, **narrower}
        found = address("voices", workspace.slug, metric.plan_id, **asked)
        if found:
            return found
    return address("observations", workspace.slug, metric.pk)


def query(name: str, value: object) -> str:
    return urlencode({name: value})


def source_words(source: str, names: Mapping[str, str]) -> str:
    """Name where answers come from; `names` are those of the surveys that ask today."""
    if source == SOURCE:
        return _("typed in, imported or sent over REST")
    if source in names:
        return _("“%(survey)s”") % {"survey": names[source]}
    return _("an earlier survey") if source.startswith("survey:") else source


# --- scores ---------------------------------------------------------------------------------


def by_score(
    counts: Mapping[int, int], definition: Definition, rows_of: Callable[[int], str]
) -> list[Share]:
    """Count each score of the scale, also those nobody chose; each leads to its rows."""
    if not counts or definition.scale_min is None or definition.scale_max is None:
        return []
    top, bottom = boxes(definition)
    is_net = definition.method == "net"
    low = min(definition.scale_min, *counts)
    high = max(definition.scale_max, *counts)
    return [
        Share(
            str(score),
            counts.get(score, 0),
            tone=_tone(score, top, bottom if is_net else None, definition),
            url=rows_of(score),
        )
        for score in range(low, high + 1)
    ]


def _tone(score: int, top: int, bottom: int | None, definition: Definition) -> str:
    side = 1 if definition.higher_is_better else -1
    if definition.method == "mean":
        return "own"
    if score * side >= top * side:
        return "ok"
    return "off" if bottom is not None and score * side <= bottom * side else "none"


def by_cohort(counts: Mapping[int, int], definition: Definition) -> list[Share]:
    """Part answers into the bottom, the middle and the top of a net score."""
    if definition.method != "net" or not counts:
        return []
    top, bottom = boxes(definition)
    found: Counter[str] = Counter()
    for score, n in counts.items():
        found[_tone(score, top, bottom, definition)] += n
    if definition.kind == "nps":
        words = (_("detractors"), _("passives"), _("promoters"))
        hints = (_("0 to 6"), _("7 and 8"), _("9 and 10"))
    else:
        words, hints = (_("bottom scores"), _("between"), _("top scores")), ("", "", "")
    tones = ("off", "none", "ok")
    return [
        Share(word, found[tone], tone, hint)
        for word, tone, hint in zip(words, tones, hints, strict=True)
    ]


# --- durations ------------------------------------------------------------------------------


def by_length(counts: Mapping[int, int]) -> list[Share]:
    """Count durations in stretches people speak of, from the shortest to the longest met."""
    found: Counter[int] = Counter()
    for bucket, n in counts.items():
        found[_stretch(bucket)] += n
    if not found:
        return []
    return [Share(_length(place), found[place]) for place in range(min(found), max(found) + 1)]


def _stretch(bucket: int) -> int:
    """Find the stretch of a bucket by the middle of it."""
    middle = (bucket + 0.5) * log(1.05) - log(1000)
    ends = (place for place, (end, _words) in enumerate(_STRETCHES) if middle < log(end))
    return next(ends, len(_STRETCHES))


def _length(place: int) -> str:
    if place == len(_STRETCHES):
        return _("longer")
    return _("≤ %(end)s") % {"end": _STRETCHES[place][1]}


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure that stands beside a duration's own."""

    words: str
    shown: Shown


def beside_durations(
    cells: Sequence[Cell], unit: Unit, limit_seconds: float | None
) -> list[Beside]:
    """Read the median, the 90th percentile and the share inside a limit of durations."""
    found = []
    for method, words in (("median", _("half took at most")), ("p90", _("nine of ten at most"))):
        figure = estimate(Definition("duration", method=method, higher_is_better=False), cells)
        if figure is not None:
            found.append(Beside(words, unit.show(figure)))
    inside = None if limit_seconds is None else share_within(cells, limit_seconds)
    if inside is not None:
        found.append(Beside(_("inside the target"), Unit("%").show(inside)))
    return found


# --- parts of the whole ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """A part's figure as a bar; all but `shown` and `tone` are ratios of the scale."""

    shown: Shown
    ratio: float
    low: float | None
    high: float | None
    target: float | None
    tone: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where bars of one metric run, in its own unit."""

    least: float
    greatest: float
    target: float | None
    bigger_is_better: bool
    unit: Unit

    @classmethod
    def of(
        cls,
        definition: Definition,
        figures: Iterable[Estimate],
        unit: Unit,
        targets: Sequence[float],
    ) -> "Scale":
        target = targets[0] * unit.per if targets else None
        ends = [end for one in figures for end in (one.value, one.low, one.high) if end is not None]
        ends += [] if target is None else [target]
        least, greatest = definition.bounds
        if definition.kind == "ratio" and max(ends, default=0.0) <= 100:
            greatest = 100.0
        return cls(
            min([0.0, *ends]) if least is None else least,
            max([0.0, *ends]) * 1.05 if greatest is None else greatest,
            target,
            definition.bigger_is_better,
            unit,
        )

    def bar(self, figure: Estimate) -> Bar:
        return Bar(
            self.unit.show(figure),
            self._place(figure.value) or 0.0,
            self._place(figure.low),
            self._place(figure.high),
            self._place(self.target),
            self._tone(figure),
        )

    def _place(self, value: float | None) -> float | None:
        span = self.greatest - self.least
        return None if value is None or not span else (value - self.least) / span

    def _tone(self, figure: Estimate) -> str:
        """Say on which side of the target a figure lies, or that its interval holds it."""
        if self.target is None:
            return "own"
        low, high = figure.low, figure.high
        if low is None or high is None:
            return "none"
        if low < self.target < high:
            return "close"
        return "ok" if (figure.value >= self.target) == self.bigger_is_better else "off"
