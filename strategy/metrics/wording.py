"""Metrics in words: units people read, what counts, how sure a figure is, what a cut changed."""

from dataclasses import dataclass
from decimal import Decimal

from django.template.defaultfilters import floatformat
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.metrics.definitions import SCORES
from strategy.metrics.estimates import Definition, Estimate, boxes
from strategy.metrics.models import Combine, Kind, Method, Metric, MetricVersion, Observation
from strategy.metrics.readings import Reading, definition_of

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
# From how many seconds a duration is read in a larger unit: 119 s, but 2 min.
_DURATIONS: tuple[tuple[float, Promise, float], ...] = (
    (2 * _DAY, gettext_lazy("days"), _DAY),
    (2 * _HOUR, gettext_lazy("h"), _HOUR),
    (2 * _MINUTE, gettext_lazy("min"), _MINUTE),
)

ABOUT: dict[str, Promise] = {
    Kind.NPS: gettext_lazy("Would customers recommend you? Asked from 0 to 10."),
    Kind.CSAT: gettext_lazy("Are customers satisfied with one thing? Asked right after it."),
    Kind.CES: gettext_lazy("Was it easy? Asked after something customers had to get done."),
    Kind.DURATION: gettext_lazy("How long does something take: an answer, a delivery, a repair?"),
    Kind.RATIO: gettext_lazy("How many of all: customers who leave, visits that end in a sale?"),
    Kind.VALUE: gettext_lazy("One number that stands until the next: a lifetime value, a stock."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An estimate in the unit people read. `n` is None where the figure is its own count."""

    value: float
    n: int | None
    low: float | None
    high: float | None
    margin: float | None
    unit: str

    @property
    def figure(self) -> str:
        """Return the value alone, a whole number without decimals."""
        return number(self.value)

    @property
    def text(self) -> str:
        """Return the value with its unit, as “66.2 %”; a whole number keeps no decimals."""
        return self.figure + (f"\u00a0{self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True)
class Unit:
    """The word behind a figure, and how many of its own units make one of these.

    `of_change` stands behind a difference: that of two per cents or scores is in points.
    """

    word: str = ""
    per: float = 1.0
    counts_itself: bool = False
    of_change: str = ""

    def scaled(self, figure: float | None) -> float | None:
        """Turn a figure of the metric (a duration's seconds) into this unit; None stays None."""
        return None if figure is None else figure / self.per

    def show(self, figure: Estimate) -> Shown:
        return Shown(
            value=figure.value / self.per,
            n=None if self.counts_itself else figure.n,
            low=self.scaled(figure.low),
            high=self.scaled(figure.high),
            margin=self.scaled(figure.margin),
            unit=self.word,
        )


def number(value: float) -> str:
    """Write a number the reader's way, with one decimal at most."""
    return str(floatformat(round(value, 1), "-1g"))  # a share of 55.00000000000001 is 55


def unit_of(metric: Metric, about: float | None = None) -> Unit:
    """Choose the unit a metric is read in; durations by their usual size `about`, in seconds."""
    if metric.kind == Kind.DURATION:
        for start, word, per in _DURATIONS:
            if about is not None and abs(about) >= start:
                return Unit(str(word), per, of_change=str(word))
        return Unit(_("s"), of_change=_("s"))
    if metric.kind == Kind.VALUE:
        counts_itself = metric.combine != Combine.POOLED
        return Unit(metric.unit, counts_itself=counts_itself, of_change=metric.unit)
    if metric.unit and metric.unit != "%":
        return Unit(metric.unit, of_change=metric.unit)
    is_share = metric.unit or metric.kind == Kind.RATIO or metric.method == Method.TOP_BOX
    return Unit("%" if is_share else "", of_change=_("points"))


def figure_with_margin(metric: Metric, found: Estimate) -> str:
    """Write an estimate with margin and n, as “66.2 % ±1.2, n = 5,918”."""
    shown = unit_of(metric, found.value).show(found)
    words = shown.text + (f" \u2066±{number(shown.margin)}\u2069" if shown.margin else "")
    if shown.n is None:
        return words
    return _("%(figure)s, n = %(n)s") % {"figure": words, "n": floatformat(shown.n, "0g")}


def reading_words(metric: Metric, found: Reading) -> str:
    """Write what a metric reads; where its window is empty, that the figure is an old one."""
    if found.current is not None:
        return figure_with_margin(metric, found.current)
    if found.last is None:
        return _("No answers yet")
    return _("no answers lately; before: %(figure)s") % {
        "figure": figure_with_margin(metric, found.last)
    }


_SAYS: dict[tuple[str, str], Promise] = {
    (Kind.NPS, Method.NET): gettext_lazy(
        "points: %(customers)s who recommend you, minus those who warn of you."
    ),
    (Kind.CSAT, Method.TOP_BOX): gettext_lazy("of %(customers)s are satisfied."),
    (Kind.CES, Method.TOP_BOX): gettext_lazy("of %(customers)s found it easy."),
    (Kind.CSAT, Method.NET): gettext_lazy("points: the top scores minus the bottom ones."),
    (Kind.CES, Method.NET): gettext_lazy("points: the top scores minus the bottom ones."),
    (Kind.CSAT, Method.MEAN): gettext_lazy("on average, from %(low)s to %(high)s."),
    (Kind.CES, Method.MEAN): gettext_lazy("on average, from %(low)s to %(high)s."),
    (Kind.DURATION, Method.MEAN): gettext_lazy("on average."),
    (Kind.DURATION, Method.MEDIAN): gettext_lazy("or less in half of all cases."),
    (Kind.DURATION, Method.P75): gettext_lazy("or less in 75 of 100 cases."),
    (Kind.DURATION, Method.P90): gettext_lazy("or less in 90 of 100 cases."),
    (Kind.DURATION, Method.P95): gettext_lazy("or less in 95 of 100 cases."),
    (Kind.RATIO, Method.MEAN): gettext_lazy("of all that were counted."),
}


def says(metric: Metric, customers: str) -> str:
    """Say in half a sentence what the big figure tells of the customers."""
    if metric.combine == Combine.LAST:
        return _("as last observed.")
    words = {
        "customers": customers or _("customers"),
        "low": metric.scale_min,
        "high": metric.scale_max,
    }
    return str(_SAYS.get((metric.kind, metric.method), "")) % words


def counts(definition: Definition) -> str:
    """Say how answers become the figure."""
    match definition.kind, definition.method:
        case Kind.NPS, _any:
            ends = {"top": _("9 and 10"), "bottom": _("0 to 6")}
            return _("%% of %(top)s, minus %% of %(bottom)s") % ends
        case _any, Method.TOP_BOX:
            return _("%(top)s ÷ all answers × 100") % {"top": top_words(definition)}
        case _any, Method.NET:
            _top, bottom = boxes(definition)
            words = {"top": top_words(definition), "bottom": bottom}
            if definition.higher_is_better:
                return _("%% of %(top)s, minus %% of %(bottom)s and lower") % words
            return _("%% of %(top)s, minus %% of %(bottom)s and higher") % words
        case Kind.RATIO, _any:
            return _("what was counted ÷ all of them × 100")
        case Kind.VALUE, _any:
            return str(_COMBINED[definition.combine])
        case _any, method:
            return str(Method(method).label)


_COMBINED: dict[str, Promise] = {
    Combine.LAST: gettext_lazy("the last observation stands until the next"),
    Combine.SUM: gettext_lazy("all observations of the window added up"),
    Combine.POOLED: gettext_lazy("the mean of all observations of the window"),
    Combine.PERIOD: gettext_lazy("one observation a period, never added up"),
}


def top_words(definition: Definition) -> str:
    """Name the scores that count as a success, as “4 or 5”."""
    top, _bottom = boxes(definition)
    low, high = definition.scale_min or 0, definition.scale_max or 0
    first, last = (top, high) if definition.higher_is_better else (low, top)
    if first == last:
        return str(first)
    words = {"first": first, "last": last}
    if last - first == 1:
        return _("%(first)s or %(last)s") % words
    return _("%(first)s to %(last)s") % words


def interval_words(definition: Definition) -> str:
    """Name the method behind the 95 % interval."""
    match definition.kind, definition.method:
        case (_any, Method.TOP_BOX) | (Kind.RATIO, _any):
            return _("Wilson, 95 %")
        case _any, Method.NET:
            return _("adjusted Wald, 95 %")
        case Kind.VALUE, _any if definition.combine != Combine.POOLED:
            return _("none: it is counted, not sampled")
        case _any, Method.MEAN | "":
            return _("Student’s t, 95 %")
        case _any:
            return _("from the ranks (binomial), 95 %")


def version_words(metric: Metric, version: MetricVersion | Metric) -> str:
    """Say one definition in a line, as “1–5, 4 or 5 ÷ all answers × 100”."""
    if metric.kind not in SCORES:
        return counts(definition_of(metric, version))
    scale = f"{version.scale_min}–{version.scale_max}"
    return f"{scale}, {counts(definition_of(metric, version))}"


def cut_words(metric: Metric, before: MetricVersion, after: MetricVersion) -> str:
    """Say what a redefinition changed, shortly enough for a chart's note."""
    scales = [(one.scale_min, one.scale_max) for one in (before, after)]
    if scales[0] != scales[1]:
        words = [f"{low}–{high}" for low, high in scales]
        return _("scale changed from %(before)s to %(after)s") % {
            "before": words[0],
            "after": words[1],
        }
    if before.method != after.method:
        return _("now read as: %(method)s") % {"method": Method(after.method).label}
    return _("now counts %(top)s") % {"top": top_words(definition_of(metric, after))}


def figure_words(metric: Metric, row: Observation) -> str:
    """Write an observation's figure as it was typed: “1 h 5 min”, “12 of 480”, “3.5 €”."""
    if metric.kind == Kind.DURATION:
        return _length(row.milliseconds or 0)
    if metric.kind == Kind.RATIO:
        words = {"counted": _typed(row.numerator), "of": _typed(row.denominator)}
        return _("%(counted)s of %(of)s") % words
    unit = f" {metric.unit}" if metric.unit and metric.kind == Kind.VALUE else ""
    return f"{_typed(row.value)}{unit}"


def _typed(value: Decimal | int | None) -> str:
    """Write a stored number as somebody typed it: 3.5, not 3.5000."""
    return str(number_format(Decimal(value or 0).normalize(), force_grouping=True))


def _length(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, _("h")), (minutes, _("min"))]
    words = [f"{n}\u00a0{unit}" for n, unit in parts if n]
    if rest or not words:
        words.append(f"{_typed(Decimal(rest) / 1000)}\u00a0{_('s')}")
    return " ".join(words)
