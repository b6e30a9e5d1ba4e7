"""The team's grade of a touchpoint beside what customers say of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from strategy.metrics.pooling import Score, scores_at
from strategy.plans.models import Plan
from strategy.touchpoints.bands import Agreement, Verdict, verdict_on
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.selectors import newest_grades


@dataclass(frozen=True, slots=True)
class Compared:
    """A touchpoint with its newest grade and its score, as far as there are any.

    `verdict` is whether customers bear the grade out; None where grade or answers are missing.
    """

    touchpoint: Touchpoint
    audit: Audit | None
    score: Score | None
    verdict: Verdict | None

    @property
    def since(self) -> date | None:
        """The day from which grade and score have stood side by side."""
        if self.audit is None or self.score is None:
            return None
        return max(self.audit.graded_on, self.score.newest)


def compared(touchpoints: Iterable[Touchpoint], *, today: date) -> Sequence[Compared]:
    """Put grades beside scores, in the order of the touchpoints; six queries."""
    rows = list(touchpoints)
    grades = newest_grades(row.pk for row in rows)
    scores = scores_at((row.pk for row in rows), today=today)
    return [_compared(row, grades.get(row.pk), scores.get(row.pk)) for row in rows]


def _compared(row: Touchpoint, audit: Audit | None, score: Score | None) -> Compared:
    if audit is None or score is None:
        return Compared(row, audit, score, None)
    return Compared(row, audit, score, verdict_on(audit.grade, score.figure, score.definition))


def compared_in(plan: Plan, *, today: date) -> Sequence[Compared]:
    """Compare all living touchpoints of a plan; seven queries."""
    return compared(plan.touchpoints.filter(archived_at=None), today=today)


def furthest_first(rows: Sequence[Compared]) -> Sequence[Compared]:
    """Return what can be compared.

    First where customers disagree for certain, the widest gap at the top; then what is too close
    to call; then where they agree.
    """
    rank = {Agreement.TOO_CLOSE: 1, Agreement.AGREES: 2}
    able = [(row, row.verdict) for row in rows]
    ranked = [
        (rank.get(verdict.agreement, 0), -verdict.gap, place, row)
        for place, (row, verdict) in enumerate(able)
        if verdict is not None
    ]
    return [row for *_order, row in sorted(ranked, key=lambda one: one[:3])]


def counted(rows: Sequence[Compared]) -> Mapping[Agreement, int]:
    """Count the rows of each verdict; what cannot be compared is in none."""
    verdicts = [row.verdict for row in rows]
    return {
        agreement: sum(one is not None and one.agreement == agreement for one in verdicts)
        for agreement in Agreement
    }
