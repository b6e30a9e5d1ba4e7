"""Grades and customers' scores side by side, in words and as a drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.base import marks
from cxplanner.base.links import address
from strategy.metrics.estimates import STANDARD
from strategy.metrics.pooling import Score
from strategy.metrics.wording import Shown, figure_with_margin, number, unit_of
from strategy.plans.models import Plan
from strategy.touchpoints.bands import Agreement, Band, bands_of, grade_of
from strategy.touchpoints.comparing import Compared, counted, furthest_first
from strategy.vocabulary.selectors import sentences_of

CHIPS: Mapping[Agreement, Promise] = MappingProxyType(
    {
        Agreement.HIGHER: gettext_lazy("%(Customers)s rate it higher"),
        Agreement.LOWER: gettext_lazy("%(Customers)s rate it lower"),
        Agreement.TOO_CLOSE: gettext_lazy("Too close to call"),
        Agreement.AGREES: gettext_lazy("%(Customers)s agree"),
    }
)
# The tone gives the shape as well; what is rated higher has an arrow of its own.
TONES = MappingProxyType(
    {
        Agreement.HIGHER: "none",
        Agreement.LOWER: "off",
        Agreement.TOO_CLOSE: "close",
        Agreement.AGREES: "ok",
    }
)


@dataclass(frozen=True, slots=True)
class Beside:
    """A touchpoint's grade beside its score, ready to be shown."""

    row: Compared
    sentence: str
    chip: str
    tone: str
    customers: str
    shown: Shown | None
    voices_url: str

    @property
    def finding(self) -> str:
        """Say in a sentence what grade and score come to."""
        return _finding(self.row, self.customers)

    @property
    def bands(self) -> Sequence[marks.Band]:
        """What each grade stands for, as it is drawn under the score."""
        grade = self.row.audit.grade if self.row.audit else ""
        return _drawn(self.row.score, grade) if self.row.score else ()

    @property
    def figure(self) -> marks.Figure | None:
        """The score as it is drawn."""
        if self.row.score is None:
            return None
        found = self.row.score.figure
        return marks.Figure(found.value, found.low, found.high, found.n)

    @property
    def is_higher(self) -> bool:
        return self.row.verdict is not None and self.row.verdict.agreement == Agreement.HIGHER

    @property
    def falls(self) -> bool:
        return self.row.score is not None and not self.row.score.definition.bigger_is_better

    @property
    def figure_words(self) -> str:
        """Write the score with its margin and n."""
        score = self.row.score
        return figure_with_margin(score.metric, score.figure) if score else ""

    @property
    def metrics(self) -> str:
        """Name what it is read from."""
        return ", ".join(metric.name for metric in self.row.score.metrics) if self.row.score else ""

    @property
    def label(self) -> str:
        """Say in one line what the drawing shows."""
        words = {"name": self.row.touchpoint.name, "finding": self.finding or self.chip}
        return _("%(name)s: %(finding)s") % words


def beside(rows: Sequence[Compared], plan: Plan, slug: str) -> list[Beside]:
    """Put rows of a plan into words; no query."""
    sentences, customers = sentences_of(plan), plan.customers_are or _("customers")
    chips = {one: str(words) % {"Customers": capfirst(customers)} for one, words in CHIPS.items()}
    # Found once: as often as there are rows it would take longer than all other words of theirs.
    voices = address("voices", slug, plan.pk)
    found = []
    for row in rows:
        grade = row.audit.grade if row.audit else ""
        verdict, score = row.verdict, row.score
        found.append(
            Beside(
                row=row,
                sentence=sentences.get(grade, ""),
                chip=chips[verdict.agreement] if verdict else "",
                tone=TONES[verdict.agreement] if verdict else "none",
                customers=customers,
                shown=unit_of(score.metric, score.figure.value).show(score.figure)
                if score
                else None,
                voices_url=f"{voices}?{_voices(row, score)}" if score and voices else "",
            )
        )
    return found


def _voices(row: Compared, score: Score) -> str:
    """Ask for the answers behind a score; one metric narrows them, several do not."""
    asked: dict[str, object] = {"touchpoint": row.touchpoint.pk}
    if len(score.metrics) == 1:
        asked["metric"] = score.metric.pk
    return urlencode(asked | {"from": score.first.isoformat(), "to": score.last.isoformat()})


def _drawn(score: Score, grade: str) -> list[marks.Band]:
    bands = bands_of(score.definition)
    return [marks.Band(one.grade, one.low, one.high, one.grade == grade) for one in bands]


def _finding(row: Compared, customers: str) -> str:
    """Say in a sentence what grade and score come to."""
    verdict, audit = row.verdict, row.audit
    if row.score is None:
        return ""
    if verdict is None or audit is None:
        earned = grade_of(row.score.figure.value, row.score.definition)
        return _("What %(customers)s say would earn it a grade of %(grade)s.") % {
            "customers": customers,
            "grade": earned,
        }
    words = {
        "grade": audit.grade,
        "earned": verdict.grade,
        "customers": customers,
        "points": number(verdict.distance),
    }
    match verdict.agreement:
        case Agreement.HIGHER:
            said = _(
                "At least %(points)s points better than %(grade)s stands for: "
                "%(customers)s would give it %(earned)s."
            )
        case Agreement.LOWER:
            said = _(
                "At least %(points)s points worse than %(grade)s stands for: "
                "%(customers)s would give it %(earned)s."
            )
        case Agreement.AGREES:
            said = _("All of the interval lies within what %(grade)s stands for.")
        case Agreement.TOO_CLOSE:
            said = _(
                "The interval reaches across the edge of %(grade)s; the best guess is %(earned)s."
            )
    return said % words


def headline(rows: Sequence[Compared], plan: Plan) -> str:
    """Say what comparing all touchpoints of a plan comes to."""
    customers = plan.customers_are or _("customers")
    counts, able = counted(rows), furthest_first(rows)
    apart = counts[Agreement.HIGHER] + counts[Agreement.LOWER]
    words = {"n": apart, "of": len(able), "customers": customers}
    if not able:
        return _("Do %(customers)s agree with your grades?") % words
    if apart:
        words["name"] = able[0].touchpoint.name
        return (
            ngettext(
                "The one grade with answers, of “%(name)s”, is not what %(customers)s say.",
                "%(n)s of %(of)s grades are not what %(customers)s say. “%(name)s” is furthest "
                "apart.",
                len(able),
            )
            % words
        )
    if counts[Agreement.AGREES] == len(able):
        return _("Your grades are what %(customers)s say") % words
    return _("No grade is certain to differ from what %(customers)s say") % words


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a grade stands for: its sentence, and its scores of satisfaction or ease and of NPS."""

    grade: str
    sentence: str
    share: str
    net: str


def meanings(plan: Plan) -> list[Meaning]:
    """Return the table behind every comparison, A first."""
    sentences = sentences_of(plan)
    shares, nets = bands_of(STANDARD["csat"]), bands_of(STANDARD["nps"])
    return [
        Meaning(share.grade, sentences[share.grade], _range(share), _range(net))
        for share, net in zip(shares, nets, strict=True)
    ]


def _range(band: Band) -> str:
    return _("%(low)s to %(high)s") % {"low": number(band.low), "high": number(band.high)}
